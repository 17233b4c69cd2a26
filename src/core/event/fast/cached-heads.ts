import { type NflogMessage, readNflogMessage } from "../../netlink/nflog-message.ts";
import { isVariable } from "./found.ts";

const HEADS_MAX = 4096;

/**
 * What messages in a buffer begin with alike, looked at once: the bytes from struct nfgenmsg on, up to the first attribute
 * that differs from packet to packet.
 */
export class CachedHeads<Head extends { readonly words: Uint32Array }> {
  readonly #input: Buffer;
  readonly #words: Uint32Array;
  readonly #make: (words: Uint32Array, message: NflogMessage) => Head;
  readonly #heads = new Map<string, Head>();
  #head: Head | undefined;

  /** @param make what is to be known of a head, from a whole message that begins with it */
  constructor(input: Buffer, make: (words: Uint32Array, message: NflogMessage) => Head) {
    this.#input = input;
    this.#words = new Uint32Array(input.buffer);
    this.#make = make;
  }

  /** Each is made anew from now on. */
  forget(): void {
    this.#heads.clear();
    this.#head = undefined;
  }

  /** The head that the message begins with, whose header ends at the offset: most often that of the one before. */
  at(at: number, end: number): Head {
    const head = this.#head;
    if (head !== undefined && this.#beginsWith(head, at, end)) return head;
    const next = this.#lookUp(at, end);
    this.#head = next;
    return next;
  }

  #beginsWith({ words }: Head, at: number, end: number): boolean {
    const first = at >> 2;
    const size = words.length * 4;
    if (at + size + 4 > end) return false;
    for (let index = 0; index < words.length; index += 1) {
      if (words[index] !== this.#words[first + index]) return false;
    }
    return isVariable(((this.#words[first + words.length] as number) >>> 16) & 0x3fff);
  }

  #lookUp(at: number, end: number): Head {
    const headEnd = this.#headEnd(at, end);
    const key = this.#input.toString("latin1", at, headEnd);
    const known = this.#heads.get(key);
    if (known !== undefined) return known;
    if (this.#heads.size >= HEADS_MAX) this.#heads.clear();
    const message = readNflogMessage(this.#input.subarray(at - 16, end));
    const head = this.#make(this.#words.slice(at >> 2, headEnd >> 2), message);
    this.#heads.set(key, head);
    return head;
  }

  /** Where the first attribute stands that differs from packet to packet. */
  #headEnd(at: number, end: number): number {
    let place = at + 4;
    while (place + 4 <= end) {
      const word = this.#words[place >> 2] as number;
      const length = word & 0xffff;
      if (length < 4 || place + length > end || isVariable((word >>> 16) & 0x3fff)) break;
      place += (length + 3) & ~3;
    }
    return Math.min(place, (end + 3) & ~3);
  }
}
