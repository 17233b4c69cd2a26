const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** How many minutes local time is east of UTC at a moment. */
export type OffsetAt = (milliseconds: number) => number;

/**
 * When a file ends that is begun then: at the next multiple of `everySeconds` behind local midnight, or at midnight. Hours
 * are counted as they pass: on a day on which the clock is put forward or back there is one less, or one more.
 */
export function endOfFile(begun: number, everySeconds: number, offsetAt: OffsetAt): number {
  const midnight = midnightBefore(begun, offsetAt);
  const next = nextMidnight(midnight, offsetAt);
  const everyMs = everySeconds * 1000;
  if (everyMs >= DAY_MS) return next;
  const turns = Math.floor((begun - midnight) / everyMs) + 1;
  return Math.min(midnight + turns * everyMs, next);
}

/** When the local day began that holds the moment. */
function midnightBefore(milliseconds: number, offsetAt: OffsetAt): number {
  const local = milliseconds + offsetAt(milliseconds) * MINUTE_MS;
  const midnight = atLocal(local - (((local % DAY_MS) + DAY_MS) % DAY_MS), offsetAt);
  return midnight <= milliseconds ? midnight : midnightBefore(midnight - DAY_MS / 2, offsetAt);
}

/** When the local day ends that began then. */
function nextMidnight(midnight: number, offsetAt: OffsetAt): number {
  const noon = midnight + DAY_MS / 2;
  return midnightBefore(noon + DAY_MS, offsetAt);
}

/** The moment that the local time stands for, both in milliseconds as if of UTC. */
export function atLocal(local: number, offsetAt: OffsetAt): number {
  const first = local - offsetAt(local) * MINUTE_MS;
  return local - offsetAt(first) * MINUTE_MS;
}
