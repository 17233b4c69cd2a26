import { Args } from "@oclif/core";
import { CHANGE_FLAGS, type ChangeAnswer, NetlogCommand } from "../../src/cli/netlog-command.ts";
import { bindLogger } from "../../src/index.ts";

export default class LoggerUnbind extends NetlogCommand {
  static override summary = "Unbind a family's logger: its row becomes NONE.";
  static override description =
    "The kernel's own messages of that family are lost until a logger is bound again. Loading nf_log_syslog binds a row that is NONE.";
  static override examples = [
    { description: "Silence what the kernel says of ARP.", command: "<%= config.bin %> logger unbind arp" },
  ];
  static override args = {
    family: Args.string({ required: true, ignoreStdin: true, description: "Name (ip) or number (2) of the row." }),
  };
  static override flags = CHANGE_FLAGS;

  async run(): Promise<ChangeAnswer> {
    const { args, flags } = await this.parse(LoggerUnbind);
    return await this.change(flags, (host, options) => bindLogger(host, args.family, null, options));
  }
}
