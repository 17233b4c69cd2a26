import type { Moment } from "../event/time-text.ts";
import { INTERFACE_BYTES_MAX, InterfaceNumbers } from "../pcap/block-writer.ts";
import { FileTally } from "./file-tally.ts";

/** How far a file goes. */
export interface FileLimits {
  /** Packets of this second are of the next one. */
  readonly endSeconds: number;
  readonly bytesMax: number;
}

/** Takes what is written, file by file. */
export interface CaptureSink {
  /** A file is begun with a packet of this moment; nothing of it is there before its first bytes are. */
  begin(moment: Moment, linkType: number): FileLimits;
  /** Writes the whole blocks of so many packets behind those before; false where there is no room: then the file holds nothing of them. Where it may not become so large, another is to be begun. */
  write(bytes: Buffer, packets: number): boolean | "too-large";
  /** The file is closed. */
  close(tally: FileTally, ended: "time" | "size" | "end"): void;
}

const BYTES = 1024 * 1024;
/** Where the block of a packet says which interface of the file it came by. */
const NUMBER_AT = 8;
const NO_LIMITS: FileLimits = { endSeconds: -1, bytesMax: 0 };

/** Collects the blocks of packets, and ends a file where its time or its size does. */
export class BlockBuffer {
  readonly bytes = Buffer.from(new ArrayBuffer(BYTES));
  readonly words = new Uint32Array(this.bytes.buffer);
  at = 0;
  /** Is another number whenever the numbers of interfaces, and what is counted in, hold no more. */
  generation = 0;
  tally = new FileTally();
  readonly #sink: CaptureSink;
  #numbers = new InterfaceNumbers(0);
  #limits = NO_LIMITS;
  #isBegun = false;
  #interfacesWritten = 0;
  #bytesWritten = 0;
  #linkType = 0;

  constructor(sink: CaptureSink) {
    this.#sink = sink;
  }

  /** Makes room for the block of a packet, in the file that it belongs to. */
  prepare(seconds: number, nanoseconds: number, length: number): void {
    if (this.at + length + INTERFACE_BYTES_MAX > BYTES) this.flush();
    const { endSeconds, bytesMax } = this.#limits;
    if (seconds >= endSeconds) this.#begin("time", { seconds, nanoseconds });
    else if (this.#bytesWritten + this.at + length > bytesMax && this.#bytesWritten + this.at > 0)
      this.#begin("size", { seconds, nanoseconds });
  }

  /** Adds the block of a packet, in the file that it belongs to, under the number that its interface has there. */
  add({ seconds, nanoseconds }: Moment, interfaceName: string, block: Buffer): void {
    this.prepare(seconds, nanoseconds, block.length);
    const number = this.numberOf(interfaceName);
    this.append(block);
    this.bytes.writeUInt32LE(number, this.at - block.length + NUMBER_AT);
  }

  /** Packets are of this link type from now on: a file holds one. */
  useLink(linkType: number): void {
    if (this.#linkType === linkType) return;
    this.end("end");
    this.#linkType = linkType;
  }

  /** The number of an interface in the file; its block is added where it has none yet. */
  numberOf(name: string): number {
    const { number, added } = this.#numbers.of(name);
    for (const block of added) this.append(block);
    return number;
  }

  /** Adds blocks for which room was made. */
  append(block: Buffer): void {
    if (this.at + block.length > BYTES) throw new Error("a block is larger than the room that was made for it");
    block.copy(this.bytes, this.at);
    this.at += block.length;
  }

  flush(): void {
    if (this.at === 0) return;
    const isWritten = this.#sink.write(this.bytes.subarray(0, this.at), this.tally.pending);
    if (isWritten === true) {
      this.tally.keep();
      this.#bytesWritten += this.at;
      this.#interfacesWritten = this.#numbers.count;
    } else {
      this.tally.drop();
      this.#numbers.keepFirst(this.#interfacesWritten);
      this.generation += 1;
    }
    this.at = 0;
    if (isWritten === "too-large") this.#limits = { ...this.#limits, bytesMax: 0 };
  }

  /** Writes what there is, and closes the file: the next packet begins another. */
  end(why: "time" | "size" | "end"): void {
    this.flush();
    this.#limits = NO_LIMITS;
    if (!this.#isBegun) return;
    this.#isBegun = false;
    const { tally } = this;
    this.tally = new FileTally();
    // Of a file that never was the next one tells what was lost.
    if (tally.packets === 0) this.tally.lost = tally.lost;
    this.#sink.close(tally, why);
  }

  /** The second behind the file's last one; -1 where none is begun. */
  get endSeconds(): number {
    return this.#limits.endSeconds;
  }

  #begin(why: "time" | "size", moment: Moment): void {
    this.end(why);
    this.#limits = this.#sink.begin(moment, this.#linkType);
    this.#isBegun = true;
    this.#numbers = new InterfaceNumbers(this.#linkType);
    this.#interfacesWritten = 0;
    this.#bytesWritten = 0;
    this.generation += 1;
  }
}
