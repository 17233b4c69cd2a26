import type { JsonObject } from "../nft/json.ts";
import { type Alignment, align, type Item } from "./align.ts";
import { isSurelySame } from "./canonical.ts";
import { itemOfRule } from "./rule-item.ts";

/**
 * Aligns two lists of rules. What both begin and end with is known by looking at it, without an item of each rule, which takes
 * ten times as long: mostly it is nearly all.
 */
export function alignRules(
  a: readonly JsonObject[],
  b: readonly JsonObject[],
  itemOfB: (rule: JsonObject) => Item = itemOfRule,
): Alignment {
  const shorter = Math.min(a.length, b.length);
  let front = 0;
  while (front < shorter && isSurelySame(a[front] as JsonObject, b[front] as JsonObject)) front += 1;
  let back = 0;
  const isSameFromEnd = (at: number): boolean => isSurelySame(a.at(-at) as JsonObject, b.at(-at) as JsonObject);
  while (back < shorter - front && isSameFromEnd(back + 1)) back += 1;

  const middle = alignMiddle(a.slice(front, a.length - back), b.slice(front, b.length - back), itemOfB);
  const shift = (match: Alignment["kept"][number]) => ({ ...match, a: match.a + front, b: match.b + front });
  const same = (from: number, count: number) =>
    Array.from({ length: count }, (_, at) => ({ a: from + at, b: from + at, isEdited: false }));
  const atEnd = same(a.length - back, back).map((match) => ({ ...match, b: match.b + b.length - a.length }));
  return {
    kept: [...same(0, front), ...middle.kept.map(shift), ...atEnd],
    moved: middle.moved.map(shift),
    removed: middle.removed.map((at) => at + front),
    added: middle.added.map((at) => at + front),
  };
}

function alignMiddle(
  a: readonly JsonObject[],
  b: readonly JsonObject[],
  itemOfB: (rule: JsonObject) => Item,
): Alignment {
  if (a.length > 0 && b.length > 0) return align(a.map(itemOfRule), b.map(itemOfB));
  return { kept: [], moved: [], removed: [...a.keys()], added: [...b.keys()] };
}
