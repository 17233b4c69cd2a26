import { type Forecast, forecastOf } from "../core/forecast/forecast.ts";
import { placedOf } from "../core/forecast/placed.ts";
import { encodeDocument } from "../core/intent/document.ts";
import { ratesBetween } from "../core/live/rates.ts";
import type { Host } from "../core/model/host.ts";
import { lowerRules } from "../core/ours/put-rules.ts";
import { withoutOurs } from "../core/ours/scope.ts";
import { readAroundOurs } from "./live-rules.ts";
import type { RulesPlan } from "./plan-rules.ts";

/**
 * How much the planned rules will log: what the same rules count now, over so many seconds, and the worst case of their
 * limits. undefined where the rules are no intent's.
 */
export async function forecastPlan(host: Host, planned: RulesPlan, seconds: number): Promise<Forecast | undefined> {
  const { live, own, wish, defaultLog } = planned;
  if (wish.rules.form !== "intent") return undefined;
  const lowered = lowerRules(wish.rules, defaultLog);
  const document = encodeDocument(lowered, withoutOurs(live, own));
  return forecastOf(placedOf(lowered, document), await measure(host, planned, seconds));
}

async function measure(host: Host, { own }: RulesPlan, seconds: number): Promise<ReturnType<typeof ratesBetween>> {
  if (seconds === 0) return new Map();
  const before = await readAroundOurs(host, own);
  const start = performance.now();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const after = await readAroundOurs(host, own);
  return ratesBetween(before, after, (performance.now() - start) / 1000);
}
