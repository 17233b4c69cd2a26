import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { Fault } from "../core/model/fault.ts";
import { type Host, HostError } from "../core/model/host.ts";
import type { RecordedEntry, Recorder, Recording } from "../core/model/recording.ts";
import { filePlace } from "./file-place.ts";
import { hostError } from "./host-errors.ts";
import { syncDirectory } from "./sync-directory.ts";

/** Opens a recorder that is to write to a directory: a new one, or one in which there is nothing. */
export function openRecorder(host: Host, directory: string): Recorder {
  refuseUsed(directory);
  const recording = emptyRecording(host.netns);
  return {
    host: remembering(host, recording),
    recording,
    write: async (entries) => writeWhole(directory, entries),
  };
}

function emptyRecording(netns: string | undefined): Recording {
  return {
    netns,
    files: new Map(),
    links: new Map(),
    directories: new Set(),
    inodes: new Map(),
    refusals: new Map(),
    programs: [],
    namespaces: new Map(),
  };
}

/** The host, which remembers what is read. What is asked twice is answered once, so that a recording holds one state. */
function remembering(host: Host, recording: Recording): Host {
  const { files, links, directories, inodes, refusals, namespaces } = recording;
  const noting = async <T>(path: string, action: Promise<T>, keep: (value: T) => unknown): Promise<T> => {
    try {
      const value = await action;
      keep(value);
      return value;
    } catch (error) {
      if (error instanceof HostError && error.code !== "ENOENT") refusals.set(path, error.code);
      throw error;
    }
  };
  return {
    ...host,
    read: async (path, bytesMax) =>
      files.get(path) ?? (await noting(path, host.read(path, bytesMax), (bytes) => files.set(path, bytes))),
    readLink: (path) => noting(path, host.readLink(path), (link) => links.set(path, link)),
    list: (path) => noting(path, host.list(path), () => directories.add(path)),
    inode: (path) => noting(path, host.inode(path), (inode) => inodes.set(path, inode)),
    run: (file, args) => runOnce(host, recording, file, args),
    inNamespace: (path) => {
      const inner = namespaces.get(path) ?? emptyRecording(undefined);
      namespaces.set(path, inner);
      return remembering(host.inNamespace(path), inner);
    },
  };
}

async function runOnce({ run }: Host, { programs }: Recording, file: string, args: readonly string[]) {
  const words = JSON.stringify([file, ...args]);
  const known = programs.find((one) => JSON.stringify([one.file, ...one.args]) === words)?.answer;
  if (known !== undefined && !("refusal" in known)) return known;
  try {
    const answer = await run(file, args);
    programs.push({ file, args, answer });
    return answer;
  } catch (error) {
    if (error instanceof HostError) programs.push({ file, args, answer: { refusal: error.code } });
    throw error;
  }
}

function refuseUsed(directory: string): void {
  if (directory === "") throw new Fault("usage", "the directory has no name", "name one that is not there yet");
  try {
    if (!existsSync(directory) || readdirSync(directory).length === 0) return;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message = `cannot record to ${directory}: it is no directory that can be read (${code})`;
    throw new Fault("bad-input", message, "name a directory that is not there yet, or is empty", { cause: error });
  }
  throw new Fault("refused", `${directory} is not empty`, "name a directory that is not there yet, or is empty");
}

/** It is written beside its place and moved there when it is whole: rename(2) takes the place of an empty directory. */
function writeWhole(directory: string, entries: readonly RecordedEntry[]): void {
  const place = existsSync(directory) ? realpathSync(directory) : resolve(directory);
  const part = join(dirname(place), `.${basename(place)}.part-${process.pid}`);
  try {
    filePlace(resolve(directory)); // a stranger's link leads nowhere
    mkdirSync(part, { mode: 0o700 });
    try {
      for (const entry of entries) writeEntry(part, entry);
      for (const path of new Set(entries.map((entry) => dirname(join(part, entry.path))))) syncDirectory(path);
      renameSync(part, place);
      syncDirectory(dirname(place));
    } catch (error) {
      rmSync(part, { recursive: true, force: true });
      throw error;
    }
  } catch (error) {
    throw hostError(error, "write", directory);
  }
}

function writeEntry(directory: string, { path, bytes }: RecordedEntry): void {
  const place = join(directory, path);
  mkdirSync(bytes === undefined ? place : dirname(place), { recursive: true, mode: 0o700 });
  if (bytes !== undefined) writeFileSync(place, bytes, { mode: 0o600, flag: "wx", flush: true });
}
