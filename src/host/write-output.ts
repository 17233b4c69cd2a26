import { createWriteStream, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { hostError } from "./host-errors.ts";

/** Writes bytes to a file of the user's as they come; "-" is standard output. */
export async function writeOutput(path: string, chunks: AsyncIterable<Buffer>): Promise<void> {
  const bytes = Readable.from(chunks, { objectMode: false });
  if (path === "-") await writeOut(bytes);
  else await writeWhole(bytes, path);
}

const CLOSED: readonly unknown[] = ["EPIPE", "ERR_STREAM_PREMATURE_CLOSE"];

/** Who closes it has read enough. */
async function writeOut(bytes: Readable): Promise<void> {
  try {
    await pipeline(bytes, process.stdout, { end: false });
  } catch (error) {
    if (!CLOSED.includes((error as NodeJS.ErrnoException).code)) throw error;
  }
}

/** It takes its place when it is whole: it may be made of what stood there. A device or a pipe is written to as it is. */
async function writeWhole(bytes: Readable, path: string): Promise<void> {
  const isSpecial = statSync(path, { throwIfNoEntry: false })?.isFile() === false;
  const part = isSpecial ? path : join(dirname(path), `.${basename(path)}.part-${process.pid}`);
  try {
    await pipeline(bytes, createWriteStream(part));
    if (!isSpecial) renameSync(part, path);
  } catch (error) {
    if (!isSpecial) rmSync(part, { force: true });
    throw hostError(error, "write", path);
  }
}
