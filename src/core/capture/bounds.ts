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

/** What has to go, the oldest first, and why. @param files in the order in which they were begun */
export function beyondBounds(
  files: readonly RingFile[],
  bounds: RingBounds,
  { now, freeBytes, writing }: RingMoment,
): { readonly file: RingFile; readonly why: RemovedWhy }[] {
  let count = files.length + (writing === undefined ? 0 : 1);
  let bytes = files.reduce((sum, file) => sum + file.bytes, writing ?? 0);
  let free = freeBytes;
  const gone: { file: RingFile; why: RemovedWhy }[] = [];
  for (const file of files) {
    const why = whyBeyond(bounds, { count, bytes, free, ageSeconds: (now - file.begun) / 1000 });
    if (why === undefined) break;
    gone.push({ file, why });
    count -= 1;
    bytes -= file.bytes;
    free += file.bytes;
  }
  return gone;
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
