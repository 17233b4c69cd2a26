import {
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { FILE_BYTES_MAX, type Host, HostError } from "../core/model/host.ts";
import { hostError } from "./host-errors.ts";
import { lockFile } from "./lock-file.ts";
import { openNamespaceHost } from "./namespace-host.ts";
import { runProgram } from "./run-program.ts";

/** The machine that this process runs on, in the network namespace that it was started in. */
export function openLocalHost(): Host {
  return {
    label: "this machine",
    netns: undefined,
    read: async (path, bytesMax) => touch("read", path, () => readBounded(path, bytesMax ?? FILE_BYTES_MAX)),
    readInput: async (path, bytesMax) =>
      path === "-" ? readStandardInput(bytesMax) : touch("read", path, () => readBounded(path, bytesMax)),
    readLink: async (path) => touch("read", path, () => readlinkSync(path)),
    list: async (path) => touch("list", path, () => readdirSync(path).sort()),
    inode: async (path) => touch("look at", path, () => statSync(path).ino),
    writeKernel: async (path, value) => touch("write", path, () => writeOnce(path, value)),
    replaceFile: async (path, text, mode) => touch("write", path, () => replaceWhole(path, text, mode)),
    removeFile: async (path) => touch("remove", path, () => rmSync(path, { force: true })),
    makeDirectory: async (path, mode) => touch("create", path, () => void mkdirSync(path, { recursive: true, mode })),
    run: (file, args) => runProgram(file, args),
    lock: lockFile,
    inNamespace: (path) => openNamespaceHost(openLocalHost(), path),
  };
}

function touch<T>(act: string, path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw hostError(error, act, path);
  }
}

/** Reads to the end whatever size the file claims to have: the kernel's files claim none. */
function readBounded(path: string, bytesMax: number): Buffer {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const chunks: Buffer[] = [];
    let total = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(Math.min(65_536, bytesMax + 1 - total));
      const count = readSync(file, chunk);
      if (count === 0) return Buffer.concat(chunks);
      total += count;
      if (total > bytesMax) throw new HostError("EFBIG", "read", path);
      chunks.push(chunk.subarray(0, count));
    }
  } finally {
    closeSync(file);
  }
}

async function readStandardInput(bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of process.stdin) {
    total += (chunk as Buffer).length;
    if (total > bytesMax) throw new HostError("EFBIG", "read", "standard input");
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function writeOnce(path: string, value: string): void {
  const file = openSync(path, constants.O_WRONLY);
  try {
    writeSync(file, value);
  } finally {
    closeSync(file);
  }
}

function replaceWhole(path: string, text: string, mode: number): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}`);
  rmSync(temporary, { force: true });
  try {
    writeSynced(temporary, text, mode);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(dirname(path));
}

function writeSynced(path: string, text: string, mode: number): void {
  const file = openSync(path, "wx", mode);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** The new name is on the disk only when its directory is (rename(2), fsync(2)). */
function syncDirectory(path: string): void {
  const directory = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
