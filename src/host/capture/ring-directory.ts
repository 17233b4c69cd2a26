import {
  appendFileSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  type Stats,
  statfsSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { beyondBounds, type RemovedWhy, type RingFile } from "../../core/capture/bounds.ts";
import { type CaptureName, compareBegun, indexFileName, parseCaptureName } from "../../core/capture/file-name.ts";
import { REMOVED_FILE, REMOVED_MAX, type Removed } from "../../core/capture/removed.ts";
import { atLocal } from "../../core/capture/rotation.ts";
import type { RingWish } from "../../core/capture/wish.ts";
import { millisecondsText } from "../../core/event/time-text.ts";
import { localOffset } from "./local-offset.ts";
import { readIndex, replaceFile } from "./sidecar.ts";

/** What of the machine says that there is no room. */
const FULL: readonly (string | undefined)[] = ["ENOSPC", "EDQUOT"];

export function isFull(error: unknown): boolean {
  return FULL.includes((error as NodeJS.ErrnoException).code);
}

/** The captures of a ring that are closed, and how many of them there may be. Nothing else in the directory is touched. */
export class RingDirectory {
  readonly path: string;
  readonly gid: number;
  removedCount = 0;
  readonly #wish: RingWish;
  #files: RingFile[] = [];

  constructor(wish: RingWish) {
    this.#wish = wish;
    this.path = wish.directory;
    this.gid = statSync(wish.directory).gid;
    this.refresh();
  }

  /** Looks at what is there: others may have deleted some. */
  refresh(): void {
    const names = readdirSync(this.path).filter((name) => name.endsWith(".pcapng"));
    this.#files = names
      .flatMap((name) => this.#fileOf(name) ?? [])
      .sort(({ parsed: one }, { parsed: other }) => compareBegun(one, other));
  }

  /** Whether a file of that name is there, be it still written to. */
  has(name: string): boolean {
    return [name, `${name}.part`].some(
      (one) => lstatSync(join(this.path, one), { throwIfNoEntry: false }) !== undefined,
    );
  }

  /**
   * Deletes what is beyond the bounds. @param writing how large the file is that is written to
   * @returns how much is free, where that is less than is to stay free
   */
  enforce(now: number, writing: number | undefined): number | undefined {
    const { bavail, bsize } = statfsSync(this.path);
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

  #fileOf(name: string): (RingFile & { readonly parsed: CaptureName }) | undefined {
    const parsed = parseCaptureName(name);
    const stats = parsed && lstatSync(join(this.path, name), { throwIfNoEntry: false });
    if (parsed === undefined || !stats?.isFile()) return undefined;
    const index = lstatSync(join(this.path, indexFileName(name)), { throwIfNoEntry: false });
    const begun = atLocal(Date.parse(`${parsed.begun}Z`), localOffset);
    return { name, parsed, begun, bytes: spaceOf(stats) + (index === undefined ? 0 : spaceOf(index)) };
  }

  /** It is said before it is gone, so that nobody misses what is not told of; on a full disk behind it. */
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
    rmSync(join(this.path, file.name), { force: true });
    rmSync(join(this.path, indexFileName(file.name)), { force: true });
    if (!isSaid) this.#say(line);
    this.#files = this.#files.filter((one) => one !== file);
    this.removedCount += 1;
  }

  /** False where there is no room for it. */
  #say(line: Removed): boolean {
    const path = join(this.path, REMOVED_FILE);
    const before = textOf(path)
      .split("\n")
      .filter((one) => one !== "");
    const text = `${JSON.stringify(line)}\n`;
    try {
      if (before.length === 0) replaceFile(path, text, this.gid);
      else if (before.length < REMOVED_MAX) appendFileSync(path, text);
      else replaceFile(path, `${before.slice(1 - REMOVED_MAX).join("\n")}\n${text}`, this.gid);
      return true;
    } catch (error) {
      if (isFull(error)) return false;
      throw error;
    }
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** What a file takes on the disk. */
function spaceOf({ size, blocks }: Stats): number {
  return Math.max(size, blocks * 512);
}
