import { stateName } from "../../flow/states.ts";
import type { FlowChange } from "../../model/flow-stream.ts";
import type { ConntrackMessage } from "../../netlink/conntrack-message.ts";
import { Moment64 } from "../../netlink/time64.ts";
import { protocolName } from "../../packet/protocol-names.ts";
import { printable } from "../../printable.ts";
import { statusNames } from "../from-conntrack.ts";
import { type Moment, secondsText } from "../time-text.ts";
import { flowTopicOf } from "../topic.ts";
import { type ByteWriter, type Piece, pieceOf } from "./byte-writer.ts";
import { writeCounters, writeEnds, writeNat, writeNumber, writeProtoInfo, writeSeconds } from "./flow-parts.ts";

const START = '{"schema":1,"kind":"flow","ts":"';
const ID = [',"family":"ip"', ',"family":"ip6"'].map(pieceOf) as [Piece, Piece];
const TIMEOUT = pieceOf(',"timeout":');
const MARK = pieceOf(',"mark":');
const ZONE = pieceOf(',"zone":');
const ZONE_ORIG = pieceOf(',"zone_orig":');
const ZONE_REPLY = pieceOf(',"zone_reply":');
const REPLY = pieceOf(',"reply":{');
const PACKETS = pieceOf(',"packets":');
const BYTES = pieceOf(',"bytes":');
const BEGAN = pieceOf(',"start":"');
const BEGAN_KERNEL = pieceOf('Z","start_source":"kernel"');
const BEGAN_READER = pieceOf('Z","start_source":"reader"');
const STOP = pieceOf(',"stop":"');
const STOP_END = pieceOf('Z"');
const DURATION = pieceOf(',"duration":');
const USE = pieceOf(',"use":');
const PORT_ID = pieceOf(',"port_id":');
const END = pieceOf("}\n");
const [BRACE, POINT] = [0x7d, 0x2e];

/** Writes conntrack messages as lines of JSON straight from their bytes: the same as their events make. */
export class FlowWriter {
  readonly #out: ByteWriter;
  /** What stands behind the time of every event: host and namespace. */
  readonly #place: string;
  readonly #heads = new Map<number, Piece>();
  readonly #statuses = new Map<number, Piece>();
  readonly #states = new Map<number, Piece>();
  readonly #protocols: (Piece | undefined)[] = [];
  readonly #starts = new Seconds(START);
  readonly #others = new Seconds("");
  readonly #at = new Moment64();
  readonly #began = new Moment64();
  readonly #ended = new Moment64();

  /** @param out has room for a line whenever one is written */
  constructor(out: ByteWriter, { host, netns }: { readonly host?: string; readonly netns?: string }) {
    this.#out = out;
    const place = printable(
      JSON.stringify({ ...(host !== undefined && { host }), ...(netns !== undefined && { netns }) }),
    );
    this.#place = place === "{}" ? "" : `,${place.slice(1, -1)}`;
  }

