import { SUBSYS } from "./message.ts";

/** NFULNL_MSG_PACKET (linux/netfilter/nfnetlink_log.h). */
export const NFLOG_PACKET = (SUBSYS.log << 8) | 0;

/** How long the packet is by its IP header; undefined where that was not copied. */
export function lengthByHeader(payload: Buffer): number | undefined {
  const version = (payload[0] ?? 0) >> 4;
  if (version === 4 && payload.length >= 4) return payload.readUInt16BE(2);
  return version === 6 && payload.length >= 6 ? 40 + payload.readUInt16BE(4) : undefined;
}
