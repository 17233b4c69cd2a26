import {
  closeSync,
  constants,
  createReadStream,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { FILE_BYTES_MAX, type Host, HostError, temporaryOf } from "../core/model/host.ts";
import { filePlace } from "./file-place.ts";
import { heldFile, heldNames } from "./held-files.ts";
import { hostError, touch } from "./host-errors.ts";
import { lockFile } from "./lock-file.ts";
import { openNamespaceHost } from "./namespace-host.ts";
import { ownerIn } from "./owner.ts";
import { readLines, runProgram, startProgram } from "./run-program.ts";
import { syncDirectory } from "./sync-directory.ts";
import { isObeyedPath, refuseUntrusted } from "./trust.ts";

/** The machine that this process runs on, in the network namespace that it was started in. */
export function openLocalHost(): Host {
  return {
    label: "this machine",
    netns: undefined,
    read: async (path, bytesMax) =>
      touch("read", path, () => heldFile(path) ?? readBounded(path, bytesMax ?? FILE_BYTES_MAX)),
    readInput: readObeyable,
    openInput: streamOf,
    writeOutput: async (path, chunks) => (await import("./write-output.ts")).writeOutput(path, chunks),
    readLink: async (path) => touch("read", path, () => readlinkSync(path)),
    list: async (path) => touch("list", path, () => heldNames(path) ?? readdirSync(path).sort()),
    inode: async (path) => touch("look at", path, () => statSync(path).ino),
    writeKernel: async (path, value) => touch("write", path, () => writeOnce(path, value)),
    replaceFile: async (path, text, mode) => touch("write", path, () => replaceWhole(path, text, mode)),
    writeScratch: async (path, text) => touch("write", path, () => writeFileSync(path, text, { mode: 0o600 })),
    removeFile: async (path) => touch("remove", path, () => removeWhole(path)),
    makeDirectory: async (path, mode) => touch("create", path, () => makeWhole(path, mode)),
    run: runProgram,
    openLines: readLines,
    startDetached: startProgram,
    runHere: async (file, args, input) => {
      const { runWithInput } = await import("./run-with-input.ts"); // execa is slow to load
      return await runWithInput(file, args, { cwd: process.cwd(), input });
    },
    lock: lockFile,
    rulesetGeneration: readGenerationHere,
    inNamespace: (path) => openNamespaceHost(openLocalHost(), path),
  };
}

/** Where there is no such netlink, or no library for it, nothing is told. */
async function readGenerationHere(): Promise<number | undefined> {
  try {
    const { readGeneration } = await import("./ruleset-generation.ts");
    return readGeneration();
  } catch {
    return undefined;
  }
}

/** Where everything is read into: most files are small, and new memory is slow. */
const room = Buffer.allocUnsafeSlow(65_536);

/** Reads to the end whatever size the file claims to have: the kernel's files claim none. */
function readBounded(path: string, bytesMax: number): Buffer {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (isObeyedPath(path)) refuseUntrusted(file, path);
    const chunks: Buffer[] = [];
    let total = 0;
    for (;;) {
      const count = readSync(file, room, 0, Math.min(room.length, bytesMax + 1 - total), null);
      if (count === 0) return Buffer.concat(chunks);
      total += count;
      if (total > bytesMax) throw new HostError("EFBIG", "read", path);
      chunks.push(Buffer.from(room.subarray(0, count)));
    }
  } finally {
    closeSync(file);
  }
}

async function readObeyable(path: string, bytesMax: number, isObeyed = isObeyedPath(path)): Promise<Buffer> {
  // What the program holds itself is as good as the program.
  const isOfOthers = isObeyed && path !== "-" && touch("read", path, () => heldFile(path)) === undefined;
  if (!isOfOthers) return await readStream(streamOf(path), bytesMax, path);
  refuseStrangersPipe(path);
  const handle = await open(path).catch((error) => Promise.reject(hostError(error, "read", path)));
  try {
    filePlace(path); // a stranger's link leads nowhere
    refuseUntrusted(handle.fd, path);
    return await readStream(handle.createReadStream({ autoClose: false }), bytesMax, path);
  } catch (error) {
    throw hostError(error, "read", path);
  } finally {
    await handle.close();
  }
}

/** To open a pipe is to wait for who writes it: whose it is, is seen before. */
function refuseStrangersPipe(path: string): void {
  touch("read", path, () => {
    const file = openSync(path, O_PATH);
    try {
      refuseUntrusted(file, path);
    } finally {
      closeSync(file);
    }
  });
}

/** Leads to a file without opening it (open(2)); Node has no word for it. */
const O_PATH = 0o10000000;

/** Waits for what is read, also from a pipe whose writer is slow; a signal ends it, for nothing was begun yet. */
async function readStream(stream: AsyncIterable<Buffer>, bytesMax: number, path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of stream) {
    total += chunk.length;
    if (total > bytesMax) throw new HostError("EFBIG", "read", path === "-" ? "standard input" : path);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function* streamOf(path: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const held = touch("read", path, () => heldFile(path));
  if (held !== undefined) return yield held;
  const stream = path === "-" ? process.stdin : createReadStream(path);
  const stop = (): unknown => stream.destroy();
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    if (!signal?.aborted) throw hostError(error, "read", path);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

function writeOnce(path: string, value: string): void {
  const file = openSync(path, constants.O_WRONLY);
  try {
    writeSync(file, value);
  } finally {
    closeSync(file);
  }
}

/** A link is followed, and a file that is there keeps its mode and owner. */
function replaceWhole(link: string, text: string, mode: number): void {
  const before = statSync(link, { throwIfNoEntry: false });
  if (before !== undefined && !before.isFile())
    throw new HostError(before.isDirectory() ? "EISDIR" : "EFTYPE", "write", link);
  const path = before === undefined ? link : filePlace(link);
  const temporary = temporaryOf(path);
  rmSync(temporary, { force: true });
  try {
    writeSynced(temporary, text, before ?? { ...ownerIn(dirname(path)), mode });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(dirname(path));
}

function removeWhole(path: string): void {
  rmSync(temporaryOf(path), { force: true });
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
  rmSync(path, { force: true });
  syncDirectory(dirname(path));
}

function writeSynced(path: string, text: string, { mode, uid, gid }: Pick<Stats, "mode" | "uid" | "gid">): void {
  const file = openSync(path, "wx", 0o600);
  try {
    writeFileSync(file, text);
    fchmodSync(file, mode & 0o777);
    if (uid !== process.getuid?.() || gid !== process.getgid?.()) fchownSync(file, uid, gid);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Node's own recursive mkdir answers ENOENT for a read-only place, and leaves the mode to the umask. */
function makeWhole(path: string, mode: number): void {
  filePlace(path); // a stranger's link leads nowhere
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;

  if (dirname(path) !== path) makeWhole(dirname(path), mode);
  try {
    mkdirSync(path);
  } catch (error) {
    // Another netlogctl was faster: it gives the mode, too.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
    throw error;
  }
  setMode(path, mode);
  syncDirectory(dirname(path));
}

/** Of the directory that was made: another that took its place meanwhile is none of ours. */
function setMode(path: string, mode: number): void {
  const directory = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    if (fstatSync(directory).uid === process.geteuid?.()) fchmodSync(directory, mode);
  } finally {
    closeSync(directory);
  }
}