  /** Writes a message that has nothing beyond what most have (hasMore). */
  write(message: ConntrackMessage, change: FlowChange, isResync: boolean, beganUs: number, moment: Moment): void {
    const out = this.#out;
    const isKernels = this.#when(message, change, isResync, moment);
    this.#starts.write(out, this.#at);
    out.piece(this.#headOf(change, isResync, message.orig.protocol, isKernels));
    out.number(message.id);
    out.piece(ID[message.orig.addressBytes === 4 ? 0 : 1]);
    writeEnds(out, message.bytes, message.orig, this.#protocolOf(message.orig.protocol));
    if (message.state >= 0) out.piece(this.#stateOf(message.orig.protocol, message.state));
    out.piece(this.#statusOf(message.status));
    this.#numbers(message);
    writeNat(out, message);
    writeCounters(out, message.out);
    out.piece(REPLY);
    writeEnds(out, message.bytes, message.reply, undefined);
    writeNumber(out, PACKETS, message.back.packets);
    writeNumber(out, BYTES, message.back.bytes);
    out.byte(BRACE);
    this.#sums(message);
    this.#times(message, change, beganUs);
    writeProtoInfo(out, message);
    writeNumber(out, USE, message.use);
    if (message.portId !== 0) writeNumber(out, PORT_ID, message.portId);
    out.piece(END);
  }

  /** Finds when it happened; whether the kernel says so. */
  #when(message: ConntrackMessage, change: FlowChange, isResync: boolean, moment: Moment): boolean {
    const { bytes, happenedAt, stoppedAt } = message;
    const isTold = !isResync && change !== "listed";
    if (isTold && happenedAt !== 0 && !this.#at.read(bytes, happenedAt).isZero) return true;
    if (isTold && stoppedAt !== 0 && !this.#at.read(bytes, stoppedAt).isZero) return true;
    this.#at.seconds = moment.seconds;
    this.#at.nanoseconds = moment.nanoseconds;
    return false;
  }

  #numbers({ timeout, mark, zone, orig, reply }: ConntrackMessage): void {
    const out = this.#out;
    writeNumber(out, TIMEOUT, timeout);
    writeNumber(out, MARK, mark);
    writeNumber(out, ZONE, zone);
    writeNumber(out, ZONE_ORIG, orig.zone);
    writeNumber(out, ZONE_REPLY, reply.zone);
  }

  #sums({ out: orig, back }: ConntrackMessage): void {
    if (orig.packets >= 0 && back.packets >= 0) writeNumber(this.#out, PACKETS, orig.packets + back.packets);
    if (orig.bytes >= 0 && back.bytes >= 0) writeNumber(this.#out, BYTES, orig.bytes + back.bytes);
  }

  #times(message: ConntrackMessage, change: FlowChange, beganUs: number): void {
    const { bytes, stoppedAt } = message;
    const hasStart = change !== "new" && this.#writeStart(message, beganUs);
    const hasStop = stoppedAt !== 0 && !this.#ended.read(bytes, stoppedAt).isZero;
    if (hasStop) {
      this.#out.piece(STOP);
      this.#others.write(this.#out, this.#ended);
      this.#out.piece(STOP_END);
    }
    if (hasStart) this.#duration(hasStop ? this.#ended : this.#at);
  }

  /** Whether it is known when the flow began. */
  #writeStart({ bytes, startedAt }: ConntrackMessage, beganUs: number): boolean {
    const isKernels = startedAt !== 0 && !this.#began.read(bytes, startedAt).isZero;
    if (!isKernels && beganUs === 0) return false;
    if (!isKernels) this.#began.take(beganUs);
    this.#out.piece(BEGAN);
    this.#others.write(this.#out, this.#began);
    this.#out.piece(isKernels ? BEGAN_KERNEL : BEGAN_READER);
    return true;
  }

  #duration(end: Moment): void {
    const ns = (end.seconds - this.#began.seconds) * 1e9 + end.nanoseconds - this.#began.nanoseconds;
    this.#out.piece(DURATION);
    writeSeconds(this.#out, Math.max(ns, 0));
  }

  #headOf(change: FlowChange, isResync: boolean, protocol: number, isKernels: boolean): Piece {
    const key = (CHANGE_NUMBERS[change] << 10) | (protocol << 2) | (isResync ? 2 : 0) | (isKernels ? 1 : 0);
    return cached(this.#heads, key, () => {
      const source = isKernels ? "kernel" : "reader";
      const resync = isResync ? ',"resync":true' : "";
      const topic = flowTopicOf(change, protocolName(protocol));
      return `Z","ts_source":"${source}"${this.#place},"source":"conntrack","change":"${change}"${resync},"topic":"${topic}","id":`;
    });
  }

  #protocolOf(protocol: number): Piece {
    const known = this.#protocols[protocol];
    if (known !== undefined) return known;
    const piece = pieceOf(`","proto":"${protocolName(protocol)}"`);
    this.#protocols[protocol] = piece;
    return piece;
  }

  #stateOf(protocol: number, state: number): Piece {
    return cached(this.#states, (protocol << 8) | state, () => {
      const name = stateName(protocol, state);
      return name === undefined ? "" : `,"state":"${name}"`;
    });
  }

  #statusOf(status: number): Piece {
    return cached(this.#statuses, status, () => `,"status":${JSON.stringify(statusNames(status))}`);
  }
}

const CHANGE_NUMBERS: Readonly<Record<FlowChange, number>> = { new: 0, update: 1, destroy: 2, listed: 3 };

/** There are few of each; somebody who makes up more does not fill the memory. */
const CACHED_MAX = 4096;

function cached(pieces: Map<number, Piece>, key: number, make: () => string): Piece {
  const known = pieces.get(key);
  if (known !== undefined) return known;
  if (pieces.size >= CACHED_MAX) pieces.clear();
  const piece = pieceOf(make());
  pieces.set(key, piece);
  return piece;
}

const SECONDS = 256;

/** Writes moments; the last seconds are held as they are written. */
class Seconds {
  readonly #before: string;
  readonly #seconds = new Float64Array(SECONDS).fill(-1);
  readonly #pieces: Piece[] = [];

  constructor(before: string) {
    this.#before = before;
  }

  write(out: ByteWriter, { seconds, nanoseconds }: Moment): void {
    const place = seconds % SECONDS;
    if (this.#seconds[place] !== seconds) {
      this.#seconds[place] = seconds;
      this.#pieces[place] = pieceOf(`${this.#before}${secondsText(seconds)}`);
    }
    out.piece(this.#pieces[place] as Piece);
    out.byte(POINT);
    out.nanoseconds(nanoseconds);
  }
}
