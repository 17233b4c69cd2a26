import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  readdirSync,
  type Stats,
  statfsSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { begunBy, beyondBounds, type RemovedWhy, type RingFile } from "../../core/capture/bounds.ts";
import type { CaptureIndex } from "../../core/capture/capture-index.ts";
import { type CaptureName, indexFileName, parseCaptureName } from "../../core/capture/file-name.ts";
import { REMOVED_FILE, REMOVED_MAX, type Removed } from "../../core/capture/removed.ts";
import { momentsOf } from "../../core/capture/rotation.ts";
import type { RingWish } from "../../core/capture/wish.ts";
import { millisecondsText } from "../../core/event/time-text.ts";
import { readClocks } from "../steady-clock.ts";
import { localOffset } from "./local-offset.ts";
import { lastLine, lastLines, REMOVED_BYTES_MAX, says } from "./removed-lines.ts";
import { RingAges } from "./ring-ages.ts";
import { createFile, type Owner, openRegular, readIndex, replaceFile, writeIndex } from "./sidecar.ts";

/** What of the machine says that there is no room. */
const FULL: readonly (string | undefined)[] = ["ENOSPC", "EDQUOT"];

export function isFull(error: unknown): boolean {
  return FULL.includes((error as NodeJS.ErrnoException).code);
}

/** The captures of a ring that are closed, and how many of them there may be. Nothing else in the directory is touched. */
export class RingDirectory {
  readonly path: string;
  readonly owner: Owner;
  removedCount = 0;
  readonly #wish: RingWish;
  readonly #note: (text: string) => void;
  readonly ages: RingAges;
  #files: RingFile[] = [];
  #isUnsaid = false;

  constructor(wish: RingWish, now: number, note: (text: string) => void, clocks = readClocks) {
    this.#wish = wish;
    this.#note = note;
    this.path = wish.directory;
    this.owner = ownerOf(wish.directory);
    this.ages = new RingAges(clocks, note);
    this.refresh(now);
  }

  /** Looks at what is there: others may have deleted some. */
  refresh(now: number): void {
    const all = this.#look(() => readdirSync(this.path));
    this.ages.follow(() => capturesOf(all));
    this.#files = all
      .filter((name) => name.endsWith(".pcapng"))
      .flatMap((name) => this.#fileOf(name, now) ?? [])
      .sort(inOrder)
      .map(({ order, ...file }) => ({ ...file, begun: order === Number.NEGATIVE_INFINITY ? now : order }));
  }

  /** Where the clock was put since it was looked at, what is there keeps its age. */
  followClock(now: number): void {
    if (this.ages.follow(() => capturesOf(this.#look(() => readdirSync(this.path))))) this.refresh(now);
  }

  /** Whether a file of that name is there, be it still written to. */
  has(name: string): boolean {
    return [name, `${name}.part`].some(
      (one) => lstatSync(join(this.path, one), { throwIfNoEntry: false }) !== undefined,
    );
  }

  /** The number of the last capture that was begun in the same second as that one; -1 if none was. */
  lastNumber(name: string): number {
    const begun = parseCaptureName(name)?.begun;
    const parsed = this.#files.map((file) => parseCaptureName(file.name));
    return parsed.reduce((last, one) => (one?.begun === begun ? Math.max(last, one?.number ?? 0) : last), -1);
  }

  /**
   * Deletes what is beyond the bounds. @param writing how large the file is that is written to
   * @returns how much is free, where that is less than is to stay free
   */
  enforce(now: number, writing: number | undefined): number | undefined {
    this.followClock(now);
    const { bavail, bsize } = this.#look(() => statfsSync(this.path));
    const moment = { now, freeBytes: bavail * bsize, writing };
    const { gone, shortBytes } = beyondBounds(this.#files, this.#wish.bounds, moment);
    for (const { file, why } of gone) this.#remove(file, why, now);
    return shortBytes;
  }

  /** Makes room by deleting the oldest; false where there is none. */
  removeOldest(now: number): boolean {
    const [oldest] = this.#files;
    if (oldest === undefined) return false;
    this.#remove(oldest, "free", now);
    return true;
  }

  /** Begins a file. @throws what the file system says */
  create(path: string): number {
    return this.#look(() => createFile(path, this.owner));
  }

  /** Writes the index of a capture, and deletes the oldest to make room for it; false where there is none. What cannot be is said. */
  writeIndex(index: CaptureIndex, now: number): boolean {
    while (!this.#hasRoomFor(index)) if (!this.removeOldest(now)) return false;
    return true;
  }

  #hasRoomFor(index: CaptureIndex): boolean {
    try {
      writeIndex(this.path, index, this.owner);
    } catch (error) {
      if (isFull(error)) return false;
      this.#note(`${index.file} has no index: ${error instanceof Error ? error.message : String(error)}`);
    }
    return true;
  }

  /** Who holds its lock holds nothing when it is gone: the capture ends. */
  #look<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      throw new Error(`${this.path} was removed while packets were captured into it`);
    }
  }

  #fileOf(name: string, now: number): Ordered | undefined {
    const parsed = parseCaptureName(name);
    const stats = parsed && lstatSync(join(this.path, name), { throwIfNoEntry: false });
    if (parsed === undefined || !stats?.isFile()) return undefined;
    const index = lstatSync(join(this.path, indexFileName(name)), { throwIfNoEntry: false });
    const moments = momentsOf(Date.parse(`${parsed.begun}Z`), localOffset);
    const step = this.ages.of(name);
    const [earliest, latest] = [moments.earliest + step, moments.latest + step];
    const order = begunBy({ earliest, latest, modified: stats.mtimeMs + step }, now);
    return { name, parsed, order, bytes: spaceOf(stats) + (index === undefined ? 0 : spaceOf(index)) };
  }

  /**
   * It is said before it is gone, so that nobody misses what is not told of; on a full disk behind it. The index goes first: without
   * its capture nobody would come back for it.
   */
  #remove(file: RingFile, why: RemovedWhy, now: number): void {
    const index = readIndex(this.path, file.name);
    const { packets, first, last } = index ?? {};
    const line: Removed = {
      file: file.name,
      ...(packets === undefined ? {} : { packets }),
      ...(first === undefined ? {} : { first }),
      ...(last === undefined ? {} : { last }),
      ...{ why, ts: millisecondsText(now) },
    };
    const isSaid = this.#say(line);
    removeFile(join(this.path, indexFileName(file.name)));
    removeFile(join(this.path, file.name));
    if (!isSaid) this.#say(line);
    this.#files = this.#files.filter((one) => one !== file);
    this.removedCount += 1;
  }

  /** False where there is no room for it. */
  #say(line: Removed): boolean {
    const path = join(this.path, REMOVED_FILE);
    const text = `${JSON.stringify(line)}\n`;
    try {
      const file = openRegular(path, constants.O_RDWR | constants.O_APPEND);
      if (file === undefined) this.#begin(path, text);
      else this.#append({ path, file }, line);
      return true;
    } catch (error) {
      if (isFull(error)) return false;
      this.#leaveUnsaid(error instanceof Error ? error.message : String(error));
      return true;
    }
  }

