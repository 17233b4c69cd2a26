import type { TopicKind } from "../core/event/topic.ts";
import { Fault } from "../core/model/fault.ts";
import type { StoredLine } from "../core/store/reader.ts";
import type { Wanted } from "../core/store/wanted.ts";
import { openStoreReader } from "../daemon/store/read-store.ts";
import { runSql } from "../daemon/store/run-sql.ts";
import { openHost } from "../host/open-host.ts";
import { openTellingHere } from "../host/thread/telling.ts";
import {
  encodeEvents,
  type FoundEvents,
  queryStore,
  summarizeEvents,
  summarizeFlows,
  tabulateEvents,
} from "../verbs/query-store.ts";
import { type AnswerFlags, answerFormat, type QueryFormat, tellingAs } from "./answer-flags.ts";
import { joined, untilAborted } from "./chunks.ts";
import { renderFlowSummary } from "./flow-summary-text.ts";
import { NetlogCommand } from "./netlog-command.ts";
import { printable, printableJson } from "./printable.ts";
import { csvLines, rowLines } from "./rows-text.ts";
import { renderSummary } from "./summary-text.ts";

/** How many of each a summary shows. */
const TOP = 10;

interface Asked extends AnswerFlags {
  readonly store: string | undefined;
  readonly limit: number | undefined;
}

/** What commands share that find events in a store: of packets, or of flows. */
export abstract class QueryCommand extends NetlogCommand {
  /** Answers with what the store has of it, in the form that the flags want. */
  protected async answerOf(of: TopicKind, flags: Asked, wanted: Wanted): Promise<unknown> {
    const format = answerFormat(flags, of, this.jsonEnabled());
    const wish = { file: flags.store, wanted, limit: flags.limit };
    const found = await queryStore(await openHost({}), openStoreReader, wish, (line) => this.say(line));
    try {
      if (flags.count) return this.#tellCount(of, found);
      if (flags.summary) return await this.#tellSummary(of, found);
      const texts =
        flags.sql === undefined
          ? this.#events(of, found, format, flags.fields)
          : this.#sql(of, found, format, flags.sql);
      await this.print((signal) => untilAborted(texts, signal), new AbortController().signal);
      return undefined;
    } finally {
      found.close();
      if (found.isBroken()) process.exitCode = 1;
    }
  }

  #tellCount(of: TopicKind, found: FoundEvents): Record<string, number> {
    const { events, losses } = found.count();
    this.log(String(events));
    if (losses > 0 && !this.jsonEnabled()) this.say(`note: ${losses} losses were told in this time`);
    return { [of]: events, losses };
  }

  async #tellSummary(of: TopicKind, found: FoundEvents): Promise<unknown> {
    if (of === "flows") {
      const summary = await summarizeFlows(found.events(), TOP);
      this.log(renderFlowSummary(summary));
      return summary;
    }
    const summary = await summarizeEvents(found.events(), TOP);
    this.log(renderSummary(summary));
    return summary;
  }

  async *#events(
    of: TopicKind,
    found: FoundEvents,
    format: QueryFormat,
    fields: string | undefined,
  ): AsyncGenerator<string> {
    if (format === "json") yield* joined(jsonLines(found.lines()));
    else if (format === "table" || format === "csv") yield* this.#rows(of, found, format, fields);
    else yield* joined(encodeEvents(found.events(), await openTellingHere(tellingAs(format))));
  }

  async *#rows(
    of: TopicKind,
    found: FoundEvents,
    format: "table" | "csv",
    fields: string | undefined,
  ): AsyncGenerator<string> {
    const { head, rows, losses } = await tabulateEvents(found.events(), fields, of);
    const shown = format === "csv" ? head : head.map((name) => name.toUpperCase());
    yield* joined(await rowTexts(shown, rows, format));
    if (losses.told === 0) return;
    const what = `${losses.told === 1 ? "1 loss" : `${losses.told} losses`} of ${losses.events} events`;
    this.say(`note: in this time ${what} were told: --format text has them in their place`);
  }

  async *#sql(of: TopicKind, found: FoundEvents, format: QueryFormat, sql: string): AsyncGenerator<string> {
    if (format !== "table" && format !== "csv" && format !== "json") throw notOf(of, format);
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

function notOf(of: TopicKind, format: string): Fault {
  const what = of === "packets" ? "packet" : "flow";
  return new Fault(
    "usage",
    `the answer of a statement is no ${what}: it cannot be told as ${format}`,
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
