import type { Span } from "../intent/addresses.ts";
import type { Json } from "../nft/json.ts";
import { addressKind } from "./values.ts";
import { bitOrder, FIELDS, type Field, parseMasked } from "./vocabulary.ts";

/** A value of the intent: one, or a list; `!` before it, or before each of a list, for all others. */
export type MatchValue = string | number | readonly (string | number)[];

/** The match of a rule as the intent spells it: `{ iifname: "eth0", tcp: { dport: 22 } }`. */
export type Match = Readonly<Record<string, MatchValue | Readonly<Record<string, MatchValue | undefined>> | undefined>>;

/** A comparison in libnftables-JSON: `{ "match": { "op", "left", "right" } }`. */
export type MatchExpression = { readonly match: { readonly op: string; readonly left: Json; readonly right: Json } };

/** A match as comparisons, in the vocabulary's order and in the spelling that nft lists them in. */
export function encodeMatch(match: Match): MatchExpression[] {
  const found: [number, MatchExpression][] = [];
  for (const [first, value] of Object.entries(match)) {
    if (value === undefined) continue;
    if (typeof value !== "object" || Array.isArray(value)) found.push(encodeField(first, value as MatchValue));
    else found.push(...fieldsBelow(first, value as Readonly<Record<string, MatchValue | undefined>>));
  }
  return found.toSorted(([one], [other]) => one - other).map(([, expression]) => expression);
}

function fieldsBelow(
  first: string,
  values: Readonly<Record<string, MatchValue | undefined>>,
): [number, MatchExpression][] {
  return Object.entries(values).flatMap(([second, value]) =>
    value === undefined ? [] : [encodeField(`${first}.${second}`, value)],
  );
}

const ORDER: ReadonlyMap<string, number> = new Map(FIELDS.map(({ path }, index) => [path, index]));

/** The comparison of a word of the vocabulary, behind its place in the order. */
function encodeField(path: string, value: MatchValue): [number, MatchExpression] {
  const index = ORDER.get(path) ?? -1;
  return [index, encodeValue(FIELDS[index] as Field, value)];
}

/** What is wrong with a value of this field; undefined if nothing is. */
export function faultOfValue(field: Field, value: MatchValue): string | undefined {
  const items = itemsOf(value);
  if (items.length === 0) return `expected ${field.kind.expected}, found an empty list`;

  const negations = new Set(items.map(isNegated));
  if (negations.size > 1) return "either all of a list have a ! or none";

  const bare = items.map(withoutNot);
  const wrong = bare.find((item) => !isValue(field, item, items.length));
  if (wrong !== undefined) return `expected ${field.kind.expected}, found ${JSON.stringify(wrong)}`;
  const names = bare.filter((item) => String(item).startsWith("@"));
  if (names.length > 0 && items.length > 1) return "a set stands alone, not in a list";
  const spelt = bare.map((item) => JSON.stringify(field.kind.parse(item)?.json ?? item));
  if (new Set(spelt).size < bare.length) return "a value is given twice";
  return touching(field, bare);
}

/** In a set with a wildcard nft joins names that follow one another, and cannot spell what comes of it. */
function touching({ kind }: Field, items: readonly (string | number)[]): string | undefined {
  if (items.length < 2 || kind.encodeSpan !== undefined || !items.some((item) => String(item).endsWith("*")))
    return undefined;
  const spans = items.flatMap((item) => kind.parse(item)?.span ?? []);
  const isTouching = spans.some(({ last }) => spans.some(({ first }) => first === last + 1n));
  return isTouching ? "nft would join two of these names: give them rules of their own" : undefined;
}

function isValue(field: Field, item: string | number, count: number): boolean {
  if (field.kind.parse(item) !== undefined) return true;
  return count === 1 && parseMasked(field, String(item)) !== undefined;
}

function encodeValue(field: Field, value: MatchValue): MatchExpression {
  const items = itemsOf(value);
  const op = items.some(isNegated) ? "!=" : "==";
  const bare = items.map(withoutNot);
  const masked = bare.length === 1 && field.isMasked === true ? parseMasked(field, String(bare[0])) : undefined;
  if (masked !== undefined) return { match: { op, left: { "&": [field.left, masked.mask] }, right: masked.value } };
  if (field.isBits === true && op === "==")
    return { match: { op: "in", left: field.left, right: encodeBits(field, bare) } };
  return { match: { op, left: field.left, right: encodeItems(field, bare) } };
}

function encodeBits(field: Field, words: readonly (string | number)[]): Json {
  return words.length === 1 ? (words[0] as Json) : bitOrder(field).filter((word) => words.includes(word));
}

/** One value bare, several as an anonymous set; where one of them is an interval, nft merges what touches. */
function encodeItems({ kind }: Field, items: readonly (string | number)[]): Json {
  const [only, ...more] = items;
  if (only !== undefined && more.length === 0) return kind.parse(only)?.json ?? only;
  const parsed = items.flatMap((item) => {
    const found = kind.parse(item);
    return found === undefined ? [] : [{ json: found.json, span: found.span }]; // a span is made anew when it is asked for
  });
  const spans = parsed.flatMap(({ span }) => span ?? []);
  const hasInterval = spans.some(({ first, last }) => first !== last);
  const apart = hasInterval ? parsed.filter(({ span }) => !isCovered(span, spans)) : parsed;
  const jsons =
    hasInterval && kind.encodeSpan !== undefined ? merge(spans).map(kind.encodeSpan) : apart.map(({ json }) => json);
  return jsons.length === 1 ? (jsons[0] as Json) : { set: jsons };
}

/** The elements of a set of addresses, in order and merged. */
export function encodeAddresses(family: "ip" | "ip6", elements: readonly string[]): Json[] {
  const kind = addressKind(family === "ip" ? 4 : 6);
  const spans = elements.flatMap((element) => kind.parse(element)?.span ?? []);
  return merge(spans).flatMap((span) => kind.encodeSpan?.(span) ?? []);
}

function later(one: bigint, other: bigint): bigint {
  if (one > other) return one; // Math.max takes no bigint
  return other;
}

/** `eth0` beside `eth*` says nothing more. */
function isCovered(span: Span | undefined, spans: readonly Span[]): boolean {
  if (span === undefined) return false;
  return spans.some((other) => other !== span && other.first <= span.first && other.last >= span.last);
}

function merge(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((a, b) => (a.first < b.first ? -1 : 1))) {
    const before = merged.at(-1);
    if (before === undefined || span.first > before.last + 1n) merged.push(span);
    else merged[merged.length - 1] = { first: before.first, last: later(before.last, span.last) };
  }
  return merged;
}

function itemsOf(value: MatchValue): readonly (string | number)[] {
  return typeof value === "object" ? value : [value];
}

function isNegated(item: string | number): boolean {
  return typeof item === "string" && item.startsWith("!");
}

function withoutNot(item: string | number): string | number {
  return isNegated(item) ? String(item).slice(1) : item;
}
