import { CachedHeads } from "../event/fast/cached-heads.ts";
import { Found } from "../event/fast/found.ts";
import { type Gap, Tallies } from "../event/fast/tallies.ts";
import { packetEventOf, type Surroundings } from "../event/from-nflog.ts";
import { type Moment, momentText, nanosecondsIn, secondsIn } from "../event/time-text.ts";
import { NFGEN_HEADER } from "../netlink/message.ts";
import { NFLOG_PACKET } from "../netlink/nflog.ts";
import { readNflogMessage } from "../netlink/nflog-message.ts";
import { blockOf, canHold, interfaceOf } from "../pcap/pcapng.ts";
import { LINKTYPE } from "../pcap/write.ts";
import type { BlockBuffer } from "./block-buffer.ts";
import { type BlockHead, blockHeadOf } from "./block-head.ts";
import { copyWords, type Target } from "./copy-words.ts";
import type { CaptureLink } from "./schema.ts";

/** How packets of messages become blocks. */
export interface BlocksOptions extends Pick<Surroundings, "interfaceName"> {
  readonly link: CaptureLink;
  /** What comes behind so many packets is left. */
  readonly packetsMax: number;
  /** The clock by which files are named and packets told, if it is not that of the machine. */
  readonly clock: ((moment: Moment) => Moment) | undefined;
  readonly onGap: (group: number, gap: Gap) => void;
}

const BLOCK_HEAD = 28;
const ENHANCED_PACKET = 6;
const HALVES = 0x1_0000_0000;

/**
 * Writes datagrams of NFLOG messages as blocks of pcapng. A common packet is written straight from its bytes, any other goes
 * the long way over its event. Both give the same block.
 */
export class NflogBlocks {
  /** What is received into. */
  readonly input: Buffer;
  readonly tallies = new Tallies();
  readonly #from: Target;
  readonly #out: BlockBuffer;
  readonly #options: BlocksOptions;
  readonly #heads: CachedHeads<BlockHead>;
  readonly #found = new Found();
  readonly #surroundings: { -readonly [Key in keyof Surroundings]: Surroundings[Key] };
  #packets = 0;
  #second = -1;
  /** The halves of the second's nanoseconds since 1970. */
  #upper = 0;
  #lower = 0;

