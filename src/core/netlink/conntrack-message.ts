import { Tuple } from "./conntrack-tuple.ts";

/** Attributes of a conntrack message (enum ctattr_type, linux/netfilter/nfnetlink_conntrack.h). */
export const CTA = {
  tupleOrig: 1,
  tupleReply: 2,
  status: 3,
  protoInfo: 4,
  help: 5,
  timeout: 7,
  mark: 8,
  countersOrig: 9,
  countersReply: 10,
  use: 11,
  id: 12,
  tupleMaster: 14,
  seqAdjustOrig: 15,
  seqAdjustReply: 16,
  zone: 18,
  securityContext: 19,
  timestamp: 20,
  labels: 22,
  synproxy: 24,
  timestampEvent: 27,
} as const;

const CTA_COUNT = 32;

/** The types of conntrack's messages (NFNL_SUBSYS_CTNETLINK, 1, in the upper byte). */
export const CONNTRACK = { new: 0x0100, get: 0x0101, delete: 0x0102 } as const;

/** Of struct nlmsghdr: it made something that was not there. */
const NLM_F_CREATE_EXCL = 0x600;

/** Where the header of netfilter ends, behind which attributes stand. */
const ATTRIBUTES_AT = 20;

/** Counts of one direction; -1 where the kernel does not count. */
interface Counters {
  packets: number;
  bytes: number;
}

/**
 * A message of conntrack as it stands in a buffer: it is filled again and again, so that nothing is made for each of very
 * many. Absent numbers are -1.
 */
export class ConntrackMessage {
  bytes: Buffer = Buffer.alloc(0);
  /** Where it begins and ends in the buffer. */
  start = 0;
  end = 0;
  change: "new" | "update" | "destroy" = "new";
  /** The netlink port of who caused it; 0: the kernel. */
  portId = 0;
  readonly orig = new Tuple();
  readonly reply = new Tuple();
  id = 0;
  status = 0;
  timeout = -1;
  mark = -1;
  zone = -1;
  use = -1;
  /** Of TCP, DCCP or SCTP. */
  state = -1;
  readonly out: Counters = { packets: -1, bytes: -1 };
  readonly back: Counters = { packets: -1, bytes: -1 };
  /** Where 64 bits of nanoseconds since 1970 stand; 0: nowhere. */
  startedAt = 0;
  stoppedAt = 0;
  happenedAt = 0;
  /** Whether it has attributes that are read only on demand (valueOf). */
  hasMore = false;
  readonly #at = new Int32Array(CTA_COUNT);
  readonly #length = new Int32Array(CTA_COUNT);

  /** Fills it with the message that stands there. False if that is none of conntrack, or has no ends. */
  read(bytes: Buffer, start: number, end: number): boolean {
    if (end - start < ATTRIBUTES_AT) return false;
    const type = bytes.readUInt16LE(start + 4);
    if (type !== CONNTRACK.new && type !== CONNTRACK.delete) return false;
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.change =
      type === CONNTRACK.delete ? "destroy" : bytes.readUInt16LE(start + 6) & NLM_F_CREATE_EXCL ? "new" : "update";
    this.portId = bytes.readUInt32LE(start + 12);
    this.#forget();
    this.#find(bytes, start + ATTRIBUTES_AT, end);
    return this.#take(bytes);
  }

  /** Leaves out what was true when the message was sent: a flow that it tells of may be told of later. */
  forgetMoment(): void {
    this.portId = this.happenedAt = 0;
    this.timeout = this.use = -1;
    this.out.packets = this.out.bytes = this.back.packets = this.back.bytes = -1;
  }

