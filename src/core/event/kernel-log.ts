import { decodeKmsg } from "../netlink/kernel-log.ts";
import type { PacketEvent } from "./event.ts";
import { parseIptables } from "./formats/iptables.ts";
import { decodeJournalJson, journalEvent } from "./kernel-log/journal-entry.ts";
import { createJournalExport } from "./kernel-log/journal-export.ts";
import { createSyslogLine } from "./kernel-log/syslog-line.ts";
import { createLineCutter } from "./read-events/cut-lines.ts";
import { createUnreadCount, NOTHING, type Unread } from "./read-events/unread.ts";
import { encodeTime } from "./rfc3339.ts";

/** How the kernel log comes: records of /dev/kmsg, `journalctl -o export`, `-o json`, or lines of text. */
export const KERNEL_LOG_FORMS = ["kmsg", "export", "json", "syslog"] as const;
export type KernelLogForm = (typeof KERNEL_LOG_FORMS)[number];

/** What the log itself does not tell. */
export interface KernelLogOptions {
  /** Without it, the first bytes tell. */
  readonly form?: KernelLogForm;
  /** When the kernel's clock was 0, in nanoseconds since 1970: for kmsg and dmesg. Without it, times count from 1970. */
  readonly bootNanoseconds?: bigint;
  /** The same of kmsg as it is read, where the clock may be put meanwhile. */
  readonly readBoot?: () => bigint;
  /** Of the first line whose stamp has none. */
  readonly year?: number;
  /** Since 1970: a stamp without a year that would lie more than a day behind it is of the year before. */
  readonly nowSeconds?: number;
  /** East of UTC, for stamps without a zone. */
  readonly offsetMinutes?: number;
  /** Whether lines may be the kernel's text alone, without a stamp: then they are of 1970. */
  readonly mayBeBare?: boolean;
  /** Where the log names none. */
  readonly host?: string;
}

/** Reads a stream piece by piece; what is no packet is skipped. */
export interface KernelLogReader {
  push(chunk: Buffer): PacketEvent[];
  end(): PacketEvent[];
  /** So far: what looks like a packet and was not read, be it that a program wrote it. */
  unread(): Unread;
}

/** Reads packets out of the kernel log in any of its forms, in bounded memory, whatever the bytes are. */
export function createKernelLogReader(options: KernelLogOptions = {}): KernelLogReader {
  let reader = options.form === undefined ? undefined : readerOf(options.form, options);
  let start = Buffer.alloc(0);

  return {
    push(chunk) {
      if (reader !== undefined) return reader.push(chunk);
      start = Buffer.concat([start, chunk]);
      const form = formOf(start, start.length >= START_BYTES_MAX);
      if (form === undefined) return [];
      reader = readerOf(form, options);
      return reader.push(start);
    },
    end() {
      if (reader !== undefined) return reader.end();
      reader = readerOf(formOf(start, true) ?? "syslog", options);
      return [...reader.push(start), ...reader.end()];
    },
    unread: () => reader?.unread() ?? NOTHING,
  };
}

/** More is not waited for. */
const START_BYTES_MAX = 4096;

/** The form by the first line that is not empty; undefined while that is not whole. */
function formOf(start: Buffer, isAll: boolean): KernelLogForm | undefined {
  const [, line = "", end] = /^\s*(\S[^\n]*)(\n?)/.exec(start.toString("latin1", 0, START_BYTES_MAX)) ?? [];
  if (line.startsWith("{")) return "json";
  if (end !== "\n" && !isAll) return undefined;
  if (/^\d{1,10},\d{1,20},\d{1,18},/.test(line)) return "kmsg";
  return /^[A-Z_][A-Z0-9_]{0,63}(?:=|$)/.test(line) ? "export" : "syslog";
}

function readerOf(form: KernelLogForm, options: KernelLogOptions): KernelLogReader {
  const { host, bootNanoseconds = 0n, year = 1970, offsetMinutes = 0, mayBeBare = false, nowSeconds } = options;
  switch (form) {
    case "kmsg":
      return lineReader((line) => kmsgEvent(line, options.readBoot?.() ?? bootNanoseconds, host));
    case "json":
      return jsonReader(host);
    case "syslog": {
      const read = createSyslogLine({ year, offsetMinutes, bootNanoseconds, nowSeconds }, mayBeBare);
      return lineReader((line) => read(line, host));
    }
    case "export":
      return exportReader(host);
  }
}

function lineReader(read: (line: string) => PacketEvent | undefined): KernelLogReader {
  return countingReader((line) => ({ event: read(line), text: line }));
}

function jsonReader(host: string | undefined): KernelLogReader {
  return countingReader((line) => {
    const entry = decodeJournalJson(line);
    return { event: entry && journalEvent(entry, host), text: entry?.get("MESSAGE") ?? line };
  });
}

/** What was read of a line, and the text that tells whether it should have been. */
interface Read {
  readonly event: PacketEvent | undefined;
  readonly text: string;
}

function countingReader(read: (line: string) => Read): KernelLogReader {
  const lines = createLineCutter();
  const { take, unread } = createCounted();
  let number = 0;
  const packets = (all: readonly Buffer[]) =>
    all.flatMap((line) => {
      number += 1;
      return take(read(line.toString("utf8")), number);
    });
  return { push: (chunk) => packets(lines.push(chunk)), end: () => packets(lines.end()), unread };
}

function exportReader(host: string | undefined): KernelLogReader {
  const entries = createJournalExport();
  const { take, add, unread } = createCounted();
  const packets = (all: ReturnType<typeof entries.end>) =>
    all.flatMap(({ fields, line }) =>
      take({ event: journalEvent(fields, host), text: fields.get("MESSAGE") ?? "" }, line),
    );
  const end = (): PacketEvent[] => {
    const last = packets(entries.end());
    const broken = entries.brokenAt();
    if (broken !== undefined) add(broken);
    return last;
  };
  return { push: (chunk) => packets(entries.push(chunk)), end, unread };
}

/** Counts what was not read though it looks like a packet; all else in a log is passed over. */
function createCounted() {
  const { add, unread } = createUnreadCount();
  function take({ event, text }: Read, line: number): PacketEvent[] {
    if (event !== undefined) return [event];
    if (isLikePacket(text)) add(line);
    return [];
  }
  return { take, add, unread };
}

function isLikePacket(text: string): boolean {
  return text.includes(" SRC=") && (text.includes("IN=") || text.includes("OUT="));
}

/** What programs write to the kernel log is not believed: it has another facility than the kernel's own (printk.c). */
function kmsgEvent(line: string, bootNanoseconds: bigint, host: string | undefined): PacketEvent | undefined {
  const record = decodeKmsg(line);
  if (record === undefined || record.facility !== 0) return undefined;
  const ts = encodeTime(bootNanoseconds + record.microseconds * 1000n);
  if (ts === undefined) return undefined;
  return parseIptables(record.text, { ts, level: record.level, ...(host !== undefined && { host }) })?.event;
}
