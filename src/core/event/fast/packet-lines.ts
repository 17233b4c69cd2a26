import { type Moment, secondsText } from "../time-text.ts";
import { type Piece, pieceOf } from "./byte-writer.ts";
import type { Copied } from "./copied.ts";
import type { Found } from "./found.ts";
import type { Head } from "./heads.ts";

/** Writes lines of common packets straight from their bytes. */
export interface PacketLines {
  /**
   * False where the packet is not as usual after all: what was written has to be taken back then.
   * @param moment when it was read
   */
  write(head: Head, found: Found, packet: Copied, moment: Moment): boolean;
}

/** What lines of one second begin with: most are in the second of the one before. */
export class SecondStart {
  readonly #textOf: (second: string) => string;
  #second = -1;
  #piece = pieceOf("");

  /** @param textOf the text, from `2026-11-21T11:37:36` */
  constructor(textOf: (second: string) => string) {
    this.#textOf = textOf;
  }

  of(second: number): Piece {
    if (second !== this.#second) {
      this.#second = second;
      this.#piece = pieceOf(this.#textOf(secondsText(second)));
    }
    return this.#piece;
  }
}
