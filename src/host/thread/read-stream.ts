import { close, read, write } from "node:fs";
import { promisify } from "node:util";
import type { LinePipe, ReaderThread, Telling, WithLines } from "../../core/model/packet-stream.ts";

const readFile = promisify(read);
const closeFile = promisify(close);
const writeFile = promisify(write) as (file: number, text: string) => Promise<unknown>;

const CHUNK_BYTES = 1024 * 1024;

/** Opens a reader whose lines come here, through a pipe. @throws GroupHeld */
export async function readStream<Wish, End>(
  open: (wish: Wish, telling: Telling, file: number) => Promise<ReaderThread<Wish, End>>,
  wish: Wish,
  telling: Telling,
): Promise<ReaderThread<Wish, End> & WithLines> {
  const pipe = await openLinePipe();
  try {
    const stream = await open(wish, telling, pipe.file);
    const ended = stream.ended.then(
      async (end) => {
        await pipe.end();
        return end;
      },
      async (error) => {
        await pipe.breakOff();
        throw error;
      },
    );
    return { ...stream, ended, lines: pipe.lines };
  } catch (error) {
    await Promise.all([pipe.end(), pipe.lines.return(undefined)]);
    throw error;
  }
}

/** Opens a pipe from whoever writes lines to a file to whoever reads them here. */
export async function openLinePipe(): Promise<LinePipe> {
  const { openPipe } = await import("../libc.ts"); // a library of its own, which most commands do without
  const { reads, writes } = openPipe(CHUNK_BYTES);
  let isBroken = false;
  return {
    file: writes,
    lines: linesOf(reads, () => isBroken),
    end: () => closeFile(writes),
    breakOff: async () => {
      isBroken = true;
      await writeFile(writes, "\n"); // wakes whoever reads, for a thread that is gone left its own end of the pipe open
      await closeFile(writes);
    },
  };
}

/** Whole lines of what is read, until the end of the file, or until what writes it broke off. */
async function* linesOf(file: number, isBroken: () => boolean): AsyncGenerator<Buffer> {
  let begun = Buffer.alloc(0);
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const { bytesRead } = await readFile(file, chunk, 0, CHUNK_BYTES, null);
      if (bytesRead === 0 || isBroken()) return;
      const end = chunk.lastIndexOf(0x0a, bytesRead - 1) + 1;
      const whole = Buffer.concat([begun, chunk.subarray(0, end)]);
      begun = Buffer.concat([end === 0 ? begun : Buffer.alloc(0), chunk.subarray(end, bytesRead)]);
      if (end > 0) yield whole;
    }
  } finally {
    await closeFile(file);
  }
}
