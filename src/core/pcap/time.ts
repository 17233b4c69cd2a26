const SECONDS_MAX = 0xffff_ffff;

/** The whole seconds since 1970 of an event's time, as far as 32 bits go. */
export function secondsIn(ts: string): number {
  const at = Date.parse(`${ts.slice(0, 19)}Z`) / 1000;
  return at >= 0 && at <= SECONDS_MAX ? at : 0;
}

/** The nanoseconds behind its whole seconds. */
export function nanosecondsIn(ts: string): number {
  const digits = ts.slice(20, 29);
  return /^\d{9}$/.test(digits) ? Number(digits) : 0;
}
