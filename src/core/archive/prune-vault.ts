import { dayAfter } from "./days.ts";
import type { Manifest } from "./manifest.ts";

/** What a vault may keep. */
export interface KeepWish {
  readonly keepSeconds?: number | undefined;
  readonly bytesMax?: number | undefined;
  readonly today: string;
}

export interface OldDay {
  readonly machine: string;
  readonly day: string;
  readonly bytes: number;
  readonly why: "age" | "size";
}

/**
 * Which days are deleted, the oldest first and of all machines alike: what is older than it may become, then as much as is too
 * much. The newest day stays, however large or old it is.
 */
export function oldDays(manifests: readonly Manifest[], { keepSeconds, bytesMax, today }: KeepWish): OldDay[] {
  const days = manifests
    .map(({ machine, day, files }) => ({ machine, day, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) }))
    .toSorted((one, other) => (one.day < other.day ? -1 : one.day > other.day ? 1 : 0));
  const first = keepSeconds === undefined ? "" : dayAfter(today, -Math.ceil(keepSeconds / 86_400));
  const newest = days.at(-1)?.day ?? "";
  let left = days.reduce((sum, { bytes }) => sum + bytes, 0);
  return days.flatMap((one) => {
    const isOld = one.day < first && one.day < newest;
    const isMuch = bytesMax !== undefined && left > bytesMax && one.day < newest;
    if (!isOld && !isMuch) return [];
    left -= one.bytes;
    return [{ ...one, why: isOld ? ("age" as const) : ("size" as const) }];
  });
}
