import { isObject, type Json, type JsonObject } from "../nft/json.ts";

/** Members that tell how it went and where it is kept, not what it is. */
const NOISE = new Set(["handle", "index", "expires", "used", "used_unit", "count", "packets", "bytes"]);

/** Lists of which the order means nothing, where they are no expression of their own. */
const UNORDERED = new Set(["set", "elem", "flags", "dev", "devices"]);

/**
 * A text that is equal for two values of libnftables-JSON in the normal spelling exactly if they mean the same: blind to
 * handles, counters, expiry and the order of sets and flags.
 */
export function canonical(value: Json, key = ""): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => canonical(item));
    return `[${(UNORDERED.has(key) ? items.sort() : items).join(",")}]`;
  }
  if (!isObject(value)) return typeof value === "string" ? stringText(value) : String(value);

  return membersText(value);
}

function membersText(value: JsonObject): string {
  const names = namesIn(value);
  if (names.length > 1) names.sort();
  let text = "";
  for (const name of names) {
    text += `${text === "" ? "{" : ","}${stringText(name)}:${canonicalMember(name, value[name] as Json)}`;
  }
  return text === "" ? "{}" : `${text}}`;
}

/** Most words hold nothing that JSON spells out, and are soon told so. */
const PLAIN = /^[ !#-[\]-~]*$/;

function stringText(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** Whether two values have the same canonical text, told without making it; where it is not sure, it is false. */
export function isSurelySame(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && areSameItems(a, b);
  }
  return isObject(a) && isObject(b) && areSameMembers(a, b);
}

function areSameItems(a: readonly Json[], b: readonly Json[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (!isSurelySame(a[at] as Json, b[at] as Json)) return false;
  return true;
}

/** Of JSON: all members are an object's own. No lists are made of them, for this is asked of each part of each rule. */
function areSameMembers(a: JsonObject, b: JsonObject): boolean {
  let count = 0;
  for (const name in a) {
    if (isNoise(name, a)) continue;
    if (!isSameMember(name, a, b)) return false;
    count += 1;
  }
  return count === countMembers(b);
}

function isSameMember(name: string, a: JsonObject, b: JsonObject): boolean {
  if (!Object.hasOwn(b, name)) return false;
  const one = a[name] as Json;
  const other = b[name] as Json;
  return !isNoise(name, b) && (isSurelySame(one, other) || (isNothing(one) && isNothing(other)));
}

function countMembers(value: JsonObject): number {
  let count = 0;
  for (const name in value) if (!isNoise(name, value)) count += 1;
  return count;
}

function namesIn(value: JsonObject): string[] {
  const names = Object.keys(value);
  return names.some((name) => isNoise(name, value)) ? names.filter((name) => !isNoise(name, value)) : names;
}

/** What a statement holds that only counts. */
function isNothing(value: Json): boolean {
  return value === null || (isObject(value) && countMembers(value) === 0);
}

/** A statement that only counts is the same whatever it has counted. */
function canonicalMember(name: string, value: Json): string {
  const text = canonical(value, name);
  return text === "{}" ? "null" : text;
}

/** A limit of bytes has "bytes" as a word, and a quota as its size: only what is a number beside packets counts. */
function isNoise(name: string, holder: JsonObject): boolean {
  if (!NOISE.has(name)) return false;
  if (name === "bytes") return holder["packets"] !== undefined;
  if (name === "count") return holder["table"] !== undefined;
  return name !== "index" || holder["expr"] !== undefined;
}

/** The value without what has been counted, for people; one that has none is given back itself. */
export function withoutNoise(value: Json): Json {
  if (Array.isArray(value)) return sameOr(value, value.map(withoutNoise));
  return isObject(value) ? membersWithoutNoise(value) : value;
}

function membersWithoutNoise(value: JsonObject): JsonObject {
  let told: Map<string, Json> | undefined;
  for (const name in value) {
    const item = value[name] as Json;
    const inner = isNoise(name, value) ? undefined : toldOf(item);
    if (inner === item) continue;
    told ??= new Map(Object.entries(value) as [string, Json][]);
    if (inner === undefined) told.delete(name);
    else told.set(name, inner);
  }
  return told === undefined ? value : Object.fromEntries(told);
}

function sameOr(before: readonly Json[], after: readonly Json[]): readonly Json[] {
  return after.every((item, at) => item === before[at]) ? before : after;
}

function toldOf(item: Json): Json {
  if (typeof item !== "object") return item;
  const inner = withoutNoise(item);
  return isObject(inner) && Object.keys(inner).length === 0 ? null : inner;
}
