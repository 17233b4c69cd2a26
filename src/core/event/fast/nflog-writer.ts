import { NFGEN_HEADER } from "../../netlink/message.ts";
import { NFLOG_PACKET } from "../../netlink/nflog.ts";
import { readNflogMessage } from "../../netlink/nflog-message.ts";
import type { PacketEvent } from "../event.ts";
import { packetEventOf, type Surroundings } from "../from-nflog.ts";
import type { AtOnce } from "../lines.ts";
import type { PayloadStyle } from "../pipeline.ts";
import type { Moment } from "../time-text.ts";
import { ByteWriter } from "./byte-writer.ts";
import { CachedHeads } from "./cached-heads.ts";
import { Copied } from "./copied.ts";
import { Found } from "./found.ts";
import { type Head, headOf } from "./heads.ts";
import { JsonLines } from "./json-lines.ts";
import type { PacketLines } from "./packet-lines.ts";
import { type Gap, Tallies } from "./tallies.ts";
import { TextLines } from "./text-lines.ts";

/** Who is told of what comes in datagrams. */
export interface Listening {
  /** Takes what was written: all of it, before it returns. */
  readonly flush: (bytes: Buffer) => void;
  /** The line of an event with the bytes of its packet, newline included; undefined if it is not wanted. */
  readonly lineOf: (event: PacketEvent, bytes: Buffer | undefined) => string | undefined;
  /** The line of a loss. */
  readonly lossLine: (group: number, gap: Gap) => string;
}

export interface WriterOptions extends Omit<Surroundings, "moment" | "momentSource" | "source"> {
  /** What lines may be written at once; undefined where each event has to be looked at. */
  readonly atOnce: AtOnce | undefined;
  readonly payload: PayloadStyle | undefined;
  readonly isWanted: (prefix: string) => boolean;
  /** How many packets are told; what comes after them is left. */
  readonly linesMax: number;
}

const OUTPUT_BYTES = 512 * 1024;
/** The longest line that is written at once, but for the payload. */
const LINE_BYTES_MAX = 16 * 1024;

function packetLines(out: ByteWriter, { atOnce, payload }: WriterOptions): PacketLines | undefined {
  if (atOnce === undefined) return undefined;
  return typeof atOnce === "object" ? new TextLines(out, atOnce) : new JsonLines(out, atOnce, payload);
}

/**
 * Writes datagrams of NFLOG messages as lines. A common packet is written straight from its bytes, what messages begin with
 * alike is written once; any other goes the long way over its event. Both give the same line.
 */
export class NflogWriter {
  /** What is received into. */
  readonly input: Buffer;
  readonly tallies = new Tallies();
  readonly #words: Uint32Array;
  readonly #out = new ByteWriter(OUTPUT_BYTES);
  readonly #listening: Listening;
  #options: WriterOptions;
  readonly #heads: CachedHeads<Head>;
  readonly #found = new Found();
  readonly #copied: Copied;
  #packetLines: PacketLines | undefined;
  #lines = 0;
  readonly #surroundings: { -readonly [Key in keyof Surroundings]: Surroundings[Key] };

  constructor(inputBytes: number, options: WriterOptions, listening: Listening) {
    this.input = Buffer.from(new ArrayBuffer(inputBytes));
    this.#words = new Uint32Array(this.input.buffer);
    this.#copied = new Copied(this.input);
    this.#options = options;
    this.#listening = listening;
    const moment = { seconds: 0, nanoseconds: 0 };
    this.#surroundings = { ...options, source: "nflog", moment, momentSource: "reader" };
    this.#packetLines = packetLines(this.#out, options);
    this.#heads = new CachedHeads(this.input, (words, parsed) => {
      const event = packetEventOf(parsed, this.#surroundings);
      const isWanted = this.#options.isWanted(parsed.prefix);
      return headOf(words, parsed, event, this.#options.atOnce ?? "default", isWanted);
    });
  }

  /** Writes what comes from now on otherwise. */
  retell(options: Pick<WriterOptions, "atOnce" | "payload" | "isWanted">): void {
    this.#options = { ...this.#options, ...options };
    this.#packetLines = packetLines(this.#out, this.#options);
    this.forgetHeads();
  }

  /** Forgets what it knows of interfaces. */
  forgetHeads(): void {
    this.#heads.forget();
  }

  /** Writes the messages of a datagram, of which the first bytes of the input hold `length`. */
  datagram(length: number, moment: Moment): void {
    this.#surroundings.moment = moment;
    for (let at = 0; at + 16 <= length; ) {
      const size = this.#words[at >> 2] as number;
      if (size < 16 || at + size > length) break;
      if (size >= NFGEN_HEADER) this.#message(at, at + size);
      at += (size + 3) & ~3;
    }
  }

  #message(at: number, end: number): void {
    const type = (this.#words[(at + 4) >> 2] as number) & 0xffff;
    if (type === NFLOG_PACKET) this.#packet(at, end);
  }

  /** Whether as many packets were told as were asked for. */
  get isFull(): boolean {
    return this.#lines >= this.#options.linesMax;
  }

  flush(): void {
    if (this.#out.at > 0) this.#listening.flush(this.#out.bytes.subarray(0, this.#out.at));
    this.#out.at = 0;
  }

  /** Writes a line of another kind in between. */
  line(text: string): void {
    const bytes = Buffer.from(text, "utf8");
    if (!this.#out.hasRoom(bytes.length)) this.flush();
    if (this.#out.hasRoom(bytes.length)) {
      this.#out.text(text);
    } else {
      this.#listening.flush(bytes);
    }
  }

  #packet(at: number, end: number): void {
    if (this.isFull) return;
    const head = this.#heads.at(at + 16, end);
    const found = this.#found;
    const isUsual = found.read(this.#words, at + 16 + head.words.length * 4, end);
    this.#count(head.group, found.sequence);
    if (!head.isWanted) return;
    const lines = this.#packetLines;
    const isWritten = isUsual && head.version !== 0 && lines !== undefined && this.#write(head, found, lines);
    if (isWritten || this.#writeSlowly(at, end)) this.#lines += 1;
  }

  #count(group: number, sequence: number): void {
    const gap = this.tallies.count(group, sequence);
    if (gap !== undefined) this.line(this.#listening.lossLine(group, gap));
  }

  #write(head: Head, found: Found, lines: PacketLines): boolean {
    const { payload } = this.#options;
    const copied = found.payloadEnd - found.payloadAt;
    if (!this.#copied.find(found.payloadAt, found.payloadEnd, head.version === 6 ? 6 : 4)) return false;
    const room = LINE_BYTES_MAX + (payload === undefined ? 0 : 2 * Math.min(copied, payload.bytesMax));
    if (!this.#out.hasRoom(room)) this.flush();
    const start = this.#out.at;
    const isWritten = lines.write(head, found, this.#copied, this.#surroundings.moment);
    if (!isWritten) this.#out.at = start;
    return isWritten;
  }

  #writeSlowly(at: number, end: number): boolean {
    const message = readNflogMessage(this.input.subarray(at, end));
    const event = packetEventOf(message, this.#surroundings);
    const line = this.#listening.lineOf(event, message.payload);
    if (line !== undefined) this.line(line);
    return line !== undefined;
  }
}
