import {
  closeSync,
  constants,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import type { CaptureIndex } from "../../core/capture/capture-index.ts";
import { parseCaptureName } from "../../core/capture/file-name.ts";
import { linkName } from "../../core/capture/link-name.ts";
import { createScan, isOurs, sectionComment } from "../../core/capture/scan.ts";
import type { CaptureWish, RingWish } from "../../core/capture/wish.ts";
import { syncDirectory } from "../sync-directory.ts";
import { RingDirectory } from "./ring-directory.ts";
import { openRegular, readIndex } from "./sidecar.ts";

const PART = ".part";
const CHUNK_BYTES = 1024 * 1024;
/** Where a capture comes from stands in its first bytes. */
const START_BYTES = 8192;

/** What mending is told by, and by what clock. */
export interface Mending {
  readonly now: () => number;
  readonly note: (text: string) => void;
}

/**
 * Closes the captures that a run left behind that was killed, each behind its last whole block: their indexes. What is none of
 * ours is left as it is, and said. On a full disk the oldest capture makes room.
 */
export function mendCaptures({ ring, host, netns }: CaptureWish, mending: Mending): CaptureIndex[] {
  const { directory } = ring;
  const names = readdirSync(directory).filter((name) => name.endsWith(`.pcapng${PART}`));
  const captures = names
    .map((name) => name.slice(0, -PART.length))
    .filter((name) => parseCaptureName(name) !== undefined);
  return captures.flatMap((name) => {
    const path = join(directory, `${name}${PART}`);
    const index = mended(path, { file: name, host, netns }, readIndex(directory, name));
    const left = leftAs(index, join(directory, name));
    if (left !== undefined) mending.note(`${path} is left as it is: ${left}`);
    else if (index === "empty") rmSync(path, { force: true });
    else return [closed(ring, index as CaptureIndex, mending)];
    return [];
  });
}

/** Why nothing is done with it. */
function leftAs(index: Mended, closedPath: string): string | undefined {
  if (index === "no file") return "it is no regular file";
  if (index === "foreign") return "it is no capture of netlogctl";
  const isTaken = lstatSync(closedPath, { throwIfNoEntry: false }) !== undefined;
  return isTaken && index !== "empty" ? `there is ${closedPath} already` : undefined;
}

function closed(ring: RingWish, index: CaptureIndex, { now, note }: Mending): CaptureIndex {
  const path = join(ring.directory, index.file);
  const files = new RingDirectory(ring, now(), note);
  files.writeIndex(index, now());
  renameSync(`${path}${PART}`, path);
  syncDirectory(ring.directory);
  return index;
}

/** What is to stand beside it, or why there is nothing: no packet is in it, it is no file, or none of ours. */
function mended(path: string, known: Known, before: CaptureIndex | undefined): Mended {
  const file = openRegular(path, constants.O_RDWR);
  if (file === undefined) return "no file";
  try {
    return mendedFile(file, known, before);
  } finally {
    closeSync(file);
  }
}

interface Known {
  readonly file: string;
  readonly host: string;
  readonly netns: string | undefined;
}

type Mended = CaptureIndex | "empty" | "no file" | "foreign";

function mendedFile(file: number, known: Known, before: CaptureIndex | undefined): Mended {
  const scan = createScan();
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  const start = chunk.subarray(0, readSync(file, chunk, 0, START_BYTES, 0));
  if (!isOurs(start)) return "foreign";
  const from = sectionComment(start) ?? "unknown";
  let read = 0;
  for (let count = readSync(file, chunk); count > 0; count = readSync(file, chunk)) {
    read += count;
    scan.push(Buffer.from(chunk.subarray(0, count)));
  }
  if (before?.bytes === read && scan.wholeBytes === read) return before;
  if (scan.tally.packets === 0) return "empty";
  ftruncateSync(file, scan.wholeBytes);
  fsyncSync(file);
  const head = { ...known, link: linkName(scan.linkType ?? 0), from, bytes: scan.wholeBytes };
  return scan.tally.indexOf({ ...head, ended: "cut-off" });
}
