import { NFULA } from "../../netlink/nflog-message.ts";

const VARIABLE: readonly boolean[] = Array.from({ length: 32 }, (_, type) =>
  [NFULA.timestamp, NFULA.payload, NFULA.uid, NFULA.gid, NFULA.sequence, NFULA.sequenceGlobal].some(
    (one) => one === type,
  ),
);

/** Whether an attribute differs from packet to packet: the kernel puts those behind all others. */
export function isVariable(type: number): boolean {
  return VARIABLE[type] === true;
}

/** What the attributes say that differ from packet to packet; -1 where they do not. */
export class Found {
  seconds = -1;
  microseconds = 0;
  uid = -1;
  gid = -1;
  sequence = -1;
  sequenceGlobal = -1;
  payloadAt = 0;
  payloadEnd = 0;

  /**
   * Reads them from an offset on; false where anything is there that is not one of them as the kernel makes them.
   * @param words the same bytes, four at a time as this machine orders them
   */
  read(bytes: Uint8Array, words: Uint32Array, start: number, end: number): boolean {
    this.#forget();
    let at = start;
    while (at + 4 <= end) {
      const word = words[at >> 2] as number;
      const length = word & 0xffff;
      if (length < 4 || at + length > end || !this.#take((word >>> 16) & 0x3fff, bytes, at, length)) {
        this.#findSequence(bytes, words, at, end);
        return false;
      }
      at += (length + 3) & ~3;
    }
    return true;
  }

  #forget(): void {
    this.seconds = -1;
    this.microseconds = 0;
    this.uid = -1;
    this.gid = -1;
    this.sequence = -1;
    this.sequenceGlobal = -1;
    this.payloadAt = 0;
    this.payloadEnd = 0;
  }

  #take(type: number, bytes: Uint8Array, at: number, length: number): boolean {
    if (type === NFULA.payload) {
      this.payloadAt = at + 4;
      this.payloadEnd = at + length;
      return true;
    }
    if (type === NFULA.timestamp) return length === 20 && this.#takeTime(bytes, at + 4);
    return length === 8 && this.#takeNumber(type, u32(bytes, at + 4));
  }

  #takeTime(bytes: Uint8Array, at: number): boolean {
    this.seconds = u32(bytes, at + 4);
    this.microseconds = u32(bytes, at + 12);
    return u32(bytes, at) === 0 && u32(bytes, at + 8) === 0 && this.microseconds < 1_000_000;
  }

  #takeNumber(type: number, value: number): boolean {
    if (type === NFULA.sequence) this.sequence = value;
    else if (type === NFULA.sequenceGlobal) this.sequenceGlobal = value;
    else if (type === NFULA.uid) this.uid = value;
    else if (type === NFULA.gid) this.gid = value;
    else return false;
    return true;
  }

  /** The number of a packet that is not read any further: it counts all the same. */
  #findSequence(bytes: Uint8Array, words: Uint32Array, start: number, end: number): void {
    for (let at = start; at + 8 <= end; ) {
      const word = words[at >> 2] as number;
      const length = word & 0xffff;
      if (length < 4 || at + length > end) return;
      if (((word >>> 16) & 0x3fff) === NFULA.sequence && length === 8) this.sequence = u32(bytes, at + 4);
      at += (length + 3) & ~3;
    }
  }
}

function u32(bytes: Uint8Array, at: number): number {
  const [first, second] = [bytes[at] as number, bytes[at + 1] as number];
  return ((first << 24) | (second << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number)) >>> 0;
}
