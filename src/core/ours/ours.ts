import { compareRulesets, isAllSame, type TableComparison } from "../diff/compare.ts";
import { Fault } from "../model/fault.ts";
import type { Ours } from "../model/ours.ts";
import { applyCommand } from "../nft/command.ts";
import type { JsonObject } from "../nft/json.ts";
import { type Chain, emptyRuleset, encodeRuleset, type Ruleset } from "../nft/ruleset.ts";
import { isMarked, markedChains, type OwnTables, onlyOurs, withoutOurs } from "./scope.ts";

type Placed = Ours["placed"][number];

/** What of a ruleset is ours: these tables, and the rules elsewhere that carry our mark. Numbers of handles are left out. */
export function oursOf(ruleset: Ruleset, own: OwnTables): Ours {
  const tables = new Map([...onlyOurs(ruleset, own, new Set()).tables].filter(([key]) => own.has(key)));
  const objects = encodeRuleset({ ...emptyRuleset(), tables }).nftables.map(complete);
  const placed = [...markedChains(ruleset, own)].flatMap((path) => placedIn(path, ruleset));
  return { tables: [...own], objects, placed };
}

/** Puts what is ours into a ruleset that holds nothing of ours; a place that is not there is a fault. */
export function putIn(base: Ruleset, { objects, placed }: Ours): Ruleset {
  for (const object of objects) {
    const [kind = "", value = null] = Object.entries(object)[0] ?? [];
    applyCommand(base, kind, value, "");
  }
  for (const group of placed) placeGroup(base, group);
  return base;
}

/** What is ours without the groups whose place in a ruleset is gone, and what there is to say of those. */
export function withoutLost(base: Ruleset, ours: Ours): { readonly ours: Ours; readonly lost: string[] } {
  const lost: string[] = [];
  const placed = ours.placed.filter((group) => {
    const place = placeOf(base, group);
    if (typeof place === "string") lost.push(place);
    return typeof place !== "string";
  });
  return { ours: { ...ours, placed }, lost };
}

/** How what is ours in a ruleset, as b, differs from what it is to be; chains in which something of ours stands or stood are compared whole. */
export function compareOurs(live: Ruleset, wanted: Ours): TableComparison[] {
  const own = new Set(wanted.tables);
  return compareScoped(putIn(withoutOurs(live, own), wanted), live, own);
}

/** How two rulesets differ in what is ours, and in the chains that it stands in. */
export function compareScoped(a: Ruleset, b: Ruleset, own: OwnTables): TableComparison[] {
  const touched = markedChains(a, own);
  for (const chain of markedChains(b, own)) touched.add(chain);
  return compareRulesets(onlyOurs(a, own, touched), onlyOurs(b, own, touched));
}

/** Whether what is ours in a ruleset is this, and stands there. */
export function isOurs(live: Ruleset, wanted: Ours): boolean {
  try {
    return isAllSame(compareOurs(live, wanted));
  } catch (error) {
    if (error instanceof Fault) return false; // a place of it is gone
    throw error;
  }
}

/** The same wherever rules stand in chains of others, whose own rules may have come and gone around them. */
export function isOursAnywhere(live: Ruleset, { tables, objects, placed }: Ours): boolean {
  const loose = (ours: Ours): Ruleset => {
    const ruleset = putIn(emptyRuleset(), { ...ours, placed: [] });
    for (const { rules } of ours.placed) for (const rule of rules) applyCommand(ruleset, "rule", rule, "");
    return ruleset;
  };
  const found = oursOf(live, new Set(tables));
  return isAllSame(compareRulesets({ ...loose(found), version: live.version }, loose({ tables, objects, placed })));
}

/** Without what belongs to one listing; nft 1.0.6 does not tell a chain's device, which is in the name that we gave it. */
function complete(object: JsonObject): JsonObject {
  const [kind = "", value] = Object.entries(object)[0] as [string, JsonObject];
  const { handle: _handle, ...rest } = value;
  const [, device] = /^(?:ingress|egress)-(.+)$/.exec(String(rest["name"])) ?? [];
  const isBlind = kind === "chain" && rest["family"] === "netdev" && rest["dev"] === undefined;
  return { [kind]: isBlind && device !== undefined ? { ...rest, dev: device } : rest };
}

function placedIn(path: string, { tables }: Ruleset): Placed[] {
  const [family = "", table = "", chain = ""] = path.split(" ");
  const rules = tables.get(`${family} ${table}`)?.chains.get(chain)?.rules ?? [];
  const groups: Placed[] = [];
  let waiting: JsonObject[] = [];
  for (const rule of [...rules, undefined]) {
    if (rule !== undefined && isMarked(rule)) {
      const { handle: _handle, ...rest } = rule;
      waiting.push(rest);
      continue;
    }
    if (waiting.length > 0) groups.push({ family, table, chain, before: handleOf(rule), rules: waiting });
    waiting = [];
  }
  return groups;
}

function handleOf(rule: JsonObject | undefined): number | null {
  const handle = rule?.["handle"];
  return typeof handle === "number" ? handle : null;
}

function placeGroup(base: Ruleset, group: Placed): void {
  const place = placeOf(base, group);
  if (typeof place === "string") {
    throw new Fault("changed", `cannot put our rules there: ${place}`, "make a new plan: netlogctl rules preview");
  }
  place.chain.rules.splice(place.at, 0, ...group.rules);
}

/** The chain and the index at which a group is to stand, or why there is no such place. */
function placeOf(base: Ruleset, { family, table, chain, before }: Placed): { chain: Chain; at: number } | string {
  const found = base.tables.get(`${family} ${table}`)?.chains.get(chain);
  if (found === undefined) return `there is no chain ${family} ${table} ${chain} any more`;
  const at = before === null ? found.rules.length : found.rules.findIndex((rule) => rule["handle"] === before);
  if (at !== -1) return { chain: found, at };
  return `the rule with handle ${before}, before which it stood, is gone from ${family} ${table} ${chain}`;
}
