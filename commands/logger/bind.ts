import { Args } from "@oclif/core";
import { CHANGE_FLAGS, type ChangeAnswer, NetlogCommand } from "../../src/cli/netlog-command.ts";
import { bindLogger } from "../../src/index.ts";

export default class LoggerBind extends NetlogCommand {
  static override summary = "Bind a logger to a family: the raw table, without an intent.";
  static override description =
    "FAMILY is a name or a row's number, LOGGER the exact name of a logger that the row has available. It governs the kernel's own messages, not log rules. Whoever wants it to stay writes a default log instead: netlogctl default log.";
  static override examples = [
    {
      description: "Hand the kernel's IPv4 messages to user space.",
      command: "<%= config.bin %> logger bind ip nfnetlink_log",
    },
    {
      description: "The same in another namespace, as a preview.",
      command: "<%= config.bin %> logger bind 2 nfnetlink_log --netns blue --dry-run",
    },
  ];
  static override args = {
    family: Args.string({ required: true, ignoreStdin: true, description: "Name (ip) or number (2) of the row." }),
    logger: Args.string({ required: true, ignoreStdin: true, description: "Name of the logger, such as nf_log_ipv4." }),
  };
  static override flags = CHANGE_FLAGS;

  async run(): Promise<ChangeAnswer> {
    const { args, flags } = await this.parse(LoggerBind);
    return await this.change(flags, (host, options) => bindLogger(host, args.family, args.logger, options));
  }
}
