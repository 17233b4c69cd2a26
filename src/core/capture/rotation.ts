const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** A clock is put forward or back less often than that. */
const STEADY_MS = DAY_MS / 4;

/** How many minutes local time is east of UTC at a moment. */
export type OffsetAt = (milliseconds: number) => number;

/**
 * When a file ends that is begun then: at the next multiple of `everySeconds` behind the beginning of the local day, or at its
 * end; always behind `begun`. Hours are counted as they pass: on a day on which the clock is put forward or back there is one
 * less, or one more. Where it is put forward at midnight, the day begins at one o'clock.
 */
export function endOfFile(begun: number, everySeconds: number, offsetAt: OffsetAt): number {
  const next = nextDay(begun, offsetAt);
  const everyMs = everySeconds * 1000;
  if (everyMs >= DAY_MS) return next;
  const day = beginOfDay(begun, offsetAt);
  const turns = Math.floor((begun - day) / everyMs) + 1;
  return Math.min(day + turns * everyMs, next);
}

/** When the local day began that holds the moment. */
function beginOfDay(moment: number, offsetAt: OffsetAt): number {
  for (let at = moment; ; ) {
    const local = localAt(at, offsetAt);
    const midnight = at - (local - dayOf(local) * DAY_MS);
    const change = changeIn(midnight, at, offsetAt);
    if (change === undefined) return midnight;
    if (dayOf(localAt(change - 1, offsetAt)) !== dayOf(local)) return change;
    at = change - 1;
  }
}

/** When it ends. */
function nextDay(moment: number, offsetAt: OffsetAt): number {
  for (let at = moment; ; ) {
    const local = localAt(at, offsetAt);
    const midnight = at + (dayOf(local) + 1) * DAY_MS - local;
    const change = changeIn(at, midnight, offsetAt);
    if (change === undefined) return midnight;
    if (dayOf(localAt(change, offsetAt)) !== dayOf(local)) return change;
    at = change;
  }
}

/** The first moment behind `from`, and up to `to`, from which on the clock is another. */
function changeIn(from: number, to: number, offsetAt: OffsetAt): number | undefined {
  const before = offsetAt(from);
  let [low, high] = [from, Math.min(from + STEADY_MS, to)];
  while (offsetAt(high) === before) {
    if (high >= to) return undefined;
    low = high;
    high = Math.min(low + STEADY_MS, to);
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

function localAt(moment: number, offsetAt: OffsetAt): number {
  return moment + offsetAt(moment) * MINUTE_MS;
}

function dayOf(local: number): number {
  return Math.floor(local / DAY_MS);
}

/**
 * The moments that a local time stands for, in milliseconds, the local one as if of UTC: one, or two where the clock is put
 * back. For a time that is left out where it is put forward it is one as if the clock had not been.
 */
export function momentsOf(local: number, offsetAt: OffsetAt): { readonly earliest: number; readonly latest: number } {
  const offsets = [offsetAt(local - DAY_MS), offsetAt(local + DAY_MS)];
  const all = offsets.map((offset) => local - offset * MINUTE_MS);
  const real = all.filter((moment) => localAt(moment, offsetAt) === local);
  const [one = Math.max(...all), other = one] = real;
  return { earliest: Math.min(one, other), latest: Math.max(one, other) };
}
