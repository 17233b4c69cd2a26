import type { Json, JsonObject } from "../nft/json.ts";
import { parsedRule } from "../nft/unparsed-rule.ts";
import { type Alignment, align, type Item } from "./align.ts";
import { isSurelySame } from "./canonical.ts";
import { isSameRule, itemOfRule } from "./rule-item.ts";

type Rules = readonly JsonObject[];

/** For each rule of b the place of one in a that is surely the same. */
type Places = readonly (number | undefined)[];

/** The rules of one comment: how many there are in both lists, and where the last of them stands. */
interface Group {
  a: number;
  b: number;
  countA: number;
  countB: number;
  /** Each has one that is surely the same, in the same order: whatever they mean, nothing pairs them in another way. */
  isSure: boolean;
}

/**
 * Aligns two lists of rules as their items are aligned. Most rules are surely the same as one of the other list, or have
 * a comment of their own in both: they are known without putting into words what they mean, which takes ten times as long.
 * For what means the same has the same comment.
 * @param itemOfB of a rule that is not known to be the same as one of a
 */
export function alignRules(a: Rules, b: Rules, itemOfB = itemOfRule): Alignment {
  if (a.length === 0 || b.length === 0) return { kept: [], moved: [], removed: [...a.keys()], added: [...b.keys()] };
  const places = surePlaces(a, b);
  if (a.length === b.length && places.every((place, at) => place === at)) return allKept(a.length);
  const groups = groupsOf(a, b, places);
  for (const [comment, group] of groups) if (isLone(comment, group)) group.isSure ||= isSameIn(a, b, group);
  const itemOf = (rule: JsonObject, place: number | undefined, make: (rule: JsonObject) => Item): Item => {
    const group = groups.get(commentOf(rule)) as Group;
    if (group.isSure) return { key: String(place ?? group.a), marks: NO_MARKS, parts: [] };
    return make(parsedRule(rule));
  };
  return align(
    a.map((rule, at) => itemOf(rule, at, (one) => loneItem(one, "a") ?? itemOfRule(one))),
    b.map((rule, at) => itemOf(rule, places[at], (one) => loneItem(one, "b") ?? itemOfB(one))),
  );

  /** Of a rule with a comment of its own, unless what is made of one of b leaves that out. */
  function loneItem(rule: JsonObject, key: string): Item | undefined {
    const comment = commentOf(rule);
    if (itemOfB !== itemOfRule || !isLone(comment, groups.get(comment) as Group)) return undefined;
    return { key, marks: [comment as string, ...NO_MARKS.slice(1)], parts: [] };
  }
}

function allKept(count: number): Alignment {
  const kept = Array.from({ length: count }, (_, at) => ({ a: at, b: at, isEdited: false }));
  return { kept, moved: [], removed: [], added: [] };
}

const NO_MARKS = itemOfRule({}).marks;

function commentOf(rule: JsonObject): Json | undefined {
  return rule["comment"];
}

function isLone(comment: Json | undefined, { countA, countB }: Group): boolean {
  return typeof comment === "string" && countA === 1 && countB === 1;
}

function isSameIn(a: Rules, b: Rules, group: Group): boolean {
  return isSameRule(parsedRule(a[group.a] as JsonObject), parsedRule(b[group.b] as JsonObject));
}

/** A rule is looked for behind the one before it, and where that is another one, where the same object or comment is. */
function surePlaces(a: Rules, b: Rules): Places {
  let known: ReadonlyMap<Json | undefined, number> | undefined;
  let next = 0;
  return b.map((rule) => {
    let place = next;
    if (!isLikely(a[next], rule)) {
      known ??= placesOf(a);
      place = known.get(rule) ?? known.get(commentOf(rule)) ?? next;
    }
    next = place + 1;
    return isSurelyRule(a[place], rule) ? place : undefined;
  });
}

function isLikely(a: JsonObject | undefined, b: JsonObject): boolean {
  return a === b || (a !== undefined && commentOf(b) !== undefined && commentOf(a) === commentOf(b));
}

/** The places of rules, and the last one of each comment. */
function placesOf(rules: Rules): Map<Json | undefined, number> {
  const places = new Map<Json | undefined, number>();
  for (const [at, rule] of rules.entries()) places.set(rule, at);
  for (const [at, rule] of rules.entries()) if (commentOf(rule) !== undefined) places.set(commentOf(rule), at);
  return places;
}

function isSurelyRule(a: JsonObject | undefined, b: JsonObject): boolean {
  return a === b || (a !== undefined && commentOf(a) === commentOf(b) && isSurelySame(parsedRule(a), parsedRule(b)));
}

function groupsOf(a: Rules, b: Rules, places: Places): ReadonlyMap<Json | undefined, Group> {
  const groups = new Map<Json | undefined, Group>();
  const groupOf = (rule: JsonObject): Group => {
    const comment = commentOf(rule);
    const group = groups.get(comment) ?? { a: -1, b: -1, countA: 0, countB: 0, isSure: true };
    groups.set(comment, group);
    return group;
  };
  for (const [at, place = -1] of places.entries()) {
    const group = groupOf(b[at] as JsonObject);
    // What is not higher than the one before is none, or stands in another order.
    if (place <= group.a) group.isSure = false;
    group.a = place;
    group.b = at;
    group.countB += 1;
  }
  const paired = new Set(places);
  for (const [at, rule] of a.entries()) {
    const group = groupOf(rule);
    if (!paired.has(at)) group.isSure = false;
    group.a = at;
    group.countA += 1;
  }
  return groups;
}
