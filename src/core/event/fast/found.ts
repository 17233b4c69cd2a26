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
   * @param words the bytes of the message, four at a time as this machine orders them
   */
  read(words: Uint32Array, start: number, end: number): boolean {
    this.seconds = -1;
    this.uid = -1;
    this.gid = -1;
    this.sequence = -1;
    this.sequenceGlobal = -1;
    this.payloadAt = 0;
    this.payloadEnd = 0;
    let at = start;
    while (at + 4 <= end) {
      const word = words[at >> 2] as number;
      const length = word & 0xffff;
      if (length < 4 || at + length > end || !this.#take(words, word, at)) {
        this.#findSequence(words, at, end);
        return false;
      }
      at += (length + 3) & ~3;
    }
    return true;
  }

  #take(words: Uint32Array, word: number, at: number): boolean {
    switch (word & 0x3fff_ffff) {
      case SEQUENCE:
        this.sequence = swapped(words[(at >> 2) + 1] as number);
        return true;
      case SEQUENCE_GLOBAL:
        this.sequenceGlobal = swapped(words[(at >> 2) + 1] as number);
        return true;
      case TIME:
        return this.#takeTime(words, (at >> 2) + 1);
      case UID:
        this.uid = swapped(words[(at >> 2) + 1] as number);
        return true;
      case GID:
        this.gid = swapped(words[(at >> 2) + 1] as number);
        return true;
      default:
        if (((word >>> 16) & 0x3fff) !== NFULA.payload) return false;
        this.payloadAt = at + 4;
        this.payloadEnd = at + (word & 0xffff);
        return true;
    }
  }

  /** Of each number the upper half comes first. */
  #takeTime(words: Uint32Array, first: number): boolean {
    this.seconds = swapped(words[first + 1] as number);
    this.microseconds = swapped(words[first + 3] as number);
    return words[first] === 0 && words[first + 2] === 0 && this.microseconds < 1_000_000;
  }

  /** The number of a packet that is not read any further: it counts all the same. */
  #findSequence(words: Uint32Array, start: number, end: number): void {
    for (let at = start; at + 8 <= end; ) {
      const word = words[at >> 2] as number;
      const length = word & 0xffff;
      if (length < 4 || at + length > end) return;
      if ((word & 0x3fff_ffff) === SEQUENCE) this.sequence = swapped(words[(at >> 2) + 1] as number);
      at += (length + 3) & ~3;
    }
  }
}

/** Numbers stand with their highest byte first. */
function swapped(word: number): number {
  return ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}

/** The first word of an attribute with a value of this many bytes, but for its flags. */
function headOf(type: number, size: number): number {
  return (type << 16) | (4 + size);
}

const SEQUENCE = headOf(NFULA.sequence, 4);
const SEQUENCE_GLOBAL = headOf(NFULA.sequenceGlobal, 4);
const UID = headOf(NFULA.uid, 4);
const GID = headOf(NFULA.gid, 4);
const TIME = headOf(NFULA.timestamp, 16);
