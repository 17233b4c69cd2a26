import {
  chmodSync,
  chownSync,
  createWriteStream,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
} from "node:fs";
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

/** Who closes it has read enough; of anything else that is wrong with standard output main tells. */
async function writeOut(bytes: Readable): Promise<void> {
  try {
    await pipeline(bytes, process.stdout, { end: false });
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code !== "ERR_STREAM_PREMATURE_CLOSE" && syscall !== "write") throw error;
  }
}

/** It takes its place when it is whole: it may be made of what stood there. A device or a pipe is written to as it is. */
async function writeWhole(bytes: Readable, path: string): Promise<void> {
  try {
    const before = statSync(path, { throwIfNoEntry: false });
    if (before === undefined) await replace(bytes, path);
    else if (before.isFile()) await replace(bytes, realpathSync(path), before);
    else await pipeline(bytes, createWriteStream(path));
  } catch (error) {
    throw hostError(error, "write", path);
  }
}

/** @param before what stands there: its owner and its mode stay */
async function replace(bytes: Readable, path: string, before?: Stats): Promise<void> {
  const part = join(dirname(path), `.${basename(path)}.part-${process.pid}`);
  rmSync(part, { force: true });
  try {
    await pipeline(bytes, createWriteStream(part, { flags: "wx", mode: before === undefined ? 0o666 : 0o600 }));
    if (before !== undefined) {
      const isMine = before.uid === process.getuid?.() && before.gid === process.getgid?.();
      if (!isMine) chownSync(part, before.uid, before.gid);
      chmodSync(part, before.mode & 0o7777);
    }
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}
