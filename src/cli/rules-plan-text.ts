import { changesOf, countText, type Change as RulesetChange, untoldChangesOf } from "../core/diff/changes.ts";
import type { Plan } from "../core/model/plan.ts";
import { type Difference, differencesOf, keepsBooks, previewLines } from "../core/plan/preview.ts";
import type { RulesPlan } from "../verbs/plan-rules.ts";
import { renderDiff } from "./diff-text.ts";
import { printable } from "./printable.ts";

/** Of more changes than that only their number is shown where nobody is asked. */
const SHOWN_MAX = 200;

/** A plan of rules as a value. */
export interface RulesPlanAnswer {
  readonly title: string;
  /** What changes in rules, as rules diff tells it. */
  readonly rules: readonly RulesetChange[];
  /** What changes beside them: modules, bindings, files. */
  readonly changes: readonly Difference[];
  readonly notes: readonly string[];
  readonly plan: Plan;
}

/** @param isShown whether anybody sees it: of many rules, what changes takes as long to put into words as all else */
export function rulesPlanAnswer({ plan, comparison }: RulesPlan, isShown: boolean): RulesPlanAnswer {
  const changes = differencesOf(settingsOnly(plan));
  return { title: plan.title, rules: isShown ? changesOf(comparison) : [], changes, notes: plan.notes, plan };
}

/** What a plan changes: the rules as a diff in nft's words, then all else before -> after. */
export function renderRulesPlan(planned: RulesPlan, isWhole = true): string {
  const { comparison } = planned;
  const changes = untoldChangesOf(comparison);
  const found = { ...comparison, a: "live", b: "planned", places: new Map() };
  const format = isWhole || changes.length <= SHOWN_MAX ? "unified" : "none";
  const diff = format === "none" ? "" : renderDiff(found, format);
  const settings = previewLines(settingsOnly(planned.plan)).map(printable);
  const count = changes.length === 0 ? [] : [`ruleset: ${countText(changes)}`];
  return [...(diff === "" ? [] : [diff]), ...count, ...settings].join("\n");
}

/** The plan without what is shown as a diff, and without what only keeps books. */
function settingsOnly(plan: Plan): Plan {
  const steps = plan.steps.filter((step) => step.change.do !== "write-rules" && !keepsBooks(step));
  return { ...plan, steps };
}
