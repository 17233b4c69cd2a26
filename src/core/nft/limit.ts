import type { Limit } from "../model/limit.ts";

/** What nft takes for the burst of a limit of packets that names none. */
const BURST_PACKETS = 5;

/** The fields of a limit in libnftables-JSON, as nft lists them, for a statement and for a named limit alike. */
export function encodeLimit({ rate, unit, per, burst, isOver }: Limit): object {
  const isBytes = unit !== "packets";
  return {
    rate,
    burst: burst?.count ?? (isBytes ? 0 : BURST_PACKETS),
    per,
    ...(isOver ? { inv: true } : {}),
    ...(isBytes ? { rate_unit: unit, burst_unit: burst?.unit ?? "bytes" } : {}),
  };
}
