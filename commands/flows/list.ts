import { join } from "node:path";
import { Flags } from "@oclif/core";
import { joined, untilAborted } from "../../src/cli/chunks.ts";
import { FLOW_FLAGS, flowTelling, listFormat, wordsIn } from "../../src/cli/flow-flags.ts";
import { FLOW_COLUMNS, flowRow } from "../../src/cli/flows-text.ts";
import { NetlogCommand, READ_FLAGS } from "../../src/cli/netlog-command.ts";
import { csvLines, rowLines } from "../../src/cli/rows-text.ts";
import {
  ALL_PROTOCOLS,
  encodeEvents,
  Fault,
  FLOW_ORDERS,
  type FlowEvent,
  flowStreams,
  listFlows,
  openHost,
  openTellingHere,
  protocolsOf,
  readStream,
  sortFlows,
  tabulateEvents,
} from "../../src/index.ts";

export default class FlowsList extends NetlogCommand {
  static override summary = "List the flows that the kernel follows now.";
  static override description =
    "On a terminal a table, in a pipe a line of JSON for each flow. Bytes, packets and age are there if the kernel keeps them: netlogctl flows settings.";
  static override examples = [
    { description: "Those that carried most.", command: "<%= config.bin %> flows list --limit 20" },
    { description: "The oldest ones of TCP.", command: "<%= config.bin %> flows list --sort age --proto tcp" },
    {
      description: "Who talks to whom, as CSV.",
      command: "<%= config.bin %> flows list -F csv --fields src,dst,dport,bytes",
    },
    {
      description: "Who is talked to at port 443, as JSON.",
      command: "<%= config.bin %> flows list -w 'dport = 443' --json | jq -r .dst | sort -u",
    },
  ];
  static override flags = {
    netns: READ_FLAGS.netns,
    ...FLOW_FLAGS,
    sort: Flags.string({
      summary: "Put them in this order: the largest first, or by address.",
      options: [...FLOW_ORDERS],
      default: "bytes",
    }),
    limit: Flags.integer({ char: "n", summary: "Only the first ones, so many at most.", helpValue: "N", min: 1 }),
    count: Flags.boolean({ char: "c", summary: "Only say how many there are.", exclusive: ["limit"] }),
    format: Flags.string({
      char: "F",
      summary: "The form of the answer.",
      options: ["table", "csv", "json", "text", "conntrack", "ecs", "eve", "ipfix-json"],
    }),
    fields: Flags.string({
      summary: "The columns of CSV, or of a table: names of netlogctl packets fields, separated by commas.",
      helpValue: "FIELDS",
    }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(FlowsList);
    const { count: isCount, fields, ...told } = flags;
    const format = listFormat(flags.format, this.jsonEnabled());
    const isRows = format === "table" || format === "csv";
    refuseUnused(fields, isRows);
    const telling = flowTelling(told, isRows ? "text" : format);
    const open = flowStreams(join(this.config.root, "dist", "bin", "flow-worker.cjs"));
    const flows = await listFlows(
      await openHost({ netns: flags.netns }),
      (listening, told) => readStream(open, listening, told),
      { protocols: flags.proto === undefined ? ALL_PROTOCOLS : protocolsOf(wordsIn(flags.proto) ?? []), telling },
    );
    if (isCount) {
      this.log(String(flows.length));
      return { flows: flows.length };
    }
    const order = FLOW_ORDERS.find((one) => one === flags.sort) ?? "bytes";
    this.#tellUncounted(flows, order);
    const shown = sortFlows(flows, order).slice(0, flags.limit);
    const lines = isRows
      ? await rowsOf(shown, format, fields)
      : encodeEvents(shown, await openTellingHere({ ...telling, where: undefined, names: undefined }));
    await this.print((signal) => untilAborted(inPieces(lines), signal), new AbortController().signal);
    return undefined;
  }

  /** An order by what nobody counts is none. */
  #tellUncounted(flows: readonly FlowEvent[], order: (typeof FLOW_ORDERS)[number]): void {
    if (flows.length === 0 && process.stderr.isTTY)
      this.say("no flows: netlogctl doctor says whether the kernel tracks any");
    const key = ({ bytes: "bytes", packets: "packets", age: "duration" } as const)[order as "bytes"];
    if (key === undefined || flows.length === 0 || flows.some((flow) => flow[key] !== undefined)) return;
    const setting = order === "age" ? "timestamp" : "acct";
    this.say(`note: the kernel does not keep the ${order} of these flows: netlogctl flows set ${setting}=on`);
  }
}

/** A wish that would be passed over in silence. */
function refuseUnused(fields: string | undefined, isRows: boolean): void {
  if (fields === undefined || isRows) return;
  throw new Fault("usage", "--fields are the columns of a table and of CSV", "add --format table or csv");
}

/** For people in units that are read at a glance; fields that were named, and CSV, as they are. */
async function rowsOf(
  flows: readonly FlowEvent[],
  format: "table" | "csv",
  fields: string | undefined,
): Promise<Iterable<string>> {
  if (format === "table" && fields === undefined) return rowLines(FLOW_COLUMNS, flows.map(flowRow));
  const { head, rows } = await tabulateEvents(flows, fields, "flows");
  if (format === "csv") return await csvLines(head, rows, process.stdout.isTTY === true);
  return rowLines(
    head.map((name) => name.toUpperCase()),
    rows,
  );
}

async function* inPieces(lines: Iterable<string>): AsyncGenerator<string> {
  yield* joined(lines);
}
