import { MARK } from "../intent/lower.ts";
import type { JsonObject } from "../nft/json.ts";
import type { Chain, Ruleset, Table } from "../nft/ruleset.ts";

/** Whether a rule carries our mark. */
function isMarked(rule: JsonObject): boolean {
  return typeof rule["comment"] === "string" && rule["comment"].startsWith(MARK);
}

/** How many rules carry our mark. */
export function countMarked({ tables }: Ruleset): number {
  const rules = [...tables.values()].flatMap(({ chains }) => [...chains.values()].flatMap((chain) => chain.rules));
  return rules.filter(isMarked).length;
}

/** The chains of others in which a ruleset has rules of ours, as `FAMILY TABLE CHAIN`. */
export function markedChains({ tables }: Ruleset, own: string): Set<string> {
  const keys = [...tables].flatMap(([key, table]) =>
    isOwn(table, own)
      ? []
      : [...table.chains].flatMap(([name, { rules }]) => (rules.some(isMarked) ? [`${key} ${name}`] : [])),
  );
  return new Set(keys);
}

/**
 * What of a ruleset an intent speaks of: our own tables, and the rules of these chains of others: also those that are not
 * ours, for a rule that stands elsewhere among them does something else.
 */
export function onlyOurs(ruleset: Ruleset, own: string, touched: ReadonlySet<string>): Ruleset {
  const tables = new Map<string, Table>();
  for (const [key, table] of ruleset.tables) {
    const kept = isOwn(table, own) ? table : onlyChains(table, key, touched);
    if (kept !== undefined) tables.set(key, kept);
  }
  return { version: ruleset.version, tables, others: [] };
}

function onlyChains(table: Table, key: string, touched: ReadonlySet<string>): Table | undefined {
  const chains = new Map<string, Chain>();
  for (const [name, { rules }] of table.chains) {
    if (touched.has(`${key} ${name}`)) chains.set(name, { head: undefined, rules });
  }
  return chains.size === 0 ? undefined : { ...table, head: undefined, chains, objects: new Map() };
}

/** A copy of the ruleset without our tables and the rules that carry our mark: what an intent is put into. */
export function withoutOurs(ruleset: Ruleset, own: string): Ruleset {
  const tables = [...ruleset.tables].flatMap(([key, table]): [string, Table][] => {
    if (isOwn(table, own)) return [];
    const chains = [...table.chains].map(([name, { head, rules }]): [string, Chain] => [
      name,
      { head, rules: rules.filter((rule) => !isMarked(rule)) },
    ]);
    return [[key, { ...table, chains: new Map(chains), objects: new Map(table.objects) }]];
  });
  return { version: undefined, tables: new Map(tables), others: [] };
}

function isOwn({ name, family }: Table, own: string): boolean {
  return name === own && (family === "inet" || family === "netdev");
}
