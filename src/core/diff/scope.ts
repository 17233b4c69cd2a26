import { MARK } from "../intent/lower.ts";
import type { JsonObject } from "../nft/json.ts";
import type { Chain, Ruleset, Table } from "../nft/ruleset.ts";

/** Whether a rule carries our mark. */
function isMarked(rule: JsonObject): boolean {
  return typeof rule["comment"] === "string" && rule["comment"].startsWith(MARK);
}

/** What of a ruleset an intent speaks of: the tables of this name that are ours, and the rules elsewhere that carry our mark. */
export function onlyOurs(ruleset: Ruleset, own: string): Ruleset {
  const tables = new Map<string, Table>();
  for (const [key, table] of ruleset.tables) {
    const kept = isOwn(table, own) ? table : marked(table);
    if (kept !== undefined) tables.set(key, kept);
  }
  return { version: ruleset.version, tables, others: [] };
}

function marked(table: Table): Table | undefined {
  const chains = new Map<string, Chain>();
  for (const [name, { rules }] of table.chains) {
    const ours = rules.filter(isMarked);
    if (ours.length > 0) chains.set(name, { head: undefined, rules: ours });
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
