import { Flags } from "@oclif/core";
import { joined, untilAborted } from "../../src/cli/chunks.ts";
import { NetlogCommand } from "../../src/cli/netlog-command.ts";
import { printable, printableJson } from "../../src/cli/printable.ts";
import {
  QUERY_FLAGS,
  QUERY_FORMATS,
  type QueryFormat,
  queryFormat,
  tellingAs,
  wantedOf,
} from "../../src/cli/query-flags.ts";
import { csvLines, rowLines } from "../../src/cli/rows-text.ts";
import { renderSummary } from "../../src/cli/summary-text.ts";
import {
  encodeEvents,
  Fault,
  type FoundPackets,
  openHost,
  openStoreReader,
  openTellingHere,
  queryPackets,
  runSql,
  type StoredLine,
  summarizeEvents,
  tabulateEvents,
} from "../../src/index.ts";

/** How many of each a summary shows. */
const TOP = 10;

export default class PacketsQuery extends NetlogCommand {
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
    format: Flags.string({ char: "F", summary: "The form of the answer.", options: [...QUERY_FORMATS] }),
    fields: Flags.string({
      summary: "The columns of a table and of CSV: names of netlogctl packets fields, separated by commas.",
      helpValue: "FIELDS",
    }),
    count: Flags.boolean({
      char: "c",
      summary: "Only say how many there are.",
      exclusive: ["summary", "sql", "limit"],
    }),
    summary: Flags.boolean({
      summary: "Only say what stands out: prefixes, sources, ports, times.",
      exclusive: ["sql"],
    }),
    sql: Flags.string({ summary: "Answer this SELECT over the view events.", helpValue: "SELECT" }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(PacketsQuery);
    const format = queryFormat(flags.format, this.jsonEnabled());
    refuseUnused(flags, format);
    const wish = { file: flags.store, wanted: wantedOf(flags, new Date()), limit: flags.limit };
    const found = await queryPackets(await openHost({}), openStoreReader, wish, (line) => this.say(line));
    try {
      if (flags.count) return this.#tellCount(found);
      if (flags.summary) return await this.#tellSummary(found);
      const texts =
        flags.sql === undefined ? this.#packets(found, format, flags.fields) : this.#sql(found, format, flags.sql);
      await this.print((signal) => untilAborted(texts, signal), new AbortController().signal);
      return undefined;
    } finally {
      found.close();
      if (found.isBroken()) process.exitCode = 1;
    }
  }

  #tellCount(found: FoundPackets): { packets: number; losses: number } {
    const counts = found.count();
    this.log(String(counts.packets));
    if (counts.losses > 0 && !this.jsonEnabled()) this.say(`note: ${counts.losses} losses were told in this time`);
    return counts;
  }

  async #tellSummary(found: FoundPackets): Promise<unknown> {
    const summary = await summarizeEvents(found.events(), TOP);
    this.log(renderSummary(summary));
    return summary;
  }

  async *#packets(found: FoundPackets, format: QueryFormat, fields: string | undefined): AsyncGenerator<string> {
    if (format === "json") yield* joined(jsonLines(found.lines()));
    else if (format === "table" || format === "csv") yield* this.#rows(found, format, fields);
    else yield* joined(encodeEvents(found.events(), await openTellingHere(tellingAs(format))));
  }

  async *#rows(found: FoundPackets, format: "table" | "csv", fields: string | undefined): AsyncGenerator<string> {
    const { head, rows, losses } = await tabulateEvents(found.events(), fields);
    const shown = format === "csv" ? head : head.map((name) => name.toUpperCase());
    yield* joined(await rowTexts(shown, rows, format));
    if (losses.told === 0) return;
    const what = `${losses.told === 1 ? "1 loss" : `${losses.told} losses`} of ${losses.events} events`;
    this.say(`note: in this time ${what} were told: --format text has them in their place`);
  }

  async *#sql(found: FoundPackets, format: QueryFormat, sql: string): AsyncGenerator<string> {
    if (format !== "table" && format !== "csv" && format !== "json") throw notOfPackets(format);
    const { head, rows } = await runSql(found.lines(), sql);
    yield* joined(await rowTexts(head, rows, format));
  }
}

async function rowTexts(
  head: readonly string[],
  rows: Iterable<readonly unknown[]>,
  format: "table" | "csv" | "json",
): Promise<Iterable<string>> {
  if (format === "json") return rowObjects(head, rows);
  return format === "csv" ? await csvLines(head, rows, isTerminal()) : rowLines(head, rows);
}

function* rowObjects(head: readonly string[], rows: Iterable<readonly unknown[]>): Generator<string> {
  for (const row of rows) yield `${printableJson(Object.fromEntries(head.map((name, at) => [name, row[at]])))}\n`;
}

/** Wishes that would be passed over in silence. */
function refuseUnused(
  flags: {
    readonly fields: string | undefined;
    readonly sql: string | undefined;
    readonly count: boolean;
    readonly summary: boolean;
    readonly format: string | undefined;
  },
  format: QueryFormat,
): void {
  const isNumber = flags.count || flags.summary;
  const hasColumns = (format === "table" || format === "csv") && flags.sql === undefined && !isNumber;
  if (flags.fields !== undefined && !hasColumns) {
    throw new Fault("usage", "--fields are the columns of a table and of CSV", "add --format table or csv");
  }
  if (isNumber && flags.format !== undefined && flags.format !== "json") {
    throw new Fault(
      "usage",
      `a count and a summary are no packets: they cannot be told as ${flags.format}`,
      "leave --format out, or give --json",
    );
  }
}

function notOfPackets(format: string): Fault {
  return new Fault(
    "usage",
    `the answer of a statement is no packet: it cannot be told as ${format}`,
    "give table, csv or json",
  );
}

/** What is stored holds nothing that a terminal acts upon, unless somebody else wrote it. */
function* jsonLines(lines: Iterable<StoredLine>): Generator<string> {
  const isShown = isTerminal();
  for (const { line } of lines) yield isShown ? `${printable(line)}\n` : `${line}\n`;
}

function isTerminal(): boolean {
  return process.stdout.isTTY === true;
}
