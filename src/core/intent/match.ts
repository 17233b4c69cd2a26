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

/** The vocabulary in its order, by first word: the word below it, empty where there is none, and its field. */
const GROUPS: readonly (readonly [string, readonly (readonly [string, Field])[]])[] = [
  ...new Set(FIELDS.map(({ path }) => firstWord(path))),
].map((first) => [first, fieldsOf(first)]);

function firstWord(path: string): string {
  return path.split(".")[0] as string;
}

function fieldsOf(first: string): [string, Field][] {
  const fields = FIELDS.filter(({ path }) => firstWord(path) === first);
  return fields.map((field) => [field.path.slice(first.length + 1), field]);
}

/** A match as comparisons, in the vocabulary's order and in the spelling that nft lists them in. */
export function encodeMatch(match: Match): MatchExpression[] {
  const found: MatchExpression[] = [];
  for (const [first, fields] of GROUPS) {
    const given = match[first];
    if (given !== undefined) encodeBelow(given, fields, found);
  }
  return found;
}

function encodeBelow(
  given: NonNullable<Match[string]>,
  fields: readonly (readonly [string, Field])[],
  found: MatchExpression[],
): void {
  for (const [second, field] of fields) {
    const value = second === "" ? given : (given as Readonly<Record<string, MatchValue | undefined>>)[second];
    if (value !== undefined) found.push(encodeValue(field, value as MatchValue));
  }
}

/** What is wrong with a value of this field; undefined if nothing is. */
export function faultOfValue(field: Field, value: MatchValue): string | undefined {
  if (typeof value !== "object") return faultOfItem(field, value, 1);
  return value.length === 0 ? `expected ${field.kind.expected}, found an empty list` : faultOfItems(field, value);
}

function faultOfItem(field: Field, item: string | number, count: number): string | undefined {
  const bare = withoutNot(item);
  return isValue(field, bare, count) ? undefined : `expected ${field.kind.expected}, found ${JSON.stringify(bare)}`;
}

function faultOfItems(field: Field, items: readonly (string | number)[]): string | undefined {
  const negations = new Set(items.map(isNegated));
  if (negations.size > 1) return "either all of a list have a ! or none";

  const bare = items.map(withoutNot);
  for (const item of items) {
    const wrong = faultOfItem(field, item, items.length);
    if (wrong !== undefined) return wrong;
  }
  const names = bare.filter((item) => String(item).startsWith("@"));
  if (names.length > 0 && items.length > 1) return "a set stands alone, not in a list";
  const spelt = bare.map((item) => JSON.stringify(field.kind.parse(item) ?? item));
  if (new Set(spelt).size < bare.length) return "a value is given twice";
  return touching(field, bare);
}

/** In a set with a wildcard nft joins names that follow one another, and cannot spell what comes of it. */
function touching({ kind }: Field, items: readonly (string | number)[]): string | undefined {
  if (items.length < 2 || kind.encodeSpan !== undefined || !items.some((item) => String(item).endsWith("*")))
    return undefined;
  const spans = items.flatMap((item) => kind.spanOf?.(item) ?? []);
  const isTouching = spans.some(({ last }) => spans.some(({ first }) => first === last + 1n));
  return isTouching ? "nft would join two of these names: give them rules of their own" : undefined;
}

function isValue(field: Field, item: string | number, count: number): boolean {
  if (field.kind.parse(item) !== undefined) return true;
  return count === 1 && parseMasked(field, item) !== undefined;
}

function encodeValue(field: Field, value: MatchValue): MatchExpression {
  if (typeof value !== "object") return encodeItem(field, value);
  const [only, ...more] = value;
  return only !== undefined && more.length === 0 ? encodeItem(field, only) : encodeList(field, value);
}

function encodeItem(field: Field, item: string | number): MatchExpression {
  const { left, kind } = field;
  const op = isNegated(item) ? "!=" : field.isBits === true ? "in" : "==";
  const bare = withoutNot(item);
  const masked = parseMasked(field, bare);
  if (masked === undefined) return { match: { op, left, right: kind.parse(bare) ?? bare } };
  return { match: { op: op === "in" ? "==" : op, left: { "&": [left, masked.mask] }, right: masked.value } };
}

/** Several values are an anonymous set, or bits of which one is enough. */
function encodeList(field: Field, items: readonly (string | number)[]): MatchExpression {
  const { left } = field;
  const bare = items.map(withoutNot);
  if (items.some(isNegated)) return { match: { op: "!=", left, right: encodeItems(field, bare) } };
  if (field.isBits !== true) return { match: { op: "==", left, right: encodeItems(field, bare) } };
  return { match: { op: "in", left, right: bitOrder(field).filter((word) => bare.includes(word)) } };
}

/** Where one of a set is an interval, nft merges what touches. */
function encodeItems({ kind }: Field, items: readonly (string | number)[]): Json {
  const parsed = items.flatMap((item) => {
    const json = kind.parse(item);
    return json === undefined ? [] : [{ json, span: kind.spanOf?.(item) }];
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
  const spans = elements.flatMap((element) => kind.spanOf?.(element) ?? []);
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

function isNegated(item: string | number): boolean {
  return typeof item === "string" && item.startsWith("!");
}

function withoutNot(item: string | number): string | number {
  return isNegated(item) ? String(item).slice(1) : item;
}

/** Of these a packet can only have one. */
export const EXCLUSIVE: readonly (readonly [string, string])[] = [
  ["ip", "ip6"],
  ["icmp", "ip6"],
  ["icmpv6", "ip"],
  ...["tcp", "udp", "sctp", "icmp", "icmpv6"].flatMap((one, index, all) =>
    all.slice(index + 1).map((other): [string, string] => [one, other]),
  ),
];

/** Whether no packet can have all that is matched. */
export function hasConflict(match: Readonly<Record<string, unknown>>): boolean {
  return EXCLUSIVE.some(([one, other]) => match[one] !== undefined && match[other] !== undefined);
}
