import { parseRfc3339 } from "../core/event/rfc3339.ts";
import { Fault } from "../core/model/fault.ts";

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const AGO = /^([0-9]{1,9})\s*(s|m|h|d|w)(?:\s+ago)?$/;
const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const STAMP = /^(?:(\d{4}-\d\d-\d\d)[T ])?(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z)?$/i;

/**
 * A moment as a person names it, as events have it: `1h` (ago), RFC 3339, and without a zone in that of this machine:
 * a day, a day and a time, a time of today; `now`, `today` and `yesterday`. A time of today may be one of UTC: `10:32:05Z`.
 * @throws Fault for anything else
 */
export function parseMoment(flag: string, text: string, now: Date): string {
  const trimmed = text.trim();
  const date = agoOf(trimmed, now) ?? namedOf(trimmed, now) ?? dayOf(trimmed);
  const moment = date === undefined ? (stampOf(trimmed, now) ?? parseRfc3339(trimmed)) : encode(date);
  if (moment !== undefined) return moment;
  const remedy = 'give 1h, 30m or 2d (ago), "2026-11-29 10:32", 10:32, 10:32:05Z (UTC), today, or a time of RFC 3339';
  throw new Fault("usage", `--${flag}: "${text.slice(0, 40)}" is no time`, remedy);
}

function encode(date: Date): string | undefined {
  const text = Number.isNaN(date.getTime()) ? "" : date.toISOString();
  return /^\d{4}-/.test(text) ? `${text.slice(0, 23)}000000Z` : undefined;
}

function agoOf(text: string, now: Date): Date | undefined {
  const [, number, unit = ""] = AGO.exec(text) ?? [];
  return number === undefined ? undefined : new Date(now.getTime() - Number(number) * (UNITS[unit] ?? 1) * 1000);
}

function namedOf(text: string, now: Date): Date | undefined {
  if (text === "now") return now;
  const daysBack = ["today", "yesterday"].indexOf(text);
  return daysBack < 0 ? undefined : new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysBack);
}

/** A time to the second or its fraction, of a day or of today. */
function stampOf(text: string, now: Date): string | undefined {
  const [, day, hours = "", minutes = "", seconds = "00", fraction = "", zone] = STAMP.exec(text) ?? [];
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds)];
  const of = day === undefined ? now : dayOf(day);
  if (hours === "" || of === undefined || h > 23 || m > 59 || s > 59) return undefined;
  const local = new Date(of.getFullYear(), of.getMonth(), of.getDate(), h, m, s);
  const date =
    zone === undefined ? local : day === undefined ? utcWithin(of, [h, m, s]) : new Date(utcOf(day, [h, m, s]));
  return encode(date)?.replace(/\d{9}Z$/, `${fraction.padEnd(9, "0")}Z`);
}

type Time = readonly [number, number, number];

function utcOf(day: string, [h, m, s]: Time): number {
  return Date.parse(day) + (h * 3600 + m * 60 + s) * 1000;
}

/** A time of UTC within the day that it is here. */
function utcWithin(now: Date, time: Time): Date {
  const begin = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  const at = utcOf(begin.toISOString().slice(0, 10), time);
  return new Date(at < begin.getTime() ? at + DAY_MS : at);
}

const DAY_MS = 86_400_000;

/** The beginning of a day that there is. */
function dayOf(text: string): Date | undefined {
  const [, year, month, day] = (DAY.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined) return undefined;
  const date = new Date(year, month - 1, day);
  return date.getMonth() === month - 1 && date.getDate() === day ? date : undefined;
}
