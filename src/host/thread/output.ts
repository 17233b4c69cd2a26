import { closeSync, constants, fstatSync, openSync, writeSync } from "node:fs";
import { waitToWrite } from "../libc.ts";

/** Who read what is written has gone. */
export class OutputClosed extends Error {}

const LOOK_MS = 100;
/** How often nothing may be taken in a row once the end is asked for. */
const PATIENCE = 10;

/** Writes bytes to a file, a pipe or a terminal, however slowly they are taken there. */
export class Output {
  unwrittenBytes = 0;
  readonly #file: number;
  readonly #isOwn: boolean;
  #patience = PATIENCE;
  readonly #isEnding: () => boolean;

  /** @param isEnding while this is true, what is not taken within a second is given up */
  constructor(file: number, isEnding: () => boolean) {
    this.#file = withoutBlocking(file);
    this.#isOwn = this.#file !== file;
    this.#isEnding = isEnding;
  }

  /** @throws OutputClosed, or what the file system says */
  write(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      const count = this.#some(bytes, at);
      at += count;
      if (count > 0) this.#patience = PATIENCE;
      else if (!this.#waitMore()) {
        this.unwrittenBytes += bytes.length - at;
        return;
      }
    }
  }

  /** Waits for who reads; false if that has been for too long. */
  #waitMore(): boolean {
    if (this.#patience === 0 && this.#isEnding()) return false;
    if (!waitToWrite(this.#file, LOOK_MS) && this.#isEnding()) this.#patience -= 1;
    return true;
  }

  close(): void {
    if (this.#isOwn) closeSync(this.#file);
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

/** A pipe or a terminal once more, so that writing to it never waits, for us alone; where that is refused it may wait. */
function withoutBlocking(file: number): number {
  const kind = fstatSync(file);
  if (!kind.isFIFO() && !kind.isCharacterDevice()) return file;
  try {
    return openSync(`/proc/self/fd/${file}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return file;
  }
}