  #begin(path: string, text: string): void {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) replaceFile(path, text, this.owner);
    else this.#leaveUnsaid(`${path} is no regular file`);
  }

  /** The bounds hold all the same. */
  #leaveUnsaid(why: string): void {
    if (!this.#isUnsaid) this.#note(`what the ring deletes is not written down: ${why}`);
    this.#isUnsaid = true;
  }

  /** A run that was killed may have said it, and no more, or only begun to. */
  #append({ path, file }: { readonly path: string; readonly file: number }, line: Removed): void {
    const text = `${JSON.stringify(line)}\n`;
    try {
      const { size } = fstatSync(file);
      const { text: last, isTorn } = lastLine(file, size);
      if (says(last, line.file)) return;
      if (size > REMOVED_BYTES_MAX) {
        replaceFile(path, [...lastLines(file, size).slice(1 - REMOVED_MAX), text].join("\n"), this.owner);
        return;
      }
      writeSync(file, isTorn ? `\n${text}` : text);
      fsyncSync(file); // else the deletion may outlive it, where the power goes
    } finally {
      closeSync(file);
    }
  }
}

type Ordered = Omit<RingFile, "begun"> & { readonly parsed: CaptureName; readonly order: number };

/** The names of captures, also of what is being written. */
function capturesOf(names: readonly string[]): string[] {
  return names.map((name) => name.replace(/\.part$/, "")).filter((name) => name.endsWith(".pcapng"));
}

function inOrder(one: Ordered, other: Ordered): number {
  if (one.order !== other.order) return one.order < other.order ? -1 : 1;
  if (one.parsed.begun !== other.parsed.begun) return one.parsed.begun < other.parsed.begun ? -1 : 1;
  return one.parsed.number - other.parsed.number;
}

function ownerOf(directory: string): Owner {
  const { uid, gid } = statSync(directory);
  return { uid, gid };
}

/** Directories are left: none of them is ours. */
function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!NOT_OURS.includes((error as NodeJS.ErrnoException).code)) throw error;
  }
}

const NOT_OURS: readonly (string | undefined)[] = ["ENOENT", "EISDIR"];

/** What a file takes on the disk. */
function spaceOf({ size, blocks }: Stats): number {
  return Math.max(size, blocks * 512);
}
