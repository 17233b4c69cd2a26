import type { NetlogEvent } from "../core/event/event.ts";
import type { OpenTelling } from "../core/event/open-telling.ts";
import type { TopicKind } from "../core/event/topic.ts";
import type { Host } from "../core/model/host.ts";
import type { FlowSummary } from "../core/store/flow-summary.ts";
import type { EventCounts, OpenStoreReader, StoredLine, StoreQuery, StoreReader } from "../core/store/reader.ts";
import { storedEvent } from "../core/store/stored-event.ts";
import type { Summary } from "../core/store/summary.ts";
import { queryOf, type Wanted } from "../core/store/wanted.ts";
import { findStoreFile } from "./store-file.ts";

export interface QueryWish {
  /** The store; undefined: that of this machine's log service. */
  readonly file: string | undefined;
  readonly wanted: Wanted;
  /** The newest, so many; undefined: all. */
  readonly limit: number | undefined;
}

/** Events that were asked for, in the order of time. */
export interface FoundEvents {
  readonly file: string;
  /** The lines of JSON that they are. */
  lines(): Iterable<StoredLine>;
  /** The same as events; what is none is told once and left out. */
  events(): Iterable<NetlogEvent>;
  /** Whether something was broken, and therefore left out. */
  isBroken(): boolean;
  count(): EventCounts;
  close(): void;
}

/**
 * Opens a store and says what of it was asked for.
 * @throws Fault for a wish that cannot be understood, and where there is no store that can be read
 */
export async function queryStore(
  host: Host,
  open: OpenStoreReader,
  { file: named, wanted, limit }: QueryWish,
  say: (line: string) => void,
): Promise<FoundEvents> {
  const query = await queryOf(wanted);
  const file = named ?? (await findStoreFile(host));
  let isBroken = false;
  const tellBroken = (text: string): void => {
    isBroken = true;
    say(`${file}: ${text}`);
  };
  const reader = await open(host, file, tellBroken);
  return {
    file,
    lines: () => linesOf(reader, query, limit),
    events: () => eventsOf(linesOf(reader, query, limit), tellBroken),
    isBroken: () => isBroken,
    count: () => reader.count(query),
    close: () => reader.close(),
  };
}

function linesOf(reader: StoreReader, query: StoreQuery, limit: number | undefined): Iterable<StoredLine> {
  return limit === undefined ? reader.events(query) : reader.newest(limit, query);
}

function* eventsOf(lines: Iterable<StoredLine>, onBroken: (text: string) => void): Generator<NetlogEvent> {
  let isTold = false;
  for (const { line, cursor } of lines) {
    const event = storedEvent(line);
    if (event !== undefined) yield event;
    else if (!isTold)
      onBroken(`what stands at the cursor ${cursor} is no event, and is left out, as any other that is none`);
    isTold ||= event === undefined;
  }
}

/** Events as lines of a format; losses where it has a word for them. */
export function* encodeEvents(events: Iterable<NetlogEvent>, { lines: telling }: OpenTelling): Generator<string> {
  for (const event of events) {
    const text = event.kind === "loss" ? telling.lineOfLoss(event) : telling.lineOf(event, undefined);
    if (text !== undefined) yield text;
  }
}

/** What stands out in packets, so many of each. */
export async function summarizeEvents(events: Iterable<NetlogEvent>, most: number): Promise<Summary> {
  const { Summarizer } = await import("../core/store/summary.ts");
  const summarizer = new Summarizer();
  for (const event of events) summarizer.add(event);
  return summarizer.summary(most);
}

/** What stands out in flows, so many of each. */
export async function summarizeFlows(events: Iterable<NetlogEvent>, most: number): Promise<FlowSummary> {
  const { FlowSummarizer } = await import("../core/store/flow-summary.ts");
  const summarizer = new FlowSummarizer(most);
  for (const event of events) summarizer.add(event);
  return summarizer.summary();
}

/** Rows of the fields that are named, with commas between them; losses are counted, and are no rows. */
export async function tabulateEvents(
  events: Iterable<NetlogEvent>,
  fields: string | undefined,
  of: TopicKind = "packets",
): Promise<EventRows> {
  const { columnsOf, USUAL_COLUMNS } = await import("../core/store/columns.ts");
  const columns = columnsOf(fields ?? USUAL_COLUMNS[of]);
  const losses = { told: 0, events: 0 };
  function* rows(): Generator<string[]> {
    for (const event of events) {
      if (event.kind === "loss") {
        losses.told += 1;
        losses.events += event.count;
      } else yield columns.map(({ textOf }) => textOf(event));
    }
  }
  return { head: columns.map(({ name }) => name), rows: rows(), losses };
}

/** Events as rows of texts. */
export interface EventRows {
  readonly head: readonly string[];
  readonly rows: Iterable<readonly string[]>;
  /** How many losses were met so far, and how many events they say are missing. */
  readonly losses: { readonly told: number; readonly events: number };
}
