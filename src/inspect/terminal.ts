import { closeSync, constants, openSync, writeSync } from "node:fs";
import { isatty, ReadStream } from "node:tty";

/** The alternate screen without its cursor; a line that is too long is cut off by the terminal, too (xterm: DECTCEM, DECAWM, 1049). */
const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[H\u001b[2J";
const LEAVE = "\u001b[0m\u001b[2J\u001b[H\u001b[?7h\u001b[?25h\u001b[?1049l";

const STDIN = 0;
const STDOUT = 1;

/** The terminal as a whole screen, which is given back as it was, come what may. */
export class Terminal {
  #keys: ReadStream | undefined;
  readonly #leave = (): void => this.leave();

  /** The columns and rows that there are. */
  get size(): { readonly columns: number; readonly rows: number } {
    return { columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 };
  }

  /**
   * Takes the screen, and gives the keys; undefined where there is nobody at a keyboard. They come from the terminal itself:
   * standard input may be a pipe, and another program may want it.
   */
  enter(): ReadStream | undefined {
    const file = keyboard();
    if (file === undefined) return undefined;
    const keys = new ReadStream(file);
    this.#keys = keys;
    keys.on("error", () => {}); // the terminal is gone: a signal tells
    process.once("exit", this.#leave);
    process.once("uncaughtExceptionMonitor", this.#leave);
    this.write(ENTER);
    return keys;
  }

  leave(): void {
    const keys = this.#keys;
    if (keys === undefined) return;
    this.#keys = undefined;
    process.off("exit", this.#leave);
    process.off("uncaughtExceptionMonitor", this.#leave);
    if (!keys.destroyed) keys.setRawMode(false);
    keys.destroy();
    this.write(LEAVE);
  }

  /** At once: what is written at the end must be there before it. */
  write(text: string): void {
    const bytes = Buffer.from(text);
    let at = 0;
    try {
      while (at < bytes.length) at += writeSync(STDOUT, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EAGAIN") process.stdout.write(bytes.subarray(at));
    }
  }
}

/** A file of the terminal that only we read. */
function keyboard(): number | undefined {
  for (const path of ["/dev/tty", `/proc/self/fd/${STDIN}`]) {
    const file = opened(path);
    if (file === undefined) continue;
    if (isatty(file)) return file;
    closeSync(file);
  }
  return undefined;
}

function opened(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOCTTY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}
