import type { PacketEvent } from "../event.ts";
import { parseIptables } from "../formats/iptables.ts";
import type { LineOrigin } from "../formats/iptables-line.ts";
import { presentAny } from "../present.ts";
import { encodeTime, parseRfc3339 } from "../rfc3339.ts";

/** What a line does not tell of its time. */
export interface SyslogClock {
  /** Of the first line without one; it goes on from December to January. */
  readonly year: number;
  /** East of UTC, for stamps without a zone. */
  readonly offsetMinutes: number;
  /** When the kernel's clock was 0, in nanoseconds since 1970: for lines of dmesg. */
  readonly bootNanoseconds: bigint;
  /** Whether lines may be the kernel's text alone: if the first one is, all are taken for that, of 1970. */
  readonly mayBeBare?: boolean;
}

/** A reader of lines, each after the other. */
export type SyslogLine = (line: string, host: string | undefined) => PacketEvent | undefined;

const PRIORITY = /^<(\d{1,3})>(?:1 )?/;
const CLASSIC = /^([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? /;
const ISO = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)(Z|[+-]\d\d:?\d\d)? /;
const UNIX = /^(\d{9,11})\.(\d{6}) /;
const UPTIME = /^\[ *(\d{1,12})\.(\d{6})\](?:\[ *[TC]\d{1,10}\])? ?/;
const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

/**
 * Reads lines of a log file and of `journalctl -o short`, `short-iso`, `short-iso-precise`, `short-unix`, of dmesg, and
 * of RFC 5424 and RFC 3164: a stamp, a host, `kernel:`, and the kernel's text. Of lines of other programs none is read.
 */
export function createSyslogLine(clock: SyslogClock): SyslogLine {
  const readTime = createTimes(clock);

  return (line, host) => {
    const [head, priority] = PRIORITY.exec(line) ?? [""];
    const stamped = readTime(line.slice(head.length));
    const message = stamped && messageOf(stamped);
    if (message === undefined) return undefined;
    const level = priority === undefined ? undefined : Number(priority) & 7;
    const origin = presentAny<LineOrigin>({ ts: stamped?.ts, host: message.host ?? host, level });
    return parseIptables(message.text, origin as LineOrigin)?.event;
  };
}

const BARE = /^(?!.*(?:kernel|\]): ).{0,127}IN=\S{0,64} OUT=/;

/** The first line tells whether lines have stamps. */
function createTimes(clock: SyslogClock): (text: string) => Stamped | undefined {
  const readTime = createStamps(clock);
  let isBare = clock.mayBeBare === true ? undefined : false;
  return (text) => {
    const stamped = isBare ? undefined : readTime(text);
    isBare ??= stamped === undefined && BARE.test(text);
    return isBare ? { ts: "1970-01-01T00:00:00.000000000Z", text, isUptime: true } : stamped;
  };
}

interface Stamped {
  readonly ts: string;
  readonly text: string;
  /** By the kernel's own clock: no host and no name of a program follows. */
  readonly isUptime: boolean;
}

/** Behind the stamp: host (which may be left out), name of the program, what RFC 5424 has besides, and the kernel's own stamp. */
function messageOf({ text, isUptime }: Stamped): { host?: string; text: string } | undefined {
  if (isUptime) return { text };
  if (text.startsWith("kernel: ") || UPTIME.test(text))
    return { text: text.replace(/^kernel: /, "").replace(UPTIME, "") };
  const [all, host = ""] = /^(\S{1,255}) /.exec(text) ?? [];
  if (all === undefined) return undefined;
  const rest = text.slice(all.length);
  const [tag = ""] = TAG.exec(rest) ?? [];
  if (tag === "" && /^[^\s=]{1,64}\[\d+\]: /.test(rest)) return undefined;
  return { host, text: rest.slice(tag.length).replace(UPTIME, "") };
}

const TAG = /^kernel(?:\[\d+\])?: |^kernel - \S+ (?:-|\[[^\]]{0,1000}\]) |^ulogd(?:\[\d+\])?: /;

function zoneOf(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
}

function createStamps({ year: firstYear, offsetMinutes, bootNanoseconds }: SyslogClock) {
  let year = firstYear;
  let lastMonth = 0;

  const classic = ([head, name = "", day, hours, minutes, seconds, fraction = ""]: RegExpExecArray) => {
    const month = MONTHS.indexOf(name) / 3;
    if (!Number.isInteger(month) || month < 0) return undefined;
    if (lastMonth - month > 6) year += 1;
    lastMonth = month;
    const millis = Date.UTC(year, month, Number(day), Number(hours), Number(minutes) - offsetMinutes, Number(seconds));
    if (Number.isNaN(millis)) return undefined;
    return { head, ts: encodeTime(BigInt(millis) * 1_000_000n + BigInt(fraction.padEnd(9, "0"))) };
  };
  const here = zoneOf(offsetMinutes);
  const iso = ([head, stamp = "", zone = here]: RegExpExecArray) => ({ head, ts: parseRfc3339(stamp + zone) });
  const counted =
    (since: bigint) =>
    ([head, seconds = "", micros = ""]: RegExpExecArray) => ({
      head,
      ts: encodeTime(since + (BigInt(seconds) * 1_000_000n + BigInt(micros)) * 1000n),
    });
  const kinds = [
    [CLASSIC, classic],
    [ISO, iso],
    [UPTIME, counted(bootNanoseconds)],
    [UNIX, counted(0n)],
  ] as const;

  return (text: string): Stamped | undefined => {
    for (const [pattern, read] of kinds) {
      const found = pattern.exec(text);
      if (found === null) continue;
      const { head = "", ts } = read(found) ?? {};
      return ts === undefined ? undefined : { ts, text: text.slice(head.length), isUptime: pattern === UPTIME };
    }
    return undefined;
  };
}
