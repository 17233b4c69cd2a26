import { type RatedRule, withRates } from "../core/live/rates.ts";
import { type LiveRule, liveRulesOf } from "../core/live/rows.ts";
import type { Host } from "../core/model/host.ts";
import { readSource } from "./rule-source.ts";
import { watchChanges } from "./watch-changes.ts";

/** The rules of ours that are live, wherever they stand, with what they counted. */
export async function listRules(host: Host): Promise<LiveRule[]> {
  const { ruleset } = await readSource(host, "live", { templates: { given: [], own: "" }, say: () => {} });
  return liveRulesOf(ruleset);
}

/** Lists them again and again until aborted, and gives each list that differs from the one before, with rates. */
export function watchRules(host: Host, intervalMs: number, signal: AbortSignal): AsyncGenerator<RatedRule[]> {
  let before: { readonly rules: readonly LiveRule[]; readonly at: number } = { rules: [], at: 0 };
  async function read(): Promise<RatedRule[]> {
    const rules = await listRules(host);
    const at = performance.now();
    const rated = withRates(rules, before.rules, (at - before.at) / 1000);
    before = { rules, at };
    return rated;
  }
  return watchChanges(read, intervalMs, signal);
}