  constructor(inputBytes: number, out: BlockBuffer, options: BlocksOptions) {
    this.input = Buffer.from(new ArrayBuffer(inputBytes));
    this.#from = { bytes: this.input, words: new Uint32Array(this.input.buffer) };
    this.#out = out;
    this.#options = options;
    const { interfaceName, link } = options;
    const moment = { seconds: 0, nanoseconds: 0 };
    this.#surroundings = { source: "nflog", moment, momentSource: "reader", interfaceName };
    this.#heads = new CachedHeads(this.input, (words, message) =>
      blockHeadOf(words, message, packetEventOf(message, this.#surroundings), link),
    );
    out.useLink(LINKTYPE[link]);
  }

  /** Forgets what it knows of interfaces. */
  forgetHeads(): void {
    this.#heads.forget();
  }

  /** Whether as many packets came as were asked for. */
  get isFull(): boolean {
    return this.#packets >= this.#options.packetsMax;
  }

  flush(): void {
    this.#out.flush();
  }

  /** Writes the messages of a datagram, of which the first bytes of the input hold `length`. */
  datagram(length: number, moment: Moment): void {
    this.#surroundings.moment = moment;
    for (let at = 0; at + 16 <= length; ) {
      const size = this.#from.words[at >> 2] as number;
      if (size < 16 || at + size > length) break;
      const type = (this.#from.words[(at + 4) >> 2] as number) & 0xffff;
      if (size >= NFGEN_HEADER && type === NFLOG_PACKET && !this.isFull) this.#packet(at, at + size);
      at += (size + 3) & ~3;
    }
  }

  #packet(at: number, end: number): void {
    const head = this.#heads.at(at + 16, end);
    const found = this.#found;
    const isUsual = found.read(this.#from.words, at + 16 + head.words.length * 4, end);
    const gap = this.tallies.count(head.group, found.sequence);
    if (gap !== undefined) this.#lose(head.group, gap);
    if (isUsual && head.version !== 0 && this.#options.clock === undefined && this.#write(head, found, at, end)) {
      this.#packets += 1;
    } else {
      this.#writeSlowly(at, end);
    }
  }

  #lose(group: number, gap: Gap): void {
    this.#out.tally.lost += gap.count;
    this.#options.onGap(group, gap);
  }

  #write(head: BlockHead, found: Found, at: number, end: number): boolean {
    const isRecord = this.#options.link === "nflog";
    const length = lengthOf(head.version, this.input, found.payloadAt, found.payloadEnd);
    if (length < 0) return false;
    const [start, stop] = isRecord ? [at + 16, end] : [found.payloadAt, found.payloadEnd];
    const captured = head.linkBytes + stop - start;
    const { moment } = this.#surroundings;
    const seconds = found.seconds < 0 ? moment.seconds : found.seconds;
    const nanoseconds = found.seconds < 0 ? moment.nanoseconds : found.microseconds * 1000;
    const size = BLOCK_HEAD + ((captured + 3) & ~3) + head.options.length * 4 + 4;
    const out = this.#out;
    out.prepare(seconds, nanoseconds, size);
    if (head.generation !== out.generation) this.#place(head);
    const words = out.words;
    const first = out.at >> 2;
    this.#writeHead(first, head.number, size, seconds, nanoseconds);
    words[first + 5] = captured;
    words[first + 6] = isRecord ? captured : Math.max(length + head.linkBytes, captured);
    for (let index = 0; index < head.link.length; index += 1) words[first + 7 + index] = head.link[index] as number;
    copyWords(this.#from, start, stop, out, out.at + BLOCK_HEAD + head.linkBytes, head.linkRest);
    const behind = first + 7 + ((captured + 3) >> 2);
    for (let index = 0; index < head.options.length; index += 1) words[behind + index] = head.options[index] as number;
    words[behind + head.options.length] = size;
    out.at += size;
    out.tally.add(head.count, seconds, nanoseconds);
    return true;
  }

  #writeHead(first: number, number: number, size: number, seconds: number, nanoseconds: number): void {
    if (seconds !== this.#second) {
      const since = BigInt(seconds) * 1_000_000_000n;
      this.#second = seconds;
      this.#upper = Number(since >> 32n);
      this.#lower = Number(since & 0xffff_ffffn);
    }
    const words = this.#out.words;
    const lower = this.#lower + nanoseconds;
    words[first] = ENHANCED_PACKET;
    words[first + 1] = size;
    words[first + 2] = number;
    words[first + 3] = lower >= HALVES ? this.#upper + 1 : this.#upper;
    words[first + 4] = lower;
  }

  /** In a file that is new, an interface has to be described, and a prefix is counted anew. */
  #place(head: BlockHead): void {
    const out = this.#out;
    head.number = out.numberOf(head.interfaceName);
    head.count = out.tally.countOf(head.prefix);
    for (const name of head.interfaces) out.tally.addInterface(name);
    head.generation = out.generation;
  }

  #writeSlowly(at: number, end: number): void {
    const { link, clock } = this.#options;
    const message = readNflogMessage(this.input.subarray(at, end));
    const told = packetEventOf(message, this.#surroundings);
    const event = clock === undefined ? told : { ...told, ts: momentText(clock(momentIn(told.ts))) };
    const bytes = link === "nflog" ? this.input.subarray(at + 16, end) : (message.payload ?? Buffer.alloc(0));
    if (!canHold(link, bytes)) return;
    const out = this.#out;
    const { seconds, nanoseconds } = momentIn(event.ts);
    out.add({ seconds, nanoseconds }, interfaceOf(event), blockOf(link, event, bytes, 0));
    for (const name of [event.in, event.out]) out.tally.addInterface(name);
    out.tally.add(out.tally.countOf(event.prefix), seconds, nanoseconds);
    this.#packets += 1;
  }
}

function momentIn(ts: string): Moment {
  return { seconds: secondsIn(ts), nanoseconds: nanosecondsIn(ts) };
}

/** How long a packet of IP is by its header; -1 where that is unusual. */
function lengthOf(version: 0 | 4 | 6, bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at] as number;
  if (version === 4) {
    if (end - at < 20 || first < 0x45 || first > 0x4f) return -1;
    return ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number) || end - at;
  }
  if (end - at < 40 || first >> 4 !== 6) return -1;
  const payload = ((bytes[at + 4] as number) << 8) | (bytes[at + 5] as number);
  return payload === 0 ? -1 : 40 + payload;
}
