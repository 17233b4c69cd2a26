import { constants, renameSync, rmSync, type Stats, statSync } from "node:fs";
import { open, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { HostError, UntrustedError } from "../core/model/host.ts";
import { filePlace } from "./file-place.ts";
import { hostError } from "./host-errors.ts";
import { syncDirectory } from "./sync-directory.ts";
import { isTrustedDirectory, isTrustedUser } from "./trust.ts";

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
    if (before === undefined) return await replace(bytes, path);
    const place = filePlace(path);
    refuseStrangersFile(place, before);
    if (before.isFile()) await replace(bytes, place, before);
    else await writeThrough(bytes, path);
  } catch (error) {
    throw hostError(error, "write", path);
  }
}

/** In a directory of a stranger's all is theirs; elsewhere somebody made it there before, to have what root writes. */
function refuseStrangersFile(place: string, { uid }: Stats): void {
  if (isTrustedUser(uid) || !isTrustedDirectory(dirname(place))) return;
  throw new UntrustedError(place, { place, why: `it belongs to the user ${uid}`, remedy: "rm" });
}

/** What is no file any more when it is opened, is none that is written over. */
async function writeThrough(bytes: Readable, path: string): Promise<void> {
  const handle = await open(path, constants.O_WRONLY | constants.O_NOCTTY);
  try {
    if ((await handle.stat()).isFile()) throw new HostError("EEXIST", "write", path);
    await writeFile(handle, bytes);
  } finally {
    await handle.close();
  }
}

/** @param before what stands there: its owner and its mode stay */
async function replace(bytes: Readable, path: string, before?: Stats): Promise<void> {
  const part = join(dirname(path), `.${basename(path)}.part-${process.pid}`);
  rmSync(part, { force: true });
  const handle = await open(part, "wx", before === undefined ? 0o666 : 0o600);
  try {
    await writeFile(handle, bytes);
    if (before !== undefined) {
      const isMine = before.uid === process.getuid?.() && before.gid === process.getgid?.();
      if (!isMine) await handle.chown(before.uid, before.gid);
      await handle.chmod(before.mode & 0o777);
    }
    await handle.sync();
    renameSync(part, path);
    syncDirectory(dirname(path));
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}
