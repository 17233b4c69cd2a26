import type { PacketEvent } from "../event.ts";
import { parseIptables } from "../formats/iptables.ts";
import type { LineOrigin } from "../formats/iptables-line.ts";
import { presentAny } from "../present.ts";
import { createStamps, type Stamped, type SyslogClock, UPTIME } from "./stamps.ts";

/** A reader of lines, each after the other. */
export type SyslogLine = (line: string, host: string | undefined) => PacketEvent | undefined;

/**
 * Reads lines of a log file and of `journalctl -o short`, `short-iso`, `short-iso-precise`, `short-full`, `short-unix`,
 * `short-monotonic`, of dmesg with any of its times, and of RFC 5424 and RFC 3164: a stamp, a host, `kernel:`, and the
 * kernel's text. Of lines of other programs none is read.
 * @param mayBeBare whether lines may be the kernel's text alone: if the first one is, all are taken for that, of 1970
 */
export function createSyslogLine(clock: SyslogClock, mayBeBare: boolean): SyslogLine {
  const readTime = createTimes(clock, mayBeBare);

  return (line, host) => {
    const head = headOf(line);
    const stamped = head && readTime(line.slice(head.length));
    const message = stamped && messageOf(stamped);
    if (message === undefined) return undefined;
    const origin = presentAny<LineOrigin>({ ts: stamped?.ts, host: message.host ?? host, level: head?.level });
    return parseIptables(message.text, origin as LineOrigin)?.event;
  };
}

const PRIORITY = /^<(\d{1,3})>(?:1 )?/;
/** As `dmesg --decode` writes it. */
const DECODED =
  /^(kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|local[0-7]) *:(emerg|alert|crit|err|warn|notice|info|debug) *: (?=\[|\d{4}-)/;
const LEVELS = ["emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"];

/** What stands before the stamp; undefined where it tells that a program wrote the line. */
function headOf(line: string): { length: number; level: number | undefined } | undefined {
  const [decoded, facility, name = ""] = DECODED.exec(line) ?? [];
  if (decoded !== undefined)
    return facility === "kern" ? { length: decoded.length, level: LEVELS.indexOf(name) } : undefined;
  const [head, priority] = PRIORITY.exec(line) ?? [""];
  return { length: head.length, level: priority === undefined ? undefined : Number(priority) & 7 };
}

const BARE = /^(?!.*(?:kernel|\]): ).{0,127}IN=\S{0,64} OUT=/;

type Timed = Stamped & { readonly isBare?: true };

/** The first line tells whether lines have stamps. */
function createTimes(clock: SyslogClock, mayBeBare: boolean): (text: string) => Timed | undefined {
  const readTime = createStamps(clock);
  let isBare = mayBeBare ? undefined : false;
  return (text) => {
    const stamped = isBare ? undefined : readTime(text);
    isBare ??= stamped === undefined && BARE.test(text);
    return isBare ? { ts: "1970-01-01T00:00:00.000000000Z", text, isDmesg: true, isBare } : stamped;
  };
}

interface Message {
  readonly host?: string;
  readonly text: string;
}

/** Behind the stamp: host (which may be left out), name of the program, what RFC 5424 has besides, and the kernel's own stamp. */
function messageOf({ text, isDmesg, isBare }: Timed): Message | undefined {
  if (isBare) return { text };
  if (isDmesg) return messageOfDmesg(text);
  if (text.startsWith("kernel: ") || UPTIME.test(text))
    return { text: text.replace(/^kernel: /, "").replace(UPTIME, "") };
  const [all, host = ""] = /^(\S{1,255}) /.exec(text) ?? [];
  if (all === undefined) return undefined;
  const rest = text.slice(all.length);
  const [tag = ""] = TAG.exec(rest) ?? [];
  if (tag === "" && PROGRAM.test(rest)) return undefined;
  return { host, text: rest.slice(tag.length).replace(UPTIME, "") };
}

const TAG = /^kernel(?:\[\d+\])?: |^kernel - \S+ (?:-|\[[^\]]{0,1000}\]) |^ulogd(?:\[\d+\])?: /;
const PROGRAM = /^[^\s=]{1,64}\[\d+\]: /;
const HOSTED = /^(?:([\w.-]{1,255}) )?(?:kernel|ulogd)(?:\[\d+\])?: /;

/** The text is the kernel's own, unless it says `kernel:` first: `journalctl -o short-monotonic` has a stamp like dmesg's. */
function messageOfDmesg(text: string): Message | undefined {
  const [tag, host] = HOSTED.exec(text) ?? [];
  if (tag !== undefined) return { text: text.slice(tag.length), ...(host !== undefined && { host }) };
  const [start = ""] = /^[\w.-]{1,255} /.exec(text) ?? [];
  return start !== "" && PROGRAM.test(text.slice(start.length)) ? undefined : { text };
}
