import type { Complaint, RuleView } from "./rule-view.ts";

/** The rule at which a named limit is first used for a second prefix, with the rule that has the first. */
export type SharedLimits = ReadonlyMap<RuleView, RuleView>;

export function sharedLimitsOf(views: readonly RuleView[]): SharedLimits {
  const first = new Map<string, RuleView>();
  const shared = new Map<RuleView, RuleView>();
  const said = new Set<string>();
  for (const view of views) {
    const key = limitKey(view);
    const other = key === undefined ? undefined : first.get(key);
    if (key === undefined) continue;
    if (other === undefined) first.set(key, view);
    else if (prefixOf(other) !== prefixOf(view) && !said.has(key)) {
      said.add(key);
      shared.set(view, other);
    }
  }
  return shared;
}

export function sharedComplaints(view: RuleView, shared: SharedLimits, where: (view: RuleView) => string): Complaint[] {
  const other = shared.get(view);
  if (other === undefined) return [];
  const message = `the limit "${nameOfLimit(view)}" is shared with a rule of another prefix: ${where(other)}`;
  return [{ code: "shared-limit", message }];
}

function limitKey(view: RuleView): string | undefined {
  const name = nameOfLimit(view);
  return name === undefined ? undefined : `${view.at.family} ${view.at.table} ${name}`;
}

/** The named limit before the log. */
function nameOfLimit({ statements, logs }: RuleView): string | undefined {
  const found = statements
    .slice(0, logs[0]?.index ?? 0)
    .find(({ kind, value }) => kind === "limit" && typeof value === "string");
  return found === undefined ? undefined : String(found.value);
}

function prefixOf({ logs }: RuleView): string {
  return logs[0]?.prefix ?? "";
}
