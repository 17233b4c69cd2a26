import type { NetlogEvent } from "../core/event/event.ts";
import type { OpenTelling } from "../core/event/open-telling.ts";
import type { Unread } from "../core/event/read-events/unread.ts";
import type { EventReader, ReadEvent } from "../core/event/read-events.ts";
import type { EventWriter } from "../core/event/write-events.ts";
import { Fault } from "../core/model/fault.ts";
import { type Host, HostError, orUndefined, readText } from "../core/model/host.ts";
import type { CaptureFormat, FlowFormat, Format, InputFormat, Telling } from "../core/model/packet-stream.ts";
import { faultOfHost } from "./host-faults.ts";
import { interrupted } from "./interrupted.ts";
import { openInput } from "./read-input.ts";
import { withNames } from "./read-names.ts";
import type { Say } from "./scratch.ts";

export interface ConvertWish {
  /** "-" is standard input. */
  readonly files: readonly string[];
  /** undefined: what the first bytes of each file tell. */
  readonly from: InputFormat | undefined;
  readonly to: Format | FlowFormat | CaptureFormat;
  /** The file to write; "-" is standard output. */
  readonly output: string;
  readonly telling: Telling;
  /**
   * What the lines of a kernel log leave out: the year of the first, how far east of UTC its clock goes, and the time of
   * now in seconds since 1970: what would lie more than a day behind it is of the year before.
   */
  readonly clock: { readonly year: number; readonly offsetMinutes: number; readonly nowSeconds?: number };
}

export interface ConvertOptions {
  readonly openTelling: (telling: Telling) => Promise<OpenTelling>;
  readonly say: Say;
  readonly signal: AbortSignal;
}

/**
 * Writes what the events in files say in another format. What cannot be read is left out and told at the end; with a
 * signal it ends behind what was read.
 * @throws Fault where nothing could be read at all
 */
export async function convertPackets(host: Host, wish: ConvertWish, options: ConvertOptions): Promise<void> {
  const { lines, isWantedPrefix } = await options.openTelling(await withNames(host, wish.telling));
  const { createEventWriter } = await import("../core/event/write-events.ts");
  const sink = createSink(createEventWriter(wish.to, lines), isWantedPrefix, wish.telling.countMax);
  try {
    await host.writeOutput(wish.output, converted(host, wish, sink, options));
  } catch (error) {
    throw error instanceof HostError ? faultOfHost(error, "write the file") : error;
  }
}

async function* converted(
  host: Host,
  wish: ConvertWish,
  sink: Sink,
  { say, signal }: ConvertOptions,
): AsyncGenerator<Buffer> {
  const sources: Source[] = [];
  if (sink.header.length > 0) yield sink.header;
  for await (const events of eventsOf(host, wish, sources, signal)) {
    const bytes = sink.take(events);
    if (bytes.length > 0) yield bytes;
    if (sink.isFull()) break;
  }
  refuseHalf(wish, signal);
  tellUnread(sources, sink.readCount(), say);
  if (sink.unsaid.size > 0) say(unsaidText(sink.unsaid, wish.to));
}

/** What comes ends when the signal says so; of a file that is there, half is not what was asked for. */
function refuseHalf({ files, output }: ConvertWish, signal: AbortSignal): void {
  if (!signal.aborted || files.includes("-") || typeof signal.reason !== "string") return;
  throw interrupted(signal, output === "-" ? "not all was converted" : `${output} is as it was`);
}

/** The events of all files, as they come; each file is added to the sources. */
async function* eventsOf(host: Host, wish: ConvertWish, sources: Source[], signal: AbortSignal) {
  for (const file of wish.files) {
    if (signal.aborted) return;
    const reader = await readerFor(host, wish);
    sources.push({ name: file === "-" ? "standard input" : file, unread: reader.unread });
    for await (const chunk of openInput(host, file, signal)) {
      yield reader.push(chunk);
      if (reader.unread().problem !== undefined) break;
    }
    yield reader.end();
  }
}

/** A reader of events in the format that was named, or whatever it is; it knows the clock by which a kernel log counts. */
export async function readerFor(
  host: Host,
  { from, clock }: Pick<ConvertWish, "from" | "clock">,
): Promise<EventReader> {
  const { createEventReader } = await import("../core/event/read-events.ts");
  const kernelLog = { ...clock, bootNanoseconds: await bootNanoseconds(host) };
  return createEventReader({ kernelLog, ...(from === undefined ? {} : { format: from }) });
}

