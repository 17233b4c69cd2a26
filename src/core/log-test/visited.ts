import { lineOf } from "../diff/words.ts";
import { FAMILY_NUMBERS, INET_ROW } from "../model/family.ts";
import type { TraceStep } from "../model/trial.ts";
import { isObject, type JsonObject } from "../nft/json.ts";
import { decodeRuleset, type Ruleset } from "../nft/ruleset.ts";
import { OWN_TABLE } from "./own-items.ts";

/** A rule that a packet matched, or the policy that it met. */
export interface Visited {
  /** The number of the packet, from 1. */
  readonly packet: number;
  /** `inet filter input rule 3`, or `inet filter input policy`. */
  readonly place: string;
  /** The rule in nft's words; empty for a policy. */
  readonly text: string;
  /** What became of the packet there: `continue`, `accept`, `jump CHAIN`. */
  readonly verdict: string;
}

const FAMILIES = new Map<number, string>([
  [INET_ROW, "inet"],
  ...Object.entries(FAMILY_NUMBERS).map(([name, number]) => [number, name] as const),
]);

/**
 * What nftrace told, in the words of the ruleset that was tried.
 * @param listing what nft lists of it with handles, which the trace names rules by
 */
export function visitedOf(trace: readonly TraceStep[], listing: unknown, tried: Ruleset): Visited[] {
  const listed = decodeRuleset(listing, "the trial");
  const steps = trace.filter(
    ({ table, kind, handle }) => table !== OWN_TABLE && (kind === "policy" || handle !== null),
  );
  return steps.map(({ packet, family, table, chain, kind, handle, verdict }) => {
    const key = `${FAMILIES.get(family) ?? family} ${table}`;
    if (kind === "policy") return { packet, place: `${key} ${chain} policy`, text: "", verdict };
    const rulesIn = (ruleset: Ruleset): readonly JsonObject[] =>
      ruleset.tables.get(key)?.chains.get(chain)?.rules ?? [];
    const at = rulesIn(listed).findIndex((rule) => rule["handle"] === handle);
    const rule = rulesIn(tried)[at];
    return { packet, place: `${key} ${chain} rule ${at + 1}`, text: rule === undefined ? "" : lineOf(rule), verdict };
  });
}

/** What counters of a listing counted, by `FAMILY TABLE NAME`. */
export function countsOf(listing: unknown): Map<string, number> {
  const { tables } = decodeRuleset(listing, "the trial");
  const counts = new Map<string, number>();
  for (const { family, name: table, objects } of tables.values()) {
    for (const { kind, value } of objects.values()) {
      const { name, packets } = isObject(value) ? value : {};
      if (kind === "counter" && typeof packets === "number") counts.set(`${family} ${table} ${name}`, packets);
    }
  }
  return counts;
}
