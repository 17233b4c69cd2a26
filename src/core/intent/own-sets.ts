import type { Json, JsonObject } from "../nft/json.ts";
import { encodeAddresses } from "./match.ts";
import type { SetDocument } from "./schema.ts";

/** A set of the intent in libnftables-JSON, its elements merged as nft lists them. */
export function encodeSet(head: JsonObject, { type, elements }: SetDocument): JsonObject {
  const elem = encodeAddresses(type, elements);
  return {
    ...head,
    type: type === "ip" ? "ipv4_addr" : "ipv6_addr",
    flags: ["interval"],
    ...(elem.length === 0 ? {} : { elem: elem as Json[] }),
  };
}

/** The names behind an @ anywhere in these rules; the first bytes of raw payload (`@th,16,16`) are none. */
export function setsNamedIn(rules: readonly Json[]): ReadonlySet<string> {
  const text = JSON.stringify(rules);
  return new Set([...text.matchAll(/"@([A-Za-z_][\w./-]*)"/g)].map((found) => found[1] ?? ""));
}
