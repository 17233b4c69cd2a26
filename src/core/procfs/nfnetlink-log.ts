import type { NflogInstance } from "../model/listener.ts";

/** The NFLOG groups in use: net/netfilter/nfnetlink_log.c, seq_show. Mode 0440. */
export const NFNETLINK_LOG_PATH = "/proc/net/netfilter/nfnetlink_log";

const COPY_MODES = ["none", "meta", "packet"] as const;

/** Decodes /proc/net/netfilter/nfnetlink_log: group, port id, queued, copy mode, copy range, flush timeout, references. */
export function decodeNfnetlinkLog(text: string): NflogInstance[] {
  return text
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter((numbers) => numbers.length >= 6 && numbers.every(Number.isInteger))
    .map(([group = 0, portId = 0, queued = 0, mode = -1, copyRangeBytes = 0, flushTimeoutCs = 0]) => ({
      group,
      portId,
      queued,
      copyMode: COPY_MODES[mode] ?? "unknown",
      copyRangeBytes,
      flushTimeoutCs,
    }));
}
