import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type CaptureIndex, indexIn } from "../../core/capture/capture-index.ts";
import { indexFileName } from "../../core/capture/file-name.ts";

/** A file of the ring is for its owner and the directory's group. */
const MODE = 0o640;

/** Whose a ring is. */
export type Owner = Pick<Stats, "uid" | "gid">;

/** Opens a new file of the ring. @param owner that of the directory @throws EEXIST */
export function createFile(path: string, owner: Owner): number {
  const file = openSync(path, "wx", 0o600);
  try {
    giveTo(file, owner);
    fchmodSync(file, MODE);
  } catch (error) {
    closeSync(file);
    throw error;
  }
  return file;
}

/** Root gives it to whom the ring belongs. Who is no member of the group may not give it a file: then it stays with the writer's. */
function giveTo(file: number, { uid, gid }: Owner): void {
  try {
    fchownSync(file, process.geteuid?.() === 0 ? uid : -1, gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM" && (error as NodeJS.ErrnoException).code !== "EINVAL")
      throw error;
  }
}

/** Writes a file of the ring whole, or leaves it as it was. */
export function replaceFile(path: string, text: string, owner: Owner): void {
  const temporary = `${path}.new`;
  rmSync(temporary, { force: true });
  try {
    const file = createFile(temporary, owner);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

export function writeIndex(directory: string, index: CaptureIndex, owner: Owner): void {
  replaceFile(join(directory, indexFileName(index.file)), `${JSON.stringify(index)}\n`, owner);
}

const INDEX_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Opens what is there, if it is a regular file: a link is not followed, and a pipe not waited for. undefined: it is none. */
export function openRegular(path: string, access: number): number | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, access | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (fstatSync(file).isFile()) return file;
  } catch (error) {
    if (!NO_FILE.includes((error as NodeJS.ErrnoException).code)) throw error;
  }
  if (file !== undefined) closeSync(file);
  return undefined;
}

/** What open(2) says of nothing, a link, a directory, a pipe that nobody reads, and a socket. */
const NO_FILE: readonly (string | undefined)[] = ["ENOENT", "ELOOP", "EISDIR", "ENXIO"];

/** An index has a thousand prefixes at most: what is longer is none. */
const INDEX_BYTES_MAX = 4 * 1024 * 1024;
const USUAL = Buffer.allocUnsafeSlow(64 * 1024);

/** What the index of a capture says; undefined where it has none that can be read. */
export function readIndex(directory: string, capture: string): CaptureIndex | undefined {
  let file: number | undefined;
  try {
    file = openSync(`${directory}/${indexFileName(capture)}`, INDEX_FLAGS);
    return indexIn(JSON.parse(textIn(file)));
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** There may be thousands of them, most of a few hundred bytes: they are read into one buffer. */
function textIn(file: number): string {
  const count = readSync(file, USUAL, 0, USUAL.length, 0);
  if (count < USUAL.length) return USUAL.toString("utf8", 0, count);
  const bytes = Buffer.allocUnsafe(INDEX_BYTES_MAX);
  return bytes.toString("utf8", 0, readSync(file, bytes, 0, bytes.length, 0));
}
