import type { PacketEvent } from "../event.ts";
import { parseIptables } from "../formats/iptables.ts";
import type { LineOrigin } from "../formats/iptables-line.ts";
import { presentAny } from "../present.ts";
import { encodeTime } from "../rfc3339.ts";

/** The fields of an entry that are needed (systemd.journal-fields(7)). */
export type JournalEntry = ReadonlyMap<string, string>;

const STAMPS = [
  "__REALTIME_TIMESTAMP",
  "__MONOTONIC_TIMESTAMP",
  "_SOURCE_REALTIME_TIMESTAMP",
  "_SOURCE_MONOTONIC_TIMESTAMP",
] as const;

/** The names of those. */
export const JOURNAL_FIELDS: ReadonlySet<string> = new Set([
  ...STAMPS,
  ...["MESSAGE", "PRIORITY", "_HOSTNAME", "_TRANSPORT", "_COMM"],
]);

/**
 * The packet of an entry; undefined for any other message. What programs log is not believed, whatever it looks like,
 * except of ulogd: the fields with an underscore are journald's own.
 */
export function journalEvent(entry: JournalEntry, host: string | undefined): PacketEvent | undefined {
  const transport = entry.get("_TRANSPORT") ?? "kernel";
  if (transport !== "kernel" && entry.get("_COMM") !== "ulogd") return undefined;
  const priority = entry.get("PRIORITY") ?? "";
  const origin = presentAny<LineOrigin>({
    ts: timeOf(entry),
    host: entry.get("_HOSTNAME") ?? host,
    level: /^[0-7]$/.test(priority) ? Number(priority) : undefined,
  });
  return parseIptables(entry.get("MESSAGE") ?? "", origin as LineOrigin)?.event;
}

/** When the kernel wrote it, not when journald read it, which at boot is much later: what lay between is taken off. */
function timeOf(entry: JournalEntry): string {
  const [real, monotonic, sourceReal, sourceMonotonic] = STAMPS.map((name) => stampOf(entry.get(name)));
  if (sourceReal !== undefined) return encoded(sourceReal);
  if (real === undefined) return encoded(0n);
  const isKnown = monotonic !== undefined && sourceMonotonic !== undefined;
  return encoded(isKnown ? real - monotonic + sourceMonotonic : real);
}

function encoded(microseconds: bigint): string {
  return encodeTime(microseconds * 1000n) ?? "1970-01-01T00:00:00.000000000Z";
}

function stampOf(text: string | undefined): bigint | undefined {
  return text !== undefined && /^\d{1,18}$/.test(text) ? BigInt(text) : undefined;
}

/** Reads a line of `journalctl -o json`: text is a string, any other bytes are a list of numbers. */
export function decodeJournalJson(line: string): JournalEntry | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof json !== "object" || json === null) return undefined;
  const entry = new Map<string, string>();
  for (const name of JOURNAL_FIELDS) {
    const value = textOf(Object.hasOwn(json, name) ? (json as Record<string, unknown>)[name] : undefined);
    if (value !== undefined) entry.set(name, value);
  }
  return entry;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  const isBytes = Array.isArray(value) && value.every((byte) => typeof byte === "number");
  return isBytes ? Buffer.from(value as number[]).toString("utf8") : undefined;
}
