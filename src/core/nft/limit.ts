import type { Limit } from "../model/limit.ts";
import { limit as limitShape } from "./grammar/stateful.ts";
import { isObject, type Json } from "./json.ts";

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

/** What a named limit has beside its rate. */
const IDENTITY = new Set(["family", "table", "name", "handle", "comment"]);

/**
 * A limit of a rule, or a named one, as nft lists it; undefined for a reference and for anything else. A burst that is
 * nft's default is none.
 */
export function decodeLimit(json: Json): Limit | undefined {
  if (!isObject(json)) return undefined;
  const fields = Object.fromEntries(Object.entries(json).filter(([key]) => !IDENTITY.has(key)));
  if (limitShape(fields, 0).length > 0) return undefined;

  const {
    rate,
    per,
    burst,
    burst_unit: burstUnit,
    rate_unit: unit = "packets",
    inv = false,
  } = fields as unknown as Fields;
  const byDefault = unit === "packets" ? BURST_PACKETS : 0;
  const hasBurst = burst !== undefined && burst !== byDefault;
  return {
    rate,
    unit,
    per,
    burst: hasBurst ? { count: burst, unit: burstUnit ?? (unit === "packets" ? unit : "bytes") } : undefined,
    isOver: inv,
  };
}

interface Fields {
  readonly rate: number;
  readonly per: Limit["per"];
  readonly burst?: number;
  readonly rate_unit?: Limit["unit"];
  readonly burst_unit?: Limit["unit"];
  readonly inv?: boolean;
}
