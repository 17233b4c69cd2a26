import type { Json, JsonObject } from "../nft/json.ts";
import { parsedRule } from "../nft/unparsed-rule.ts";
import { type Alignment, align, type Item } from "./align.ts";
import { isSurelySame } from "./canonical.ts";
import { itemOfRule } from "./rule-item.ts";

type Rules = readonly JsonObject[];

/** For each rule of b the place of one in a that is surely the same. */
type Places = readonly (number | undefined)[];

/**
 * Aligns two lists of rules as their items are aligned. Most rules are surely the same as one of the other list, which is
 * known by looking at them, without putting into words what they mean: that takes ten times as long.
 */
export function alignRules(a: Rules, b: Rules, itemOfB: (rule: JsonObject) => Item = itemOfRule): Alignment {
  if (a.length === 0 || b.length === 0) return { kept: [], moved: [], removed: [...a.keys()], added: [...b.keys()] };
  const places = surePlaces(a, b);
  const unsure = unsureComments(a, b, places);
  const isSure = (rule: JsonObject): boolean => !unsure.has(commentOf(rule));
  return align(
    a.map((rule, at) => (isSure(rule) ? sureItem(at) : itemOfRule(parsedRule(rule)))),
    b.map((rule, at) => (isSure(rule) ? sureItem(places[at] as number) : itemOfB(parsedRule(rule)))),
  );
}

/** A rule that may stand where it stood is looked for there, then where the same object or comment is. */
function surePlaces(a: Rules, b: Rules): Places {
  const known = new Map<Json | undefined, number>();
  for (const [at, rule] of a.entries()) known.set(rule, at).set(commentOf(rule), at);
  let next = 0;
  return b.map((rule) => {
    const places = [known.get(rule), next, known.get(commentOf(rule))];
    const place = places.find((at) => at !== undefined && isSurelyRule(a[at], rule));
    next = (place ?? next) + 1;
    return place;
  });
}

function isSurelyRule(a: JsonObject | undefined, b: JsonObject): boolean {
  return a === b || (a !== undefined && isSurelySame(parsedRule(a), parsedRule(b)));
}

/**
 * Rules that mean the same have the same comment. Where all rules of a comment have one that is surely the same, and in the
 * same order, nothing else that they mean can pair them in another way; the other comments are told.
 */
function unsureComments(a: Rules, b: Rules, places: Places): ReadonlySet<Json | undefined> {
  const last = new Map<Json | undefined, number>();
  const unsure = new Set<Json | undefined>();
  const isPaired = new Array<boolean>(a.length).fill(false);
  for (const [at, place = -1] of places.entries()) {
    const comment = commentOf(b[at] as JsonObject);
    if (place <= (last.get(comment) ?? -1)) unsure.add(comment);
    last.set(comment, place);
    isPaired[place] = true;
  }
  for (const [at, rule] of a.entries()) if (!isPaired[at]) unsure.add(commentOf(rule));
  return unsure;
}

/** Nothing else has the key of a pair: that of a rule is no number. */
function sureItem(place: number): Item {
  return { key: String(place), marks: NO_MARKS, parts: [] };
}

const NO_MARKS = itemOfRule({}).marks;

function commentOf(rule: JsonObject): Json | undefined {
  return rule["comment"];
}
