/** A value of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** An object of JSON. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Whether the value is an object of JSON, not a list nor null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What an object that says with one key what it is holds: `["rule", {...}]`; undefined for anything else. */
export function soleEntry(value: unknown): readonly [string, Json] | undefined {
  if (!isObject(value)) return undefined;
  let sole: string | undefined;
  // Every statement of a listing passes here: no list of its members is made.
  for (const key in value) {
    if (sole !== undefined) return undefined;
    sole = key;
  }
  return sole === undefined ? undefined : [sole, value[sole] as Json];
}

/** Nesting that no listing of nft comes near. */
export const NESTING_MAX = 64;

/** Whether the value is nested deeper than this. */
export function isDeeper(value: Json, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (depth === 0) return true;
  // Of JSON: an object's own members, an array's items. Every object of a listing passes here: no list of them is made.
  for (const key in value) if (isDeeper((value as JsonObject)[key] as Json, depth - 1)) return true;
  return false;
}
