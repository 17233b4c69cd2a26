import type { Item } from "../diff/align.ts";
import { alignRules } from "../diff/align-rules.ts";
import { itemOfRule, keyOfRule } from "../diff/rule-item.ts";
import type { JsonObject } from "../nft/json.ts";

/** A command of libnftables-JSON: `{ "add": { "rule": ... } }`. */
export interface Command {
  readonly [verb: string]: JsonObject;
}

/**
 * What leads from one list of rules to another. In a transaction every replacement has to come before any put: nft 1.0.6
 * puts rules in wrong places, and says nothing, where one that is put by `index` comes before a replacement.
 */
export interface ChainEdit {
  readonly deletions: readonly Command[];
  readonly replacements: readonly Command[];
  readonly puts: readonly Command[];
}

export interface EditOptions {
  /** Rules that stay where they are, whatever happens around them. */
  readonly isForeign: (rule: JsonObject) => boolean;
  /** Rules that have to be made anew though they do not change. */
  readonly mustGo: (rule: JsonObject) => boolean;
  /** Where rules that are deleted leave their counters for the same rule elsewhere. */
  readonly counters: Counters;
}

/**
 * The fewest commands from the rules that are there to those that are wanted: what stays keeps its handle and counters, an
 * edited rule is replaced in its place. A place is told by `index`, for nft 1.0.6 ignores handles there; nft counts in it
 * what was added before in the same transaction, and goes on counting what was deleted (tried with 1.0.6, 1.1.3, 1.1.7).
 */
export function editChain(
  found: readonly JsonObject[],
  wanted: readonly JsonObject[],
  { isForeign, mustGo, counters }: EditOptions,
): ChainEdit {
  const pairs = pairsOf(found, wanted, { isForeign, mustGo });
  const staying = new Set([...pairs.values()].map(({ from }) => from));
  const going = found.filter((_rule, at) => !staying.has(at));
  for (const rule of going) counters.keep(rule);
  const replacements = [...pairs].flatMap(([to, { from, isEdited }]) =>
    isEdited ? [{ replace: { rule: { ...wanted[to], handle: handleOf(found[from]) } } }] : [],
  );
  return { deletions: going.map(deletion), replacements, puts: putsOf(wanted, pairs, counters) };
}

/** The commands that put rules into a chain that has none. */
export function fillChain(wanted: readonly JsonObject[], counters: Counters): Command[] {
  return wanted.map((rule) => ({ add: { rule: counters.giveTo(rule) } }));
}

/** What rules have counted that are deleted: the same rule, made anew in its chain, goes on from there. */
export class Counters {
  readonly #kept = new Map<string, JsonObject[]>();

  keep(rule: JsonObject): void {
    const key = keyInChain(rule);
    const queue = this.#kept.get(key);
    if (queue === undefined) this.#kept.set(key, [rule]);
    else queue.push(rule);
  }

  giveTo(rule: JsonObject): JsonObject {
    if (this.#kept.size === 0) return rule;
    const expr = this.#kept.get(keyInChain(rule))?.shift()?.["expr"];
    return expr === undefined ? rule : { ...rule, expr };
  }
}

function keyInChain(rule: JsonObject): string {
  return `${rule["chain"]} ${keyOfRule(rule)}`;
}

/** A rule that stays: its place before; edited, it is replaced there. */
interface Pair {
  readonly from: number;
  readonly isEdited: boolean;
}

/** What stays, by its place in the wanted list. Others' rules divide both lists; nothing of ours stays across them. */
function pairsOf(
  found: readonly JsonObject[],
  wanted: readonly JsonObject[],
  { isForeign, mustGo }: Pick<EditOptions, "isForeign" | "mustGo">,
): Map<number, Pair> {
  const pairs = new Map<number, Pair>();
  const [from, to] = [dividersOf(found, isForeign), dividersOf(wanted, isForeign)];
  let [a, b] = [0, 0];
  for (const [index, end] of to.entries()) {
    const start = from[index] as number;
    const places = Array.from({ length: start - a }, (_, at) => a + at).filter(
      (at) => !mustGo(found[at] as JsonObject),
    );
    const before = places.map((at) => found[at] as JsonObject);
    const { kept } = alignRules(before, wanted.slice(b, end), itemOfWanted);
    for (const match of kept) pairs.set(b + match.b, { from: places[match.a] as number, isEdited: match.isEdited });
    if (end < wanted.length) pairs.set(end, { from: start, isEdited: false });
    [a, b] = [start + 1, end + 1];
  }
  return pairs;
}

/**
 * nft 1.0.6 aborts at a replacement with a set of ranges in it (`tcp dport { 22, 80-90 }`): such a rule is never the edited
 * form of another, but made anew.
 */
function itemOfWanted(rule: JsonObject): Item {
  const item = itemOfRule(rule);
  const holdsSet = item.parts.some((part) => part.includes('"set":['));
  return holdsSet ? { key: item.key, marks: item.marks.map(() => undefined), parts: [] } : item;
}

/** The places of others' rules, and the end. */
function dividersOf(rules: readonly JsonObject[], isForeign: EditOptions["isForeign"]): number[] {
  return [...rules.flatMap((rule, at) => (isForeign(rule) ? [at] : [])), rules.length];
}

function putsOf(wanted: readonly JsonObject[], pairs: ReadonlyMap<number, Pair>, counters: Counters): Command[] {
  const lastStaying = [...pairs.keys()].at(-1) ?? -1;
  const puts: Command[] = [];
  let added = 0;
  let before = -1; // the index of the rule before, as nft counts
  for (const [at, rule] of wanted.entries()) {
    const pair = pairs.get(at);
    if (pair === undefined) {
      const place = at > lastStaying ? "end" : before;
      puts.push(put(counters.giveTo(rule), place));
      added += 1;
      before += 1;
    } else {
      before = pair.from + added;
    }
  }
  return puts;
}

/** Behind the rule of this index, at the start (-1), or at the end. */
function put(rule: JsonObject, place: number | "end"): Command {
  if (place === "end") return { add: { rule } };
  return place === -1 ? { insert: { rule } } : { add: { rule: { ...rule, index: place } } };
}

function deletion(rule: JsonObject): Command {
  const { family = null, table = null, chain = null } = rule;
  return { delete: { rule: { family, table, chain, handle: handleOf(rule) } } };
}

function handleOf(rule: JsonObject | undefined): number {
  const handle = rule?.["handle"];
  if (typeof handle === "number") return handle;
  throw new Error("a rule of a listing has no handle");
}
