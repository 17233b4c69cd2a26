import type { Pending, RolledBack } from "../model/pending.ts";
import type { Plan, Step } from "../model/plan.ts";

/**
 * The plan that takes back the steps of a change that still stand as it made them, last first. It is finished if it is cut
 * off; the books that say so come last.
 */
export function planRollback(
  { title }: Pick<Pending, "title">,
  standing: readonly Step[],
  books: readonly Step[],
): Plan {
  const back = standing.toReversed().map(({ change, undo }): Step => ({ change: undo, undo: change }));
  return { title: `take back: ${title}`, steps: [...back, ...books], isToFinish: true, notes: [] };
}

/** The record that status shows until the next change of rules. */
export function rolledBackText(record: Omit<RolledBack, "netlogctl">): string {
  const text: RolledBack = { netlogctl: "rolled back 1", ...record };
  return `${JSON.stringify(text)}\n`;
}
