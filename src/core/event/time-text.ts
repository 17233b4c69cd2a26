/** A moment: seconds since 1970 in UTC, and nanoseconds. */
export interface Moment {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** The last second that RFC 3339 can write: 9999-12-31T23:59:59Z. */
const SECONDS_MAX = 253_402_300_799;

/** `2026-11-21T11:37:36`: the whole seconds of a moment; what a year of four digits cannot hold is its nearest end. */
export function secondsText(seconds: number): string {
  const held = Math.min(Math.max(Math.trunc(seconds) || 0, 0), SECONDS_MAX);
  return new Date(held * 1000).toISOString().slice(0, 19);
}

/** Most moments are in the second of the one before. */
let last = { seconds: 0, text: secondsText(0) };

/** RFC 3339 in UTC with nine digits behind the point. */
export function momentText({ seconds, nanoseconds }: Moment): string {
  const held = Math.min(Math.max(Math.trunc(nanoseconds) || 0, 0), 999_999_999);
  if (seconds !== last.seconds) last = { seconds, text: secondsText(seconds) };
  return `${last.text}.${String(held).padStart(9, "0")}Z`;
}

/** The same of milliseconds since 1970. */
export function millisecondsText(ms: number): string {
  return momentText({ seconds: Math.floor(ms / 1000), nanoseconds: (ms % 1000) * 1_000_000 });
}

const U32_MAX = 0xffff_ffff;

/** The whole seconds since 1970 of an event's time, as far as 32 bits go. */
export function secondsIn(ts: string): number {
  const at = Date.parse(`${ts.slice(0, 19)}Z`) / 1000;
  return at >= 0 && at <= U32_MAX ? at : 0;
}

/** The nanoseconds behind its whole seconds. */
export function nanosecondsIn(ts: string): number {
  const digits = ts.slice(20, 29);
  return /^\d{9}$/.test(digits) ? Number(digits) : 0;
}
