import { close, read } from "node:fs";
import { promisify } from "node:util";
import type { Listening, OpenPacketStream, ReadStream, Telling } from "../../core/model/packet-stream.ts";

const readFile = promisify(read);
const closeFile = promisify(close);

const CHUNK_BYTES = 1024 * 1024;

/** Opens a reader of NFLOG groups whose lines come here, through a pipe. @throws GroupHeld */
export async function readPacketStream(
  open: OpenPacketStream,
  listening: Listening,
  telling: Telling,
): Promise<ReadStream> {
  const { openPipe } = await import("../libc.ts"); // a library of its own, which most commands do without
  const { reads, writes } = openPipe(CHUNK_BYTES);
  try {
    const stream = await open(listening, telling, writes);
    const ended = stream.ended.finally(() => closeFile(writes));
    return { ...stream, ended, lines: linesOf(reads) };
  } catch (error) {
    await Promise.all([closeFile(reads), closeFile(writes)]);
    throw error;
  }
}

/** Whole lines of what is read. */
async function* linesOf(file: number): AsyncGenerator<Buffer> {
  let begun = Buffer.alloc(0);
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const { bytesRead } = await readFile(file, chunk, 0, CHUNK_BYTES, null);
      if (bytesRead === 0) return;
      const end = chunk.lastIndexOf(0x0a, bytesRead - 1) + 1;
      const whole = Buffer.concat([begun, chunk.subarray(0, end)]);
      begun = Buffer.concat([end === 0 ? begun : Buffer.alloc(0), chunk.subarray(end, bytesRead)]);
      if (end > 0) yield whole;
    }
  } finally {
    await closeFile(file);
  }
}
