import { MARK } from "../intent/lower.ts";
import { isObject, type JsonObject } from "../nft/json.ts";
import type { Chain, Ruleset, Table } from "../nft/ruleset.ts";

/** Tables that are ours, as `FAMILY NAME`. */
export type OwnTables = ReadonlySet<string>;

/** The tables that an intent with this name for them makes. */
export function ownTables(name: string): OwnTables {
  return new Set([`inet ${name}`, `netdev ${name}`]);
}

/** Whether a rule is one of ours: its comment is our mark with a name that an intent can give, and it logs and does no more. */
export function isMarked({ comment, expr }: JsonObject): boolean {
  if (typeof comment !== "string" || !comment.startsWith(MARK) || !Array.isArray(expr)) return false;
  const last = expr.at(-1);
  return /^[a-z][a-z0-9_-]*$/.test(comment.slice(MARK.length)) && isObject(last) && last["log"] !== undefined;
}

/** How many rules carry our mark. */
export function countMarked({ tables }: Ruleset): number {
  const rules = [...tables.values()].flatMap(({ chains }) => [...chains.values()].flatMap((chain) => chain.rules));
  return rules.filter(isMarked).length;
}

/** The chains of others in which a ruleset has rules of ours, as `FAMILY TABLE CHAIN`. */
export function markedChains({ tables }: Ruleset, own: OwnTables): Set<string> {
  const keys = [...tables].flatMap(([key, table]) =>
    own.has(key)
      ? []
      : [...table.chains].flatMap(([name, { rules }]) => (rules.some(isMarked) ? [`${key} ${name}`] : [])),
  );
  return new Set(keys);
}

/**
 * What of a ruleset is ours to speak of: our own tables, and the rules of these chains of others: also those that are not
 * ours, for a rule that stands elsewhere among them does something else. What packets add to a set of ours is left out.
 */
export function onlyOurs(ruleset: Ruleset, own: OwnTables, touched: ReadonlySet<string>): Ruleset {
  const tables = new Map<string, Table>();
  for (const [key, table] of ruleset.tables) {
    const kept = own.has(key) ? withoutRemembered(table) : onlyChains(table, key, touched);
    if (kept !== undefined) tables.set(key, kept);
  }
  return { version: ruleset.version, tables, others: [] };
}

/** The table without the elements of sets that forget: packets have put them there. */
function withoutRemembered(table: Table): Table {
  const objects = [...table.objects].map(([key, object]): [string, typeof object] => {
    const { elem, ...value } = object.value;
    return [key, elem !== undefined && forgets(value) ? { ...object, value } : object];
  });
  return { ...table, objects: new Map(objects) };
}

/** Whether a set forgets its elements after a time, or gets them from packets. */
export function forgets({ flags }: JsonObject): boolean {
  return Array.isArray(flags) && (flags.includes("timeout") || flags.includes("dynamic"));
}

function onlyChains(table: Table, key: string, touched: ReadonlySet<string>): Table | undefined {
  const chains = new Map<string, Chain>();
  for (const [name, { rules }] of table.chains) {
    if (touched.has(`${key} ${name}`)) chains.set(name, { head: undefined, rules });
  }
  return chains.size === 0 ? undefined : { ...table, head: undefined, chains, objects: new Map() };
}

/** A copy of the ruleset without our tables and the rules that carry our mark: what an intent is put into. */
export function withoutOurs(ruleset: Ruleset, own: OwnTables): Ruleset {
  const tables = [...ruleset.tables].flatMap(([key, table]): [string, Table][] => {
    if (own.has(key)) return [];
    const chains = [...table.chains].map(([name, { head, rules }]): [string, Chain] => [
      name,
      { head, rules: rules.filter((rule) => !isMarked(rule)) },
    ]);
    return [[key, { ...table, chains: new Map(chains), objects: new Map(table.objects) }]];
  });
  return { version: undefined, tables: new Map(tables), others: [] };
}
