import { closeSync, fsyncSync, ftruncateSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { CaptureSink, FileLimits } from "../../core/capture/block-buffer.ts";
import type { CaptureIndex } from "../../core/capture/capture-index.ts";
import type { FileTally } from "../../core/capture/file-tally.ts";
import { linkName } from "../../core/capture/link-name.ts";
import { endOfFile } from "../../core/capture/rotation.ts";
import type { CaptureWish } from "../../core/capture/wish.ts";
import { sizeText } from "../../core/event/formats/flow/amounts.ts";
import type { Moment } from "../../core/event/time-text.ts";
import { sectionBlock } from "../../core/pcap/block-writer.ts";
import { startWriteback } from "../libc.ts";
import { readClocks } from "../steady-clock.ts";
import { syncDirectory } from "../sync-directory.ts";
import { CaptureNames } from "./capture-names.ts";
import { localOffset } from "./local-offset.ts";
import { isFull, RingDirectory } from "./ring-directory.ts";

/** So much is handed to the disk at a time while a file is written: at its end little is left to wait for. */
const WRITEBACK_BYTES = 4 * 1024 * 1024;

/** Where a file holds nothing yet, all that was collected was too large for it: less is collected for the next one. */
const SMALLEST_BYTES = 64 * 1024;

/** How often the bounds are looked at while a file is written. */
const LOOK_MS = 1000;

interface OpenFile {
  readonly name: string;
  readonly file: number;
  readonly linkType: number;
  bytes: number;
  handedOn: number;
}

interface Begun {
  readonly milliseconds: number;
  readonly linkType: number;
}

/** The files of a ring: the one that is written, and those that are closed. A file is there once it holds something. */
export class Ring implements CaptureSink {
  readonly #wish: CaptureWish;
  readonly #directory: RingDirectory;
  readonly #names: CaptureNames;
  readonly #now: () => number;
  readonly #note: (text: string) => void;
  #begun: Begun = { milliseconds: 0, linkType: 0 };
  #open: OpenFile | undefined;
  /** Indexes that found no room yet. */
  #waiting: CaptureIndex[] = [];
  #unwritten: number | undefined;
  #isShort = false;
  #lookedAt = 0;
  /** What a file holds at most, as far as a larger one was refused. */
  #bytesMax = Number.POSITIVE_INFINITY;
  #files = 0;
  #packets = 0;
  #bytes = 0;
  #lost = 0;

  /** @param now the milliseconds of the clock by which files are named */
  constructor(wish: CaptureWish, now: () => number, note: (text: string) => void, clocks = readClocks) {
    this.#wish = wish;
    this.#now = now;
    this.#note = note;
    this.#directory = new RingDirectory(wish.ring, now(), note, clocks);
    this.#names = new CaptureNames(this.#directory);
    this.enforce();
  }

  begin({ seconds }: Moment, linkType: number): FileLimits {
    const { everySeconds, bytesMax } = this.#wish.ring.rotation;
    this.wasClockPut(); // before this file, which is of the clock as it is
    this.#begun = { milliseconds: seconds * 1000, linkType };
    const end = Math.ceil(endOfFile(seconds * 1000, everySeconds, localOffset) / 1000);
    // Whatever a zone's clock does: a file of each packet would soon be all that the ring may hold.
    const endSeconds = Math.max(end, seconds + 1);
    return { endSeconds, bytesMax: Math.min(bytesMax - this.#header.length, this.#bytesMax) };
  }

  get #header(): Buffer {
    return sectionBlock("netlogctl", this.#wish.from);
  }

  write(bytes: Buffer, packets: number): boolean | "too-large" {
    for (let tried = this.#tryWrite(bytes); tried !== true; tried = this.#tryWrite(bytes)) {
      if (tried === "too-large") return this.#leaveBehind(packets);
      if (!this.#directory.removeOldest(this.#now())) return this.#leave(packets);
    }
    this.#tellRoom();
    this.look(LOOK_MS);
    return true;
  }

  #tryWrite(bytes: Buffer): boolean | "too-large" {
    try {
      this.#append(bytes);
      return true;
    } catch (error) {
      if (isFull(error)) return false;
      if ((error as NodeJS.ErrnoException).code === "EFBIG") return "too-large";
      throw error;
    }
  }

  /** The file system, or a limit of this process, has no larger file (write(2), setrlimit(2)): the next ones end before that. */
  #leaveBehind(packets: number): "too-large" {
    const bytes = (this.#open?.bytes ?? 0) - this.#header.length;
    this.#bytesMax = Math.min(this.#bytesMax, bytes > 0 ? bytes : SMALLEST_BYTES);
    this.#note(
      `no file may be larger than that in ${this.#directory.path}: ${packets} packets were lost, another is begun`,
    );
    return "too-large";
  }

  close(tally: FileTally, ended: CaptureIndex["ended"]): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    fsyncSync(open.file);
    closeSync(open.file);
    if (this.#directory.has(open.name)) this.#finish(open, tally, ended);
    else this.#note(`${open.name} was moved away or deleted while it was written: it has no index`);
    this.#count(open, tally);
    this.#directory.refresh(this.#now());
    this.enforce();
  }

  #finish(open: OpenFile, tally: FileTally, ended: CaptureIndex["ended"]): void {
    const { from, host, netns } = this.#wish;
    const head = { file: open.name, link: linkName(open.linkType), from, host, netns, bytes: open.bytes };
    this.#waiting.push(tally.indexOf({ ...head, ended }));
    this.#writeIndexes();
    const path = join(this.#directory.path, open.name);
    renameSync(`${path}.part`, path);
    syncDirectory(this.#directory.path);
  }

  #count(open: OpenFile, { packets, lost }: FileTally): void {
    this.#files += 1;
    this.#packets += packets;
    this.#bytes += open.bytes;
    this.#lost += lost;
    if (lost > 0) this.#note(`${open.name}: at least ${lost} packets are not in it: they were lost`);
  }

  /** Keeps to the bounds, if that is so long ago. @param every milliseconds of real time */
  look(every: number): void {
    if (Math.abs(this.#now() - this.#lookedAt) >= every * (this.#wish.clock?.rate ?? 1)) this.enforce();
  }

  /** Whether the clock was put forward or back since this was asked last. */
  wasClockPut(): boolean {
    this.#directory.followClock(this.#now());
    return this.#directory.ages.takePut();
  }

  /** Deletes what is beyond the bounds, and writes what had no room. */
  enforce(): void {
    this.#lookedAt = this.#now();
    this.#tellShort(this.#directory.enforce(this.#now(), this.#open?.bytes));
    this.#writeIndexes();
  }

  /** Said when it begins to be so. */
  #tellShort(freeBytes: number | undefined): void {
    const { directory, bounds } = this.#wish.ring;
    if (freeBytes !== undefined && !this.#isShort) {
      const [free, wanted] = [sizeText(freeBytes), sizeText(bounds.freeBytesMin)];
      this.#note(
        `the disk of ${directory} has ${free} free, ${wanted} are to stay free: to delete all captures would not be enough, and none goes for it`,
      );
    }
    this.#isShort = freeBytes !== undefined;
  }

  get totals() {
    const removed = this.#directory.removedCount;
    return { files: this.#files, packets: this.#packets, bytes: this.#bytes, lost: this.#lost, removed };
  }

  #append(bytes: Buffer): void {
    const open = this.#open ?? this.#create();
    this.#open = open;
    try {
      writeWhole(open.file, bytes, open.bytes);
    } catch (error) {
      ftruncateSync(open.file, open.bytes);
      throw error;
    }
    open.bytes += bytes.length;
    if (open.bytes - open.handedOn < WRITEBACK_BYTES) return;
    startWriteback(open.file, open.handedOn, open.bytes - open.handedOn);
    open.handedOn = open.bytes;
  }

  #create(): OpenFile {
    const { milliseconds, linkType } = this.#begun;
    const name = this.#names.next(milliseconds);
    const path = join(this.#directory.path, `${name}.part`);
    const file = this.#directory.create(path);
    try {
      const header = this.#header;
      writeWhole(file, header, 0);
      return { name, file, linkType, bytes: header.length, handedOn: 0 };
    } catch (error) {
      closeSync(file);
      rmSync(path, { force: true });
      throw error;
    }
  }

  #writeIndexes(): void {
    while (this.#waiting.length > 0) {
      const [index] = this.#waiting as [CaptureIndex];
      if (!this.#directory.writeIndex(index, this.#now())) return;
      this.#waiting = this.#waiting.slice(1);
    }
  }

  /** The disk is full, and there is nothing more to delete: what comes is counted until there is room. */
  #leave(packets: number): false {
    if (this.#unwritten === undefined) {
      this.#note(
        `there is no room in ${this.#directory.path}, and nothing left to delete: packets are lost until there is`,
      );
    }
    this.#unwritten = (this.#unwritten ?? 0) + packets;
    return false;
  }

  #tellRoom(): void {
    if (this.#unwritten === undefined) return;
    this.#note(`there is room in ${this.#directory.path} again; ${this.#unwritten} packets were lost`);
    this.#unwritten = undefined;
  }
}

function writeWhole(file: number, bytes: Buffer, position: number): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, position + at);
}
