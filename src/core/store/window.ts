/** How far apart the times of events in one block may be. */
const WINDOW_SECONDS = { before: 60, after: 600 } as const;

/** The longest that a block can span. */
export const SPAN_SECONDS = WINDOW_SECONDS.before + WINDOW_SECONDS.after;

/** Times from which to which events are fit for the block of an event of this time. */
export function windowAround(ts: string): { readonly from: string; readonly to: string } {
  return { from: shifted(ts, -WINDOW_SECONDS.before), to: shifted(ts, WINDOW_SECONDS.after) };
}

/** The time so many seconds later, to the millisecond; where there is none, as a day that does not exist, the same. */
export function shifted(ts: string, seconds: number): string {
  const at = Date.parse(`${ts.slice(0, 23)}Z`) + seconds * 1000;
  if (Number.isNaN(at) || at < TIME_MIN || at > TIME_MAX) return ts;
  return `${new Date(at).toISOString().slice(0, 23)}${ts.slice(23)}`;
}

const TIME_MIN = Date.parse("0000-01-01T00:00:00Z");
const TIME_MAX = Date.parse("9999-12-31T23:59:59.999Z");
