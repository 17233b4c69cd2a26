import { Fault } from "../model/fault.ts";
import type { Revision, RevisionRules, Wish } from "../model/revision.ts";
import type { Ruleset, Table } from "../nft/ruleset.ts";
import { tablesOf } from "./put-rules.ts";
import { isOwned, ownedFault } from "./refuse-neighbours.ts";
import { isMarked, type OwnTables, ownTables } from "./scope.ts";

/** What our tables are called unless an intent says otherwise. */
const DEFAULT_TABLE = "netlogctl";

/** The tables that are ours: those that the wish makes, those that were applied before, and by name those that hold nothing else. */
export function ownOf(
  { current, live }: { readonly current: Revision | undefined; readonly live?: Ruleset },
  rules: RevisionRules,
): OwnTables {
  const named = [...ownTables(DEFAULT_TABLE)].filter((key) => !holdsOthers(live?.tables.get(key)));
  return new Set([...named, ...(current === undefined ? [] : tablesOf(current.rules)), ...tablesOf(rules)]);
}

/**
 * Refuses to take over a table that is there and that we did not make: for an intent one that holds anything but rules with
 * our mark and what those need, for a text any.
 */
export function refuseForeign(
  { live, current }: { readonly current: Revision | undefined; readonly live: Ruleset },
  { rules, title }: Pick<Wish, "rules" | "title">,
): void {
  const applied = current === undefined ? new Set() : tablesOf(current.rules);
  for (const key of tablesOf(rules)) {
    const table = live.tables.get(key);
    if (table !== undefined && isOwned(table)) throw ownedFault(key);
    const isTaken = rules.form === "intent" ? holdsOthers(table) : table !== undefined;
    if (isTaken && !applied.has(key)) throw foreignFault(title, key);
  }
}

function foreignFault(title: string, key: string): Fault {
  return new Fault(
    "refused",
    `${title}: the table ${key} is there already, and was not made by netlogctl`,
    "give it another name (table: NAME); or add --adopt to have it replaced from now on, after a look: rules preview --adopt",
  );
}

/** Whether there is anything in a table but what rules with our mark alone tell to be ours. */
function holdsOthers(table: Table | undefined): boolean {
  if (table === undefined || table.chains.size + table.objects.size === 0) return false;
  const rules = [...table.chains.values()].flatMap((chain) => chain.rules);
  return rules.length === 0 || !rules.every(isMarked);
}
