import { MARK } from "../intent/lower.ts";
import type { JsonObject } from "../nft/json.ts";
import type { Chain, Ruleset, Table } from "../nft/ruleset.ts";

/** Whether a rule carries our mark. */
export function isMarked(rule: JsonObject): boolean {
  return typeof rule["comment"] === "string" && rule["comment"].startsWith(MARK);
}

/** What of a ruleset an intent speaks of: the tables of this name that are ours, and the rules elsewhere that carry our mark. */
export function onlyOurs(ruleset: Ruleset, own: string): Ruleset {
  const tables = new Map<string, Table>();
  for (const [key, table] of ruleset.tables) {
    const isOwn = table.name === own && (table.family === "inet" || table.family === "netdev");
    const kept = isOwn ? table : marked(table);
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

/** The ruleset without the rules that carry our mark: what they are put into. */
export function withoutOurs(ruleset: Ruleset): Ruleset {
  const tables = [...ruleset.tables].map(([key, table]): [string, Table] => {
    const chains = [...table.chains].map(([name, { head, rules }]): [string, Chain] => [
      name,
      { head, rules: rules.filter((rule) => !isMarked(rule)) },
    ]);
    return [key, { ...table, chains: new Map(chains) }];
  });
  return { ...ruleset, tables: new Map(tables) };
}
