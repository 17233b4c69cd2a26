import { CHANGE_FLAGS, type ChangeAnswer, NetlogCommand } from "../../src/cli/netlog-command.ts";
import { setAllNetns } from "../../src/index.ts";

export default class NetnsDeny extends NetlogCommand {
  static override summary = "Let only the initial network namespace write to the kernel log.";
  static override description = "Sets nf_log_all_netns to 0, the kernel's default.";
  static override examples = [
    { description: "Back to the kernel's default.", command: "<%= config.bin %> netns deny" },
  ];
  static override flags = CHANGE_FLAGS;

  async run(): Promise<ChangeAnswer> {
    const { flags } = await this.parse(NetnsDeny);
    return await this.change(flags, (host, options) => setAllNetns(host, false, options));
  }
}
