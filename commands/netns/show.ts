import { NetlogCommand, READ_FLAGS } from "../../src/cli/netlog-command.ts";
import { allNetnsText } from "../../src/cli/status-text.ts";
import { type AllNetns, showAllNetns } from "../../src/index.ts";

export default class NetnsShow extends NetlogCommand {
  static override summary = "Show whether other network namespaces may write to the kernel log.";
  static override description =
    "The switch is nf_log_all_netns. It exists in the initial namespace only and governs the kernel log only: NFLOG works in every namespace.";
  static override examples = [
    { description: "Read the switch, from any namespace.", command: "<%= config.bin %> netns show" },
  ];
  static override flags = READ_FLAGS;

  async run(): Promise<AllNetns> {
    const { flags } = await this.parse(NetnsShow);
    const answer = await showAllNetns(await this.openToRead(flags));
    this.log(`nf_log_all_netns: ${allNetnsText(answer)}`);
    return answer;
  }
}
