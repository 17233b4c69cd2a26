import { NetlogCommand, READ_FLAGS } from "../../src/cli/netlog-command.ts";
import { renderTable } from "../../src/cli/table.ts";
import { type LoggerRow, listLoggers } from "../../src/index.ts";

export default class LoggerList extends NetlogCommand {
  static override summary = "List the kernel's loggers: every row, what is bound and what could be.";
  static override description = "The rows are those of /proc/net/netfilter/nf_log: 11 on kernels since 6.1, 13 before.";
  static override examples = [
    { description: "All rows of this namespace.", command: "<%= config.bin %> logger list" },
    {
      description: "Family and logger of each, for a script.",
      command: "<%= config.bin %> logger list --json | jq -c '.[] | {family, logger}'",
    },
  ];
  static override flags = READ_FLAGS;

  async run(): Promise<LoggerRow[]> {
    const { flags } = await this.parse(LoggerList);
    const rows = await listLoggers(await this.openToRead(flags));
    const cells = rows.map(({ row, family, logger, available }) => [
      String(row),
      family,
      logger ?? "NONE",
      available.join(", "),
    ]);
    this.log(renderTable(["ROW", "FAMILY", "BOUND", "AVAILABLE"], cells));
    return rows;
  }
}
