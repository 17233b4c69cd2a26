import type { FlowEvent, NetlogEvent, PacketEvent, TrafficEvent } from "../core/event/event.ts";
import type { OpenTelling } from "../core/event/open-telling.ts";
import { Fault } from "../core/model/fault.ts";
import { HostError } from "../core/model/host.ts";
import { faultOfHost } from "./host-faults.ts";

/** Sends a line to a Unix socket, and gives whole lines as they come back. @throws HostError */
export type ConnectLines = (path: string, request: string, signal: AbortSignal) => AsyncIterable<Buffer>;

export interface BusWish {
  /** The socket of the log service. */
  readonly socket: string;
  /** Patterns of topics. */
  readonly topics: readonly string[];
  /** The cursor behind which it begins; undefined: with what comes from now on. */
  readonly after: number | undefined;
}

/** The lines that a log service tells, as they come, each an event. It ends with the signal; that the service ended is a fault. */
export async function* busLines(connect: ConnectLines, wish: BusWish, signal: AbortSignal): AsyncGenerator<string[]> {
  let last = "";
  try {
    for await (const bytes of connect(wish.socket, requestOf(wish), signal)) {
      const lines = bytes.toString("utf8").split("\n").slice(0, -1);
      refuseRefusal(lines[0]);
      yield lines;
      last = lines.at(-1) ?? last;
    }
  } catch (error) {
    throw error instanceof HostError ? notThere(error) : error;
  }
  if (signal.aborted) return;
  throw new Fault("refused", "the log service ended, or cut this subscriber off", againFrom(last));
}

function againFrom(line: string): string {
  const cursor = /"cursor":([0-9]+)\}$/.exec(line)?.[1];
  const where = cursor === undefined ? "" : `; what comes behind the last event: --after ${cursor}`;
  return `see whether netlogctl serve runs${where}`;
}

/** The topics of packets whose prefixes are like these globs, without blanks around them; of none: of all. */
export function packetTopics(prefixes: readonly string[]): string[] {
  return prefixes.length === 0 ? ["nft:*"] : prefixes.map((glob) => `nft:${glob.trim().toLowerCase()}`);
}

export interface BusTelling {
  readonly telling: OpenTelling;
  readonly countMax: number | undefined;
  readonly signal: AbortSignal;
  /** Which flows are told; without it packets are. */
  readonly isWantedFlow?: (flow: FlowEvent) => boolean;
}

/** The same as lines of a telling, many at once. */
export async function* streamBus(
  connect: ConnectLines,
  wish: BusWish,
  { telling, countMax, signal, isWantedFlow }: BusTelling,
): AsyncGenerator<string> {
  let left = countMax ?? Number.POSITIVE_INFINITY;
  for await (const lines of busLines(connect, wish, signal)) {
    const told = lines.flatMap((line) => toldOf(JSON.parse(line) as NetlogEvent, telling, isWantedFlow));
    const wanted = told.slice(0, endOf(told, left));
    left -= wanted.filter(({ isLoss }) => !isLoss).length;
    if (wanted.length > 0) yield wanted.map(({ line }) => line).join("");
    if (left <= 0) return;
  }
}

/** The place behind the event that is the last one wanted. */
function endOf(told: readonly Told[], eventsMax: number): number {
  let events = 0;
  for (const [place, { isLoss }] of told.entries()) {
    if (!isLoss) events += 1;
    if (events >= eventsMax) return place + 1;
  }
  return told.length;
}

interface Told {
  readonly line: string;
  readonly isLoss: boolean;
}

/** Of losses those are told that are of what is told. */
function toldOf(event: NetlogEvent, telling: OpenTelling, isWantedFlow: BusTelling["isWantedFlow"]): Told[] {
  const isLoss = event.kind === "loss";
  const isOfFlows = isLoss ? event.source === "conntrack" : event.kind === "flow";
  if (isOfFlows !== (isWantedFlow !== undefined)) return [];
  const line = isLoss ? telling.lines.lineOfLoss(event) : lineOfTraffic(event, telling, isWantedFlow);
  return line === undefined ? [] : [{ line, isLoss }];
}

function lineOfTraffic(
  event: TrafficEvent,
  telling: OpenTelling,
  isWantedFlow: BusTelling["isWantedFlow"],
): string | undefined {
  if (event.kind !== "flow") return lineOf(event, telling);
  return isWantedFlow?.(event) === true ? telling.lines.lineOf(event, undefined) : undefined;
}

function requestOf({ topics, after }: BusWish): string {
  return JSON.stringify({ subscribe: topics, ...(after === undefined ? {} : { after }) });
}

/** What it says instead of events. */
function refuseRefusal(line = ""): void {
  if (!line.startsWith('{"error":')) return;
  const { error, remedy } = JSON.parse(line) as { readonly error: string; readonly remedy: string };
  throw new Fault("refused", `the log service says: ${error}`, remedy);
}

/** What of the packet is told is the telling's affair. */
function lineOf(
  { payload, payload_encoding = "hex", payload_cut, ...event }: PacketEvent,
  { lines, isWantedPrefix }: OpenTelling,
): string | undefined {
  if (!isWantedPrefix(event.prefix)) return undefined;
  const cut = payload_cut === undefined ? {} : { payload_cut };
  return lines.lineOf({ ...event, ...cut }, payload === undefined ? undefined : Buffer.from(payload, payload_encoding));
}

function notThere(error: HostError): Fault {
  const isDenied = ["EACCES", "EPERM"].includes(error.code);
  const remedy = isDenied
    ? `ask to be added to the group of its socket: ls -l ${error.path}`
    : "start it: netlogctl serve; or name its socket: --socket PATH";
  if (error.code === "ECONNREFUSED") {
    return new Fault("not-found", `no log service listens at ${error.path}`, remedy, { cause: error });
  }
  return faultOfHost(error, "connect to the log service", remedy);
}
