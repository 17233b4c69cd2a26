import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, lstat, open, rename, rm, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { Depot, Hashed, Standing } from "../../core/model/depot.ts";
import { HostError } from "../../core/model/host.ts";
import { hostError } from "../host-errors.ts";
import { readTar } from "./read-tar.ts";
import { unwrap, wrap } from "./wrappings.ts";
import { writeTar } from "./write-tar.ts";

/** The disks of this machine. */
export function openDepot(): Depot {
  return {
    bytesOf: (path) => touch("look at", path, bytesOf(path)),
    standing: (path) => touch("look at", path, standing(path)),
    read,
    write: (path, from, chunks) => touch("write", path, write(path, from, chunks)),
    hash,
    move: (from, to) => touch("write", to, move(from, to)),
    remove: (path) => touch("remove", path, rm(path, { recursive: true, force: true })),
    freeBytes: (path) => touch("look at", path, freeBytes(path)),
    wrap,
    unwrap,
    writeTar: (sources) => writeTar(sources, read),
    readTar,
  };
}

async function touch<T>(act: string, path: string, action: Promise<T>): Promise<T> {
  try {
    return await action;
  } catch (error) {
    // What comes from a program has its own words.
    throw error instanceof HostError ? error : hostError(error, act, path);
  }
}

async function bytesOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(orNothing);
  return found?.isFile() ? found.size : undefined;
}

function orNothing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
}

const WRITABLE_BY_OTHERS = 0o022;

async function standing(path: string): Promise<Standing | undefined> {
  const found = await lstat(path).catch(orNothing);
  if (found === undefined) return undefined;
  const isOurs = found.uid === process.geteuid?.() && (found.mode & WRITABLE_BY_OTHERS) === 0;
  return { kind: found.isFile() ? "file" : found.isDirectory() ? "directory" : "other", isOurs };
}

async function* read(path: string, from = 0): AsyncGenerator<Buffer> {
  const file = await touch("read", path, openFile(path));
  const stream = file.createReadStream({ start: from, highWaterMark: 256 * 1024 });
  try {
    yield* stream as AsyncIterable<Buffer>;
  } catch (error) {
    throw hostError(error, "read", path);
  } finally {
    stream.destroy();
  }
}

/** A pipe is not waited for, and a link not followed: they are no files of a vault. */
async function openFile(path: string): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  const found = await file.stat();
  if (found.isFile() || found.isDirectory()) return file;
  await file.close();
  throw new HostError("EFTYPE", "read", path);
}

async function hash(path: string): Promise<Hashed> {
  const sum = createHash("sha256");
  let bytes = 0;
  for await (const chunk of read(path)) {
    sum.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: sum.digest("hex") };
}

/** What stands there under the name is never followed: a new file is a new one. */
async function write(path: string, from: number, chunks: AsyncIterable<Buffer>): Promise<void> {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  if (from === 0) await rm(path, { force: true });
  const file = await open(path, from === 0 ? O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW : O_WRONLY | O_NOFOLLOW, 0o600);
  try {
    await file.truncate(from);
    await writeAll(file, from, chunks);
  } finally {
    await file.sync().finally(() => file.close());
  }
}

async function writeAll(file: FileHandle, from: number, chunks: AsyncIterable<Buffer>): Promise<void> {
  let at = from;
  for await (const chunk of chunks) {
    for (let done = 0; done < chunk.length; ) {
      const { bytesWritten } = await file.write(chunk, done, chunk.length - done, at);
      done += bytesWritten;
      at += bytesWritten;
    }
  }
}

/** The new name is on the disk only when its directory is (rename(2), fsync(2)). */
async function move(from: string, to: string): Promise<void> {
  await rename(from, to);
  const directory = await open(dirname(to), constants.O_RDONLY | constants.O_DIRECTORY);
  await directory.sync().finally(() => directory.close());
}

async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}
