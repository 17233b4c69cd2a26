import { answerFlags } from "../../src/cli/answer-flags.ts";
import { QueryCommand } from "../../src/cli/query-command.ts";
import { QUERY_FLAGS, wantedOf } from "../../src/cli/query-flags.ts";
import { FORMATS } from "../../src/index.ts";

export default class PacketsQuery extends QueryCommand {
  static override summary = "Find packets that the log service has stored.";
  static override description =
    `On a terminal a table, in a pipe a line of JSON for each packet, in the order in which they were read: a packet that is sent has the time of its batch. Events that were lost are told in their place in JSON and text, and counted on stderr in a table and in CSV. The store is only read: the log service goes on writing it.

Times are told in UTC; those that are asked for without a zone are those of this machine, and 1h, 30m, 2d are ago. All conditions have to hold; of a flag that is given again, one.

With --sql a statement (one SELECT) runs over the packets that the other flags choose, in memory: the view events has a column for each field that is one value (netlogctl packets fields), and event, which is all of it as JSON: event ->> '$.tcp.flags'. Names that are words of SQL stand in quotes: "in", "group".`;
  static override examples = [
    {
      description: "What was dropped in the last hour.",
      command: "<%= config.bin %> packets query --since 1h --prefix 'drop:*'",
    },
    {
      description: "Who talked to a host, as CSV.",
      command: "<%= config.bin %> packets query --dst 10.0.0.5 -F csv --fields ts,src,dport",
    },
    {
      description: "What stood out yesterday.",
      command: "<%= config.bin %> packets query --since yesterday --until today --summary",
    },
    {
      description: "How many different hosts were heard of, by SQL.",
      command: "<%= config.bin %> packets query --sql 'SELECT count(DISTINCT src) FROM events'",
    },
  ];
  static override flags = {
    ...QUERY_FLAGS,
    ...answerFlags(FORMATS, "prefixes, sources, ports, times"),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(PacketsQuery);
    return await this.answerOf("packets", flags, wantedOf("packets", flags, new Date()));
  }
}
