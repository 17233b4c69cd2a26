import { durationText, sizeText } from "../event/formats/flow/amounts.ts";
import type { RingBounds } from "./wish.ts";

/** A capture of the ring, with what stands beside it. */
export interface RingFile {
  readonly name: string;
  readonly begun: number;
  readonly bytes: number;
}

/** Why a capture is deleted. */
export type RemovedWhy = "files" | "size" | "age" | "free";

/** What of the machine counts: what time it is, how much the disk has free, and what is being written. */
export interface RingMoment {
  readonly now: number;
  readonly freeBytes: number;
  /** The file that is being written; it counts, but it stays. */
  readonly writing: number | undefined;
}

/** What the ring may hold, in words: at most 48 files, 2.0 GiB. */
export function boundsText({ filesMax, bytesMax, ageSecondsMax }: RingBounds): string {
  const words = [
    ...(filesMax === undefined ? [] : [filesMax === 1 ? "1 file" : `${filesMax} files`]),
    ...(bytesMax === undefined ? [] : [sizeText(bytesMax)]),
    ...(ageSecondsMax === undefined ? [] : [durationText(ageSecondsMax)]),
  ];
  return `at most ${words.join(", ")}`;
}

/** What has to go. */
export interface Beyond {
  /** The oldest first. */
  readonly gone: readonly { readonly file: RingFile; readonly why: RemovedWhy }[];
  /** So much is free without them, where that is less than is to stay free. */
  readonly shortBytes: number | undefined;
}

/**
 * What has to go, and why. The file that was closed last does not go for a disk that is too full by others: it would hold
 * nothing at all. @param files in the order in which they were begun
 */
export function beyondBounds(
  files: readonly RingFile[],
  bounds: RingBounds,
  { now, freeBytes, writing }: RingMoment,
): Beyond {
  let count = files.length + (writing === undefined ? 0 : 1);
  let bytes = files.reduce((sum, file) => sum + file.bytes, writing ?? 0);
  let free = freeBytes;
  const gone: { file: RingFile; why: RemovedWhy }[] = [];
  for (const file of files) {
    const why = whyBeyond(bounds, { count, bytes, free, ageSeconds: (now - file.begun) / 1000 });
    if (why === undefined || (why === "free" && file === files.at(-1))) break;
    gone.push({ file, why });
    count -= 1;
    bytes -= file.bytes;
    free += file.bytes;
  }
  return { gone, shortBytes: free < bounds.freeBytesMin ? free : undefined };
}

function whyBeyond(
  { filesMax = Infinity, bytesMax = Infinity, ageSecondsMax = Infinity, freeBytesMin }: RingBounds,
  now: { readonly count: number; readonly bytes: number; readonly free: number; readonly ageSeconds: number },
): RemovedWhy | undefined {
  if (now.ageSeconds > ageSecondsMax) return "age";
  if (now.count > filesMax) return "files";
  if (now.bytes > bytesMax) return "size";
  return now.free < freeBytesMin ? "free" : undefined;
}
