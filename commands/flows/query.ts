import { answerFlags } from "../../src/cli/answer-flags.ts";
import { QueryCommand } from "../../src/cli/query-command.ts";
import { FLOW_QUERY_FLAGS, wantedOf } from "../../src/cli/query-flags.ts";
import { FLOW_FORMATS } from "../../src/index.ts";

export default class FlowsQuery extends QueryCommand {
  static override summary = "Find flows that the log service has stored.";
  static override description =
    `On a terminal a table, in a pipe a line of JSON for each event: a flow began (new), changed (update) or ended (destroy); the last has its packets, bytes and duration. They stand in the order in which they were read. Events that were lost are told in their place in JSON and text, and counted on stderr in a table and in CSV. The store is only read: the log service goes on writing it.

Times are told in UTC; those that are asked for without a zone are those of this machine, and 1h, 30m, 2d are ago. All conditions have to hold; of a flag that is given again, one.

A summary counts bytes, and the longest, of flows that ended. With --sql a statement (one SELECT) runs over the events that the other flags choose, as netlogctl packets query does: event ->> '$.reply.dst' is a field of a field.`;
  static override examples = [
    {
      description: "What ended in the last hour.",
      command: "<%= config.bin %> flows query --since 1h --event destroy",
    },
    {
      description: "Who a host talked to, as CSV.",
      command: "<%= config.bin %> flows query --addr 10.0.0.5 -F csv --fields ts,dst,bytes",
    },
    {
      description: "What stood out yesterday.",
      command: "<%= config.bin %> flows query --since yesterday --until today --summary",
    },
    {
      description: "Who had more than a megabyte, by SQL.",
      command: "<%= config.bin %> flows query --sql 'SELECT src FROM events WHERE bytes > 1e6'",
    },
  ];
  static override flags = {
    ...FLOW_QUERY_FLAGS,
    ...answerFlags(FLOW_FORMATS, "services, sources, destinations, the longest, times"),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(FlowsQuery);
    return await this.answerOf("flows", flags, wantedOf("flows", flags, new Date()));
  }
}
