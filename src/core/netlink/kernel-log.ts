import type { TrialLine } from "../model/trial.ts";

/**
 * Reads a record of /dev/kmsg (Documentation/ABI/testing/dev-kmsg) as a line of netfilter's
 * (net/netfilter/nf_log_syslog.c: `PREFIXIN=eth0 OUT= ... LEN=40 ...`); undefined for any other.
 */
export function decodeKernelLog(record: string): Omit<TrialLine, "packet"> | undefined {
  const [, priority = "", text = ""] = /^(\d+),[^;]*;(.*)$/m.exec(record) ?? [];
  const [, prefix = "", arriving = "", leaving = "", rest = ""] = /^(.*?)IN=(\S*) OUT=(\S*)( .*)?$/.exec(text) ?? [];
  if (arriving === "" && leaving === "") return undefined;
  const [, length] = / LEN=(\d+)/.exec(rest) ?? [];
  return {
    group: null,
    level: Number(priority) & 7,
    prefix: unescaped(prefix),
    copied: null,
    length: length === undefined ? null : Number(length),
    in: arriving || null,
    out: leaving || null,
  };
}

/** Bytes that are no printable ASCII stand as \\x1b there. */
function unescaped(text: string): string {
  const bytes = text.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
