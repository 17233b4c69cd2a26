import { writeSync } from "node:fs";
import { waitToWrite } from "../libc.ts";

/** Who read what is written has gone. */
export class OutputClosed extends Error {}

const LOOK_MS = 100;

/** Writes bytes to a file, a pipe or a terminal, however slowly they are taken there. */
export class Output {
  unwrittenBytes = 0;
  readonly #file: number;
  readonly #isEnding: () => boolean;

  /** @param isEnding while this is true, what is not taken within a second is given up */
  constructor(file: number, isEnding: () => boolean) {
    this.#file = file;
    this.#isEnding = isEnding;
  }

  /** @throws OutputClosed, or what the file system says */
  write(bytes: Buffer): void {
    let patience = 10;
    for (let at = 0; at < bytes.length; ) {
      const count = this.#some(bytes, at);
      if (count > 0) patience = 10;
      else if (this.#isEnding() && patience === 0) {
        this.unwrittenBytes += bytes.length - at;
        return;
      } else if (!waitToWrite(this.#file, LOOK_MS) && this.#isEnding()) patience -= 1;
      at += count;
    }
  }

  #some(bytes: Buffer, at: number): number {
    try {
      return writeSync(this.#file, bytes, at, bytes.length - at);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "EAGAIN") return 0;
      if (code === "EPIPE") throw new OutputClosed();
      throw error;
    }
  }
}
