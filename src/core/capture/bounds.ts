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
 * What has to go, and why. Nothing goes for the room on the disk where that would not be enough: others fill
 * it then. The last one never goes for it. @param files in the order in which they go
 */
export function beyondBounds(
  files: readonly RingFile[],
  bounds: RingBounds,
  { now, freeBytes, writing }: RingMoment,
): Beyond {
  let count = files.length + (writing === undefined ? 0 : 1);
  let bytes = files.reduce((sum, file) => sum + file.bytes, writing ?? 0);
  let free = freeBytes;
  const last = files.at(-1);
  const most = files.reduce((sum, file) => (file === last ? sum : sum + file.bytes), freeBytes);
  const helps = most >= bounds.freeBytesMin;
  const gone: { file: RingFile; why: RemovedWhy }[] = [];
  for (const file of files) {
    const usable = helps && file !== last ? free : Number.POSITIVE_INFINITY;
    const why = whyBeyond(bounds, { count, bytes, free: usable, ageSeconds: (now - file.begun) / 1000 });
    // Of those that are dated in the future the age is not known: others behind them may be too old.
    if (why === undefined) continue;
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

/** What is known of when a capture was begun. */
export interface RingFileTime {
  /** The moments that its name stands for: two in an hour that is there twice. */
  readonly earliest: number;
  readonly latest: number;
  /** When it was written to last. */
  readonly modified: number;
}

/**
 * When a capture was begun. In an hour that is there twice it was the first time where it ended before the second. What is
 * dated in the future, by a clock that was wrong, counts by when it was written; -Infinity where that is no past, either: it
 * goes first, so that it does not displace what is captured now.
 */
export function begunBy({ earliest, latest, modified }: RingFileTime, now: number): number {
  if (earliest <= now) return modified < latest ? earliest : latest;
  return modified <= now ? modified : Number.NEGATIVE_INFINITY;
}