/** When this machine was booted, to the second: times in /dev/kmsg and dmesg count from there. */
async function bootNanoseconds(host: Host): Promise<bigint> {
  const stat = await orUndefined(readText(host, "/proc/stat"), "ENOENT", "EACCES", "ENOTDIR", "EFBIG");
  const [, seconds = "0"] = /^btime ([0-9]{1,12})$/m.exec(stat ?? "") ?? [];
  return BigInt(seconds) * 1_000_000_000n;
}

/** What was read, and what of it was no event. */
export interface Source {
  readonly name: string;
  readonly unread: () => Unread;
}

type Unsaid = ReadonlyMap<NetlogEvent["kind"], number>;

/** Takes events until there are enough. */
interface Sink {
  readonly header: Buffer;
  take(events: readonly ReadEvent[]): Buffer;
  isFull(): boolean;
  readCount(): number;
  /** How many of them the format has no words for, by their kind. */
  readonly unsaid: Unsaid;
}

function createSink(writer: EventWriter, isWantedPrefix: (prefix: string) => boolean, countMax = Infinity): Sink {
  let [read, told] = [0, 0];
  const unsaid = new Map<NetlogEvent["kind"], number>();

  const isWantedEvent = (event: NetlogEvent): boolean =>
    event.kind === "loss" || event.kind === "flow" || isWantedPrefix(event.prefix);

  function encoded(one: ReadEvent): Buffer[] {
    const isPacket = one.event.kind !== "loss";
    if (told >= countMax || !isWantedEvent(one.event)) return [];
    const bytes = writer.encode(one);
    if (bytes === undefined) return [];
    if (bytes === "unsaid") {
      unsaid.set(one.event.kind, (unsaid.get(one.event.kind) ?? 0) + 1);
      return [];
    }
    if (isPacket) told += 1;
    return [bytes];
  }

  return {
    header: writer.header,
    take(events) {
      read += events.length;
      return Buffer.concat(events.flatMap(encoded));
    },
    isFull: () => told >= countMax,
    readCount: () => read,
    unsaid,
  };
}

const NAME_IT = "name its format: --from FORMAT; text for people is not read back";
const LOOK =
  "look at the line: netlogctl packets schema says what an event holds; or name another format: --from FORMAT";

/**
 * Says what could not be read.
 * @param remedy what to do, if that is not to name the format
 * @throws Fault where nothing could be
 */
export function tellUnread(sources: readonly Source[], readCount: number, say: Say, remedy?: string): void {
  const texts = [...problemsIn(sources), ...linesIn(sources)];
  const [first] = texts;
  if (first !== undefined && readCount === 0)
    throw new Fault(
      "bad-input",
      `there is nothing to ${remedy === undefined ? "convert" : "read"}: ${first}`,
      remedy ?? (problemsIn(sources).length > 0 ? NAME_IT : LOOK),
    );
  for (const text of texts) say(text);
}

function problemsIn(sources: readonly Source[]): string[] {
  return sources.flatMap(({ name, unread }) => {
    const { problem } = unread();
    return problem === undefined ? [] : [`${name}: ${problem}`];
  });
}

const PLACES_MAX = 3;

function linesIn(sources: readonly Source[]): string[] {
  const count = sources.reduce((sum, { unread }) => sum + unread().lines, 0);
  if (count === 0) return [];
  const all = sources.flatMap(({ name, unread }) => unread().first.map((line) => `${name}:${line}`));
  const places = all.slice(0, PLACES_MAX).join(", ");
  const more = count > PLACES_MAX ? ", ..." : "";
  return [`${count === 1 ? "1 line was no event" : `${count} lines were no events`}: ${places}${more}`];
}

function unsaidText(unsaid: Unsaid, to: ConvertWish["to"]): string {
  const count = [...unsaid.values()].reduce((sum, one) => sum + one, 0);
  const events = count === 1 ? "1 event is" : `${count} events are`;
  const kinds = new Set([...unsaid.keys()].map((kind) => unsaidKind(kind, to)));
  return `${events} left out, for which ${to} has no word: ${[...kinds].join(", ")}`;
}

function unsaidKind(kind: NetlogEvent["kind"], to: ConvertWish["to"]): string {
  if (kind === "loss") return "losses";
  if (kind !== "flow") return to === "pcapng" ? "no packets of IP" : "packets";
  if (to === "zeek") return "flows that have not ended";
  return to === "vyos" ? "flows of which nothing happened" : "flows";
}
