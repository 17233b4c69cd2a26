import { CHANGE_FLAGS, type ChangeAnswer, NetlogCommand } from "../../src/cli/netlog-command.ts";
import { setAllNetns } from "../../src/index.ts";

export default class NetnsAllow extends NetlogCommand {
  static override summary = "Let every network namespace write to the kernel log.";
  static override description =
    "Sets nf_log_all_netns to 1. Lines do not say which namespace they come from, and whoever may make a user namespace can then write lines with any prefix.";
  static override examples = [
    { description: "See the lines of containers' log rules in dmesg.", command: "<%= config.bin %> netns allow" },
  ];
  static override flags = CHANGE_FLAGS;

  async run(): Promise<ChangeAnswer> {
    const { flags } = await this.parse(NetnsAllow);
    return await this.change(flags, (host, options) => setAllNetns(host, true, options));
  }
}
