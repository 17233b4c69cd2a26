import { encodeDocument } from "../core/intent/document.ts";
import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import type { Machine } from "../core/model/machine.ts";
import type { Plan } from "../core/model/plan.ts";
import type { RevisionRules, Wish } from "../core/model/revision.ts";
import type { Ruleset } from "../core/nft/ruleset.ts";
import { lowerRules, tablesOf } from "../core/ours/put-rules.ts";
import { withoutOurs } from "../core/ours/scope.ts";
import { keepsBooks } from "../core/plan/preview.ts";
import { planRules } from "../core/plan/rules-plan.ts";
import { readFound } from "./plan-rules.ts";
import { differences } from "./write-rules.ts";

/** What is to be there of our rules, and what is not as it was made. */
export interface CurrentRules {
  /** The number of the revision that was applied last. */
  readonly revision: number;
  /** What differs, in words; undefined if nothing does. */
  readonly differs: string | undefined;
  /** What puts it right: rules alone. */
  readonly plan: Plan;
  readonly live: Ruleset;
}

/** Compares what was applied last with what is live; undefined if no rules are to be there. */
export async function compareCurrent(host: Host, machine: Machine): Promise<CurrentRules | undefined> {
  const found = await readFound(host, machine, { rules: { form: "none" } });
  const { current, live } = found;
  if (current === undefined || current.rules.form === "none") return undefined;
  const { rules, missing } = withoutMissing(current.rules, live);
  const wish: Wish = { title: `put back revision ${current.number}`, wanted: {}, allNetns: null, rules };
  try {
    const { plan } = planRules(machine, found, wish);
    const steps = plan.steps.filter((step) => !keepsBooks(step));
    const written = steps.flatMap(({ change }) =>
      change.do === "write-rules" ? [differences(live, change.ours)] : [],
    );
    const differs = [...missing, ...written].join("; ");
    return { revision: current.number, differs: differs === "" ? undefined : differs, plan: { ...plan, steps }, live };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return {
      revision: current.number,
      differs: error.message,
      plan: { title: wish.title, steps: [], notes: [] },
      live,
    };
  }
}

/** Rules that have no place in the ruleset, for the chain of others that they go into is not there or is another, are left out, and told. */
export function withoutMissing(rules: RevisionRules, live: Ruleset): { rules: RevisionRules; missing: string[] } {
  if (rules.form !== "intent") return { rules, missing: [] };
  const base = withoutOurs(live, tablesOf(rules));
  const missing: string[] = [];
  const kept = rules.rules.filter((rule) => {
    const why = rule.document["into"] === undefined ? undefined : whyNowhere({ ...rules, rules: [rule] }, base);
    if (why !== undefined) missing.push(`rule ${rule.document["name"]}: ${why}`);
    return why === undefined;
  });
  return { rules: missing.length === 0 ? rules : { ...rules, rules: kept }, missing };
}

function whyNowhere(rules: Extract<RevisionRules, { form: "intent" }>, base: Ruleset): string | undefined {
  try {
    encodeDocument(lowerRules(rules, {}), base);
    return undefined;
  } catch (error) {
    if (error instanceof Fault && error.code === "not-found") return error.message;
    throw error;
  }
}
