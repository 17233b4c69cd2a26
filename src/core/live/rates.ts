import type { Ruleset } from "../nft/ruleset.ts";
import { type LiveRule, liveRulesOf } from "./rows.ts";

/** What passes in a second. */
export interface Rate {
  readonly packetsPerSecond: number;
  readonly bytesPerSecond: number;
}

/** A rule of ours with what it counted in a second since the reading before; null where there is none to compare with. */
export interface RatedRule extends LiveRule {
  readonly packetsPerSecond: number | null;
  readonly bytesPerSecond: number | null;
}

/**
 * What each rule of the intent counted in a second between two readings of a ruleset, by its name: the sum over all rules
 * of the kernel that it became. One without a counter, or that is in one reading only, is not in it.
 */
export function ratesBetween(before: Ruleset, after: Ruleset, seconds: number): Map<string, Rate> {
  const sums = new Map<string, Rate>();
  for (const rule of withRates(liveRulesOf(after), liveRulesOf(before), seconds)) {
    const { name, packetsPerSecond, bytesPerSecond } = rule;
    if (packetsPerSecond === null || bytesPerSecond === null) continue;
    const sum = sums.get(name) ?? NOTHING;
    sums.set(name, {
      packetsPerSecond: sum.packetsPerSecond + packetsPerSecond,
      bytesPerSecond: sum.bytesPerSecond + bytesPerSecond,
    });
  }
  return sums;
}

/** The rules with their rates since those before. A counter that went down, or whose rule was replaced, counts from 0. */
export function withRates(rules: readonly LiveRule[], before: readonly LiveRule[], seconds: number): RatedRule[] {
  const known = new Map(before.map((rule) => [keyOf(rule), rule]));
  const names = new Set(before.map(({ name }) => name));
  return rules.map((rule) => {
    const found = known.get(keyOf(rule));
    const isKnown = (found !== undefined || names.has(rule.name)) && seconds > 0;
    return { ...rule, ...(isKnown ? rateSince(rule, found, seconds) : UNKNOWN) };
  });
}

const NOTHING: Rate = { packetsPerSecond: 0, bytesPerSecond: 0 };
const UNKNOWN = { packetsPerSecond: null, bytesPerSecond: null };

/** The kernel gives no handle of a table twice. */
function keyOf({ name, place, position, handle }: LiveRule): string {
  return `${name} ${place} ${handle === null ? `at ${position}` : handle}`;
}

function rateSince({ packets, bytes }: LiveRule, before: LiveRule | undefined, seconds: number): Rate | typeof UNKNOWN {
  if (packets === null || bytes === null) return UNKNOWN;
  const { packets: packetsBefore, bytes: bytesBefore } = before ?? {};
  const hasGrown = packets >= (packetsBefore ?? 0) && bytes >= (bytesBefore ?? 0);
  return {
    packetsPerSecond: (packets - (hasGrown ? (packetsBefore ?? 0) : 0)) / seconds,
    bytesPerSecond: (bytes - (hasGrown ? (bytesBefore ?? 0) : 0)) / seconds,
  };
}
