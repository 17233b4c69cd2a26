import { encodeTime, parseRfc3339 } from "../rfc3339.ts";

/** What a line does not tell of its time. */
export interface SyslogClock {
  /** Of the first line without one; it goes on from December to January. */
  readonly year: number;
  /** East of UTC, for stamps without a zone. */
  readonly offsetMinutes: number;
  /** When the kernel's clock was 0, in nanoseconds since 1970: for lines of dmesg. */
  readonly bootNanoseconds: bigint;
  /** Since 1970: what would lie more than a day behind it is of the year before. */
  readonly nowSeconds?: number | undefined;
}

/** The time of a line, and what stands behind the stamp. */
export interface Stamped {
  readonly ts: string;
  readonly text: string;
  /** Whether the stamp is one of dmesg, behind which no host needs to follow. */
  readonly isDmesg: boolean;
}

type Found = RegExpExecArray;
type ReadStamp = (found: Found) => string | undefined;

const CLASSIC = /^([a-z]{3}) ([ \d]\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? /i;
const ISO = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[+-]\d\d:?\d\d)? /;
const ISO_DMESG = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d,\d{1,9})(Z|[+-]\d\d:?\d\d)? /;
const FULL =
  /^[^\s\d]{1,20} (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})?) (?:(UTC|GMT|Z|[+-]\d\d(?::?\d\d)?)|[A-Z]{1,6}) /i;
const CTIME = /^\[[^\s\d\]]{1,20} ([a-z]{3}) ([ \d]\d) (\d\d):(\d\d):(\d\d)() (\d{4})\](?:\[ *[TC]\d{1,10}\])? ?/i;
const UNIX = /^(\d{9,11})\.(\d{6}) /;
/** The kernel's own stamp, with the thread or processor that wrote where it is told (printk.c). */
export const UPTIME = /^\[ *(\d{1,12})\.(\d{6})\](?:\[ *[TC]\d{1,10}\])? ?/;

/** Reads the stamps of syslog, journalctl(1) and dmesg(1), line after line; undefined for any other text. */
export function createStamps(clock: SyslogClock): (text: string) => Stamped | undefined {
  const here = zoneOf(clock.offsetMinutes);
  const iso: ReadStamp = ([, stamp = "", zone = here]) => parseRfc3339(stamp + zone);
  const kinds: readonly (readonly [RegExp, ReadStamp, isDmesg: boolean])[] = [
    [CLASSIC, createYearless(clock), false],
    [ISO, iso, false],
    [ISO_DMESG, iso, true],
    [FULL, ([, stamp = "", zone]) => parseRfc3339(stamp + numericZone(zone ?? here)), false],
    [CTIME, (found) => encodeMoment(found, Number(found[7]), clock.offsetMinutes), true],
    [UPTIME, counted(clock.bootNanoseconds), true],
    [UNIX, counted(0n), false],
  ];

  return (text) => {
    for (const [pattern, read, isDmesg] of kinds) {
      const found = pattern.exec(text);
      if (found === null) continue;
      const ts = read(found);
      return ts === undefined ? undefined : { ts, text: text.slice(found[0].length), isDmesg };
    }
    return undefined;
  };
}

function zoneOf(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
}

/** Zones without a name of their own are told by hours alone (tzfile(5)). */
function numericZone(zone: string): string {
  if (/^[a-z]/i.test(zone)) return "Z";
  return zone.length === 3 ? `${zone}:00` : zone;
}

const counted =
  (since: bigint): ReadStamp =>
  ([, seconds = "", micros = ""]) =>
    encodeTime(since + (BigInt(seconds) * 1_000_000n + BigInt(micros)) * 1000n);

const DAY_SECONDS = 86_400;

/** A log goes on from December to January; and it is not of the future. */
function createYearless({ year: firstYear, offsetMinutes, nowSeconds = Infinity }: SyslogClock): ReadStamp {
  const latestMs = (nowSeconds + DAY_SECONDS) * 1000;
  let year = firstYear;
  let lastMonth = 0;

  return (found) => {
    const month = monthOf(found[1]);
    if (month === undefined) return undefined;
    if (lastMonth - month > 6) year += 1;
    lastMonth = month;
    if (year >= firstYear && millisOf(found, year, month, offsetMinutes) > latestMs) year -= 1;
    return encodeMoment(found, year, offsetMinutes);
  };
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

function monthOf(name = ""): number | undefined {
  const month = MONTHS.indexOf(name.toLowerCase());
  return month === -1 ? undefined : month;
}

function millisOf([, , day, hours, minutes, seconds]: Found, year: number, month: number, offset: number): number {
  return Date.UTC(year, month, Number(day), Number(hours), Number(minutes) - offset, Number(seconds));
}

function encodeMoment(found: Found, year: number, offset: number): string | undefined {
  const month = monthOf(found[1]);
  const millis = month === undefined ? Number.NaN : millisOf(found, year, month, offset);
  if (Number.isNaN(millis)) return undefined;
  return encodeTime(BigInt(millis) * 1_000_000n + BigInt((found[6] ?? "").padEnd(9, "0")));
}
