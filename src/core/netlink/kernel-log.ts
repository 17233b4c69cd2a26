import type { TrialLine } from "../model/trial.ts";

/** A record of the kernel log. */
export interface KmsgRecord {
  /** 0 emerg to 7 debug. */
  readonly level: number;
  /** 0 is the kernel itself; what programs write there has another. */
  readonly facility: number;
  /** Since boot, by the kernel's clock. */
  readonly microseconds: bigint;
  readonly text: string;
}

/** Reads a record of /dev/kmsg (Documentation/ABI/testing/dev-kmsg), as far as its first line goes. */
export function decodeKmsg(record: string): KmsgRecord | undefined {
  const found = /^(\d{1,10}),(?:\d{1,20},(\d{1,18}))?[^;]*;(.*)$/m.exec(record);
  if (found === null) return undefined;
  const [, priority, microseconds = "0", text = ""] = found;
  const number = Number(priority);
  return { level: number & 7, facility: number >>> 3, microseconds: BigInt(microseconds), text: unescaped(text) };
}

/**
 * Reads a record of /dev/kmsg as a line of netfilter's
 * (net/netfilter/nf_log_syslog.c: `PREFIXIN=eth0 OUT= ... LEN=40 ...`); undefined for any other.
 */
export function decodeKernelLog(record: string): Omit<TrialLine, "packet"> | undefined {
  const { level = 0, text = "" } = decodeKmsg(record) ?? {};
  const [, prefix = "", arriving = "", leaving = "", rest = ""] = /^(.*?)IN=(\S*) OUT=(\S*)( .*)?$/s.exec(text) ?? [];
  if (arriving === "" && leaving === "") return undefined;
  const [, length] = / LEN=(\d+)/.exec(rest) ?? [];
  return {
    group: null,
    level,
    prefix,
    copied: null,
    length: length === undefined ? null : Number(length),
    in: arriving || null,
    out: leaving || null,
  };
}

/** Bytes that are no printable ASCII stand as \\x1b there. */
function unescaped(text: string): string {
  if (!text.includes("\\x")) return text;
  const bytes = Buffer.from(text, "utf8").toString("latin1");
  const whole = bytes.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(whole, "latin1").toString("utf8");
}