  /** The bytes of an attribute; undefined if it is not there. */
  valueOf(type: number): Buffer | undefined {
    const at = this.#at[type] as number;
    return at === 0 ? undefined : this.bytes.subarray(at, at + (this.#length[type] as number));
  }

  /** Where the value of an attribute begins and ends; 0 and 0 if it is not there. */
  placeOf(type: number): { readonly at: number; readonly end: number } {
    const at = this.#at[type] as number;
    return { at, end: at + (this.#length[type] as number) };
  }

  /** The message as it stands. */
  raw(): Buffer {
    return this.bytes.subarray(this.start, this.end);
  }

  #forget(): void {
    this.#at.fill(0);
    this.#length.fill(0);
    this.id = this.status = this.startedAt = this.stoppedAt = this.happenedAt = 0;
    this.timeout = this.mark = this.zone = this.use = this.state = -1;
    this.out.packets = this.out.bytes = this.back.packets = this.back.bytes = -1;
    this.hasMore = false;
  }

  #find(bytes: Buffer, from: number, end: number): void {
    for (let at = from; at + 4 <= end; ) {
      const length = bytes.readUInt16LE(at);
      if (length < 4 || at + length > end) return;
      const type = bytes.readUInt16LE(at + 2) & 0x3fff;
      if (type < CTA_COUNT) {
        this.#at[type] = at + 4;
        this.#length[type] = length - 4;
      }
      at += (length + 3) & ~3;
    }
  }

  #take(bytes: Buffer): boolean {
    this.id = this.#number(CTA.id, 0);
    this.status = this.#number(CTA.status, 0);
    this.timeout = this.#number(CTA.timeout, -1);
    this.mark = this.#number(CTA.mark, -1);
    this.use = this.#number(CTA.use, -1);
    if (this.#has(CTA.zone, 2)) this.zone = bytes.readUInt16BE(this.#at[CTA.zone] as number);
    if (this.#has(CTA.timestampEvent, 8)) this.happenedAt = this.#at[CTA.timestampEvent] as number;
    this.#takeCounters(CTA.countersOrig, this.out);
    this.#takeCounters(CTA.countersReply, this.back);
    this.#takeTimes();
    this.#takeState();
    this.#takeTuple(CTA.tupleOrig, this.orig);
    this.#takeTuple(CTA.tupleReply, this.reply);
    this.hasMore = this.#hasMore();
    return this.orig.addressBytes > 0 && this.reply.addressBytes === this.orig.addressBytes;
  }

  #hasMore(): boolean {
    for (const type of MORE) if (this.#at[type] !== 0) return true;
    return this.#at[CTA.protoInfo] !== 0 && !(this.orig.protocol === TCP && this.#isTcpInfo());
  }

  /** Whether the protocol's attribute is TCP's as the kernel writes it: numbers of a byte or two, by their types. */
  #isTcpInfo(): boolean {
    const { at, end } = this.placeOf(CTA.protoInfo);
    if (end - at < 4 || this.bytes.readUInt16LE(at) !== end - at || this.#typeAt(at) !== 1) return false;
    let last = 0;
    for (let place = at + 4; place < end; place += 8) {
      const size = place + 8 > end ? 0 : this.bytes.readUInt16LE(place);
      if (size < 5 || size > 8 || this.#typeAt(place) <= last) return false;
      last = this.#typeAt(place);
    }
    return true;
  }

  #typeAt(at: number): number {
    return this.bytes.readUInt16LE(at + 2) & 0x3fff;
  }

  #has(type: number, size: number): boolean {
    return this.#at[type] !== 0 && (this.#length[type] as number) >= size;
  }

  #number(type: number, absent: number): number {
    return this.#has(type, 4) ? this.bytes.readUInt32BE(this.#at[type] as number) : absent;
  }

  #takeTuple(type: number, tuple: Tuple): void {
    const at = this.#at[type] as number;
    tuple.read(this.bytes, at, at === 0 ? 0 : at + (this.#length[type] as number));
  }

  /** enum ctattr_counters: two numbers of 64 bits. */
  #takeCounters(type: number, counters: Counters): void {
    const at = this.#at[type] as number;
    const end = at + (this.#length[type] as number);
    for (let place = at; at !== 0 && place + 12 <= end; ) {
      const kind = this.bytes.readUInt16LE(place + 2) & 0x3fff;
      if (kind === 1) counters.packets = this.#count(place + 4);
      if (kind === 2) counters.bytes = this.#count(place + 4);
      place += Math.max((this.bytes.readUInt16LE(place) + 3) & ~3, 4);
    }
  }

  #count(at: number): number {
    return Math.min(this.bytes.readUInt32BE(at) * 2 ** 32 + this.bytes.readUInt32BE(at + 4), Number.MAX_SAFE_INTEGER);
  }

  /** enum ctattr_tstamp. */
  #takeTimes(): void {
    const at = this.#at[CTA.timestamp] as number;
    const end = at + (this.#length[CTA.timestamp] as number);
    for (let place = at; at !== 0 && place + 12 <= end; ) {
      const kind = this.bytes.readUInt16LE(place + 2) & 0x3fff;
      if (kind === 1) this.startedAt = place + 4;
      if (kind === 2) this.stoppedAt = place + 4;
      place += Math.max((this.bytes.readUInt16LE(place) + 3) & ~3, 4);
    }
  }

  /** The first attribute of the protocol's is its state, for each of TCP, DCCP and SCTP. */
  #takeState(): void {
    const at = this.#at[CTA.protoInfo] as number;
    if (at === 0 || (this.#length[CTA.protoInfo] as number) < 9) return;
    if ((this.bytes.readUInt16LE(at + 6) & 0x3fff) === 1) this.state = this.bytes[at + 8] as number;
  }
}

const TCP = 6;

/** What most messages do not have. */
const MORE: readonly number[] = [
  ...[CTA.help, CTA.tupleMaster, CTA.seqAdjustOrig, CTA.seqAdjustReply, CTA.securityContext],
  ...[CTA.labels, CTA.synproxy],
];
