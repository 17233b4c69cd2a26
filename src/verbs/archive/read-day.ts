import { capturesOf, type DayCapture, type DayLog, logsOf, mayHold } from "../../core/archive/day-files.ts";
import type { OpenedDay } from "../../core/archive/opened-day.ts";
import { type Correlated, Correlator, type Nearness } from "../../core/event/correlate.ts";
import type { NetlogEvent } from "../../core/event/event.ts";
import { createLineCutter } from "../../core/event/read-events/cut-lines.ts";
import type { ReadEvent } from "../../core/event/read-events.ts";
import type { Host } from "../../core/model/host.ts";
import { type ConvertWish, readerFor } from "../convert-packets.ts";
import { openInput } from "../read-input.ts";

export interface ReadDayOptions {
  readonly clock: ConvertWish["clock"];
  readonly signal: AbortSignal;
  /** Told what of a file could not be read. */
  readonly say: (line: string) => void;
}

/** The last lines of a log. */
export interface LogTail {
  readonly log: DayLog;
  readonly lines: readonly string[];
}

/** The last lines of each log of a day. @throws Fault */
export async function readTails(
  host: Host,
  day: OpenedDay,
  most: number,
  { signal }: Pick<ReadDayOptions, "signal">,
): Promise<LogTail[]> {
  const tails: LogTail[] = [];
  for (const log of logsOf(day)) tails.push({ log, lines: await lastLines(openInput(host, log.path, signal), most) });
  return tails;
}

async function lastLines(chunks: AsyncIterable<Buffer>, most: number): Promise<string[]> {
  const cutter = createLineCutter();
  let lines: readonly Buffer[] = [];
  for await (const chunk of chunks) lines = [...lines, ...cutter.push(chunk)].slice(-most);
  return [...lines, ...cutter.end()].slice(-most).map((line) => line.toString("utf8"));
}

/** An event of a log of the day. */
export interface LoggedEvent {
  readonly log: DayLog;
  readonly event: NetlogEvent;
}

/** Events that are asked for, and how many more there were. */
interface LoggedEvents {
  readonly events: readonly LoggedEvent[];
  readonly leftOut: number;
}

/** The events of the day's logs that are wanted, so many at most, in the order of the logs. @throws Fault */
async function findLogged(
  host: Host,
  day: OpenedDay,
  { isWanted, most }: { readonly isWanted: (event: NetlogEvent) => boolean; readonly most: number },
  options: ReadDayOptions,
): Promise<LoggedEvents> {
  const events: LoggedEvent[] = [];
  let count = 0;
  for await (const logged of loggedIn(host, day, options)) {
    if (!isWanted(logged.event)) continue;
    count += 1;
    if (count <= most) events.push(logged);
  }
  return { events, leftOut: count - events.length };
}

async function* loggedIn(host: Host, day: OpenedDay, options: ReadDayOptions): AsyncGenerator<LoggedEvent> {
  for (const log of logsOf(day)) {
    for await (const { event } of readsOf(host, log.path, options)) {
      if (event.kind !== "loss") yield { log, event };
    }
  }
}

/** The packets in the day's captures that belong to each of these events, the nearest first. @throws Fault */
export async function correlate(
  host: Host,
  day: OpenedDay,
  { events, near }: { readonly events: readonly NetlogEvent[]; readonly near: Nearness },
  options: ReadDayOptions,
): Promise<Correlated<DayCapture>[][]> {
  const correlator = new Correlator<DayCapture>(events, near);
  const spans = correlator.spans();
  for (const capture of capturesOf(day).filter((one) => mayHold(one, spans))) {
    for await (const read of readsOf(host, capture.path, options)) correlator.add(read, capture);
  }
  return correlator.found();
}

export interface CorrelateWish {
  /** The time at about which lines are looked for, as RFC 3339. */
  readonly at: string | undefined;
  /** A filter of events. */
  readonly where: string | undefined;
  /** How many lines are told of. */
  readonly most: number;
  readonly near: Nearness;
}

/** Lines of the day's logs that are so, each with the packets that belong to it. @throws Fault */
export async function correlateLogged(
  host: Host,
  day: OpenedDay,
  { at, where, most, near }: CorrelateWish,
  options: ReadDayOptions,
): Promise<{
  readonly events: { logged: LoggedEvent; packets: Correlated<DayCapture>[] }[];
  readonly leftOut: number;
}> {
  const { parseWhere } = await import("../../core/event/where.ts");
  const holds = where === undefined ? () => true : parseWhere(where);
  const isNear = ({ ts }: NetlogEvent): boolean =>
    at === undefined || Math.abs(Date.parse(ts) - Date.parse(at)) <= near.withinMs;
  const isWanted = (event: NetlogEvent): boolean => isNear(event) && holds(event);
  const { events, leftOut } = await findLogged(host, day, { isWanted, most }, options);
  const found = await correlate(host, day, { events: events.map(({ event }) => event), near }, options);
  return { events: events.map((logged, at) => ({ logged, packets: found[at] ?? [] })), leftOut };
}

async function* readsOf(host: Host, path: string, { clock, signal, say }: ReadDayOptions): AsyncGenerator<ReadEvent> {
  const reader = await readerFor(host, { from: undefined, clock });
  for await (const chunk of openInput(host, path, signal)) {
    yield* reader.push(chunk);
    if (reader.unread().problem !== undefined) break;
  }
  yield* reader.end();
  const { problem } = reader.unread();
  if (problem !== undefined) say(`${path}: ${problem}`);
}
