import { windowAround } from "./window.ts";

/** A block that has this much is full. */
const BLOCK_BYTES = 128 * 1024;
const BLOCK_EVENTS = 1024;

/** Of how many addresses a block is at most to be found by them: a flood of spoofed ones must not fill the index. */
const BLOCK_ADDRESSES = 256;

const FIRST_BYTES = 4096;

/** What is known of a line beside its bytes. */
export interface LineFacts {
  readonly ts: string;
  readonly cursor: number;
}

/** Lines of events of one topic, as many as go into one row. */
export class OpenBlock {
  readonly id: number;
  /** The times that it takes: so no block spans more than is known. */
  readonly #window: { readonly from: string; readonly to: string };
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;
  readonly #addresses = new Set<string>();
  count = 0;
  firstTs: string;
  lastTs: string;
  readonly firstCursor: number;
  lastCursor: number;
  /** Whether it has more addresses than it can be found by. */
  isSpread = false;

  constructor(id: number, { ts, cursor }: LineFacts) {
    this.id = id;
    this.#window = windowAround(ts);
    this.firstTs = ts;
    this.lastTs = ts;
    this.firstCursor = cursor;
    this.lastCursor = cursor;
  }

  takes(ts: string): boolean {
    return ts >= this.#window.from && ts <= this.#window.to;
  }

  isFull(): boolean {
    return this.#length >= BLOCK_BYTES || this.count >= BLOCK_EVENTS;
  }

  add({ ts, cursor }: LineFacts, bytes: Buffer, start: number, end: number): void {
    const length = this.#length + end - start;
    if (length > this.#bytes.length) this.#grow(length);
    bytes.copy(this.#bytes, this.#length, start, end);
    this.#length = length;
    this.count += 1;
    if (ts < this.firstTs) this.firstTs = ts;
    if (ts > this.lastTs) this.lastTs = ts;
    this.lastCursor = cursor;
  }

  readonly addAddress = (text: string): void => {
    if (this.isSpread) return;
    this.#addresses.add(text);
    if (this.#addresses.size <= BLOCK_ADDRESSES) return;
    this.isSpread = true;
    this.#addresses.clear();
  };

  lines(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  addresses(): ReadonlySet<string> {
    return this.#addresses;
  }

  #grow(length: number): void {
    const bytes = Buffer.allocUnsafe(Math.max(length, this.#bytes.length * 2));
    this.#bytes.copy(bytes, 0, 0, this.#length);
    this.#bytes = bytes;
  }
}
