import { Fault } from "../core/model/fault.ts";

const UNITS: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600 };
const SECONDS_MAX = 86_400;

/** A time such as 60s, 5m, 1h or 90 (seconds), in seconds: from 1 s to a day. */
export function parseSeconds(text: string): number {
  const [, number, unit = ""] = /^([1-9][0-9]{0,5})(s|m|h)?$/.exec(text) ?? [];
  const seconds = Number(number) * (UNITS[unit] ?? 1);
  if (seconds <= SECONDS_MAX) return seconds;
  throw new Fault(
    "usage",
    `"${text.slice(0, 40)}" is no time from 1 s to a day`,
    "give seconds, minutes or hours: 60s, 5m, 1h",
  );
}
