/** A text of ASCII or UTF-8 that is written again and again: eight bytes at a time, the last ones filled up. */
export interface Piece {
  readonly words: Float64Array;
  readonly length: number;
}

/** No byte of UTF-8 is such that eight of them could be a NaN, which may not keep its bits. */
export function pieceOf(text: string): Piece {
  const bytes = Buffer.from(text, "utf8");
  const filled = new Uint8Array((bytes.length + 7) & ~7);
  filled.set(bytes);
  return { words: new Float64Array(filled.buffer), length: bytes.length };
}

/** Numbers below 10,000 as four bytes of ASCII, first digit lowest: as they are, and filled up with zeros. */
const SHORT = new Uint32Array(10_000);
const SHORT_LENGTH = new Uint8Array(10_000);
const FILLED = new Uint32Array(10_000);
for (let number = 0; number < 10_000; number += 1) {
  const digits = String(number);
  SHORT[number] = asWord(digits);
  SHORT_LENGTH[number] = digits.length;
  FILLED[number] = asWord(digits.padStart(4, "0"));
}

/** The parts of an address of IPv4: a number and a point. */
const PART = new Uint32Array(256);
const PART_LENGTH = new Uint8Array(256);
/** A byte as two digits in hex. */
const HEX = new Uint16Array(256);
for (let number = 0; number < 256; number += 1) {
  PART[number] = asWord(`${number}.`);
  PART_LENGTH[number] = String(number).length + 1;
  HEX[number] = asWord(number.toString(16).padStart(2, "0"));
}

/** Twelve bits as two letters of base64 (RFC 4648). */
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const PAIR = new Uint16Array(4096);
for (let number = 0; number < 4096; number += 1) {
  PAIR[number] = asWord((LETTERS[number >> 6] ?? "") + (LETTERS[number & 63] ?? ""));
}

function asWord(text: string): number {
  return [...text].reduce((word, letter, at) => (word | (letter.charCodeAt(0) << (8 * at))) >>> 0, 0);
}

const EQUALS = 0x3d;
const [BLANK, POINT] = [0x20, 0x2e];

/** What stands behind the room that is asked for: the longest overhang of a piece. */
const SLACK = 16;

/** Writes text as bytes into one buffer; who uses it makes room first and takes it when it is full. */
export class ByteWriter {
  readonly bytes: Buffer;
  at = 0;
  readonly #view: DataView;

  constructor(size: number) {
    this.bytes = Buffer.from(new ArrayBuffer(size));
    this.#view = new DataView(this.bytes.buffer);
  }

  hasRoom(length: number): boolean {
    return this.at + length + SLACK <= this.bytes.length;
  }

  piece({ words, length }: Piece): void {
    const view = this.#view;
    let at = this.at;
    for (let index = 0; index < words.length; index += 1, at += 8) view.setFloat64(at, words[index] as number, true);
    this.at += length;
  }

  text(text: string): void {
    this.at += this.bytes.write(text, this.at, "utf8");
  }

  byte(byte: number): void {
    this.bytes[this.at] = byte;
    this.at += 1;
  }

  /** Blanks up to a place. */
  blanks(end: number): void {
    while (this.at < end) this.byte(BLANK);
  }

  /** A number of 0 to 2 to the power of 32. */
  number(number: number): void {
    if (number >= 100_000_000) {
      const upper = Math.floor(number / 100_000_000);
      this.#short(upper);
      const rest = number - upper * 100_000_000;
      this.#filled((rest / 10_000) | 0);
      this.#filled(rest % 10_000);
    } else if (number >= 10_000) {
      const upper = (number / 10_000) | 0;
      this.#short(upper);
      this.#filled(number - upper * 10_000);
    } else {
      this.#short(number);
    }
  }

  #short(number: number): void {
    this.#view.setUint32(this.at, SHORT[number] as number, true);
    this.at += SHORT_LENGTH[number] as number;
  }

  /** Nine digits. */
  nanoseconds(number: number): void {
    const upper = (number / 100_000) | 0;
    const rest = number - upper * 100_000;
    const middle = (rest / 10) | 0;
    this.#filled(upper);
    this.#filled(middle);
    this.byte(48 + rest - middle * 10);
  }

  /** A point and the first three of nine digits. */
  milliseconds(nanoseconds: number): void {
    this.#filled((nanoseconds / 1_000_000) | 0);
    this.bytes[this.at - 4] = POINT;
  }

  /** Nine digits, of which the last three are 0. */
  microseconds(number: number): void {
    const upper = (number / 100) | 0;
    this.#filled(upper);
    this.#filled((number - upper * 100) * 100);
    this.byte(48);
  }

  #filled(number: number): void {
    this.#view.setUint32(this.at, FILLED[number] as number, true);
    this.at += 4;
  }

  address4(from: Uint8Array, at: number): void {
    const view = this.#view;
    for (let index = 0; index < 4; index += 1) {
      const part = from[at + index] as number;
      view.setUint32(this.at, PART[part] as number, true);
      this.at += PART_LENGTH[part] as number;
    }
    this.at -= 1;
  }

  hex(from: Uint8Array, at: number, end: number): void {
    const view = this.#view;
    let to = this.at;
    for (let index = at; index < end; index += 1, to += 2)
      view.setUint16(to, HEX[from[index] as number] as number, true);
    this.at = to;
  }

  /** One group of an address of IPv6: in hex without zeros in front. */
  group6(number: number): void {
    if (number >= 0x1000) this.byte(digit(number >> 12));
    if (number >= 0x100) this.byte(digit((number >> 8) & 15));
    if (number >= 0x10) this.byte(digit((number >> 4) & 15));
    this.byte(digit(number & 15));
  }

  /** Base64: twelve bytes at a time, which are read as three numbers. */
  base64(from: DataView, start: number, end: number): void {
    const view = this.#view;
    let at = start;
    let to = this.at;
    for (; at + 12 <= end; at += 12, to += 16) {
      const first = from.getUint32(at);
      const second = from.getUint32(at + 4);
      const third = from.getUint32(at + 8);
      view.setUint32(to, four(first >>> 8), true);
      view.setUint32(to + 4, four(((first & 0xff) << 16) | (second >>> 16)), true);
      view.setUint32(to + 8, four(((second & 0xffff) << 8) | (third >>> 24)), true);
      view.setUint32(to + 12, four(third & 0xff_ffff), true);
    }
    for (; at + 3 <= end; at += 3, to += 4) {
      view.setUint32(to, four((from.getUint16(at) << 8) | from.getUint8(at + 2)), true);
    }
    this.at = to;
    if (at < end) this.#lastLetters(from.getUint8(at), at + 1 < end ? from.getUint8(at + 1) : -1);
  }

  /** One or two bytes, and = for what is missing to three. */
  #lastLetters(first: number, second: number): void {
    const bits = (first << 16) | (Math.max(second, 0) << 8);
    this.#view.setUint32(this.at, four(bits), true);
    if (second < 0) this.bytes[this.at + 2] = EQUALS;
    this.bytes[this.at + 3] = EQUALS;
    this.at += 4;
  }
}

/** Three bytes as four letters of base64. */
function four(bits: number): number {
  return (PAIR[bits >> 12] as number) | ((PAIR[bits & 4095] as number) << 16);
}

function digit(number: number): number {
  return number < 10 ? 48 + number : 87 + number;
}
