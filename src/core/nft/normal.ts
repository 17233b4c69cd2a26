import { LOG_FLAGS } from "../model/log-statement.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";

/** Where nft up to 1.1.4 writes one flag as a word, not as a list of one. */
const ONE_FLAG_IS_A_WORD = new Set(["log", "snat", "dnat", "masquerade", "redirect", "queue", "table"]);

/** Statements that may stand with nothing in them, which is written as null. */
const MAY_BE_EMPTY = new Set(["log", "counter", "masquerade", "redirect", "reject", "queue", "synproxy", "last"]);

/**
 * The value in one spelling, that of nft 1.0.6: versions differ in whether one flag is a word or a list, in which defaults
 * they leave out, and in null and {} (reference: libnftables-json(5) and nft's src/json.c, 1.0.6 to 1.1.7).
 * Nothing is lost: what is not known stays as it came, and what is normal already is given back itself.
 */
export function normalize(value: Json): Json {
  if (Array.isArray(value)) return normalizeItems(value);
  if (!isObject(value)) return value;

  // Most of what nft lists is normal: telling so makes no copies.
  let changed: Map<string, Json> | undefined;
  for (const key in value) {
    const item = value[key] as Json;
    const normal = normalizeMember(key, typeof item === "object" ? normalize(item) : item);
    if (normal === item) continue;
    changed ??= new Map(Object.entries(value) as [string, Json][]);
    changed.set(key, normal);
  }
  return changed === undefined ? value : Object.fromEntries(changed);
}

function normalizeItems(value: readonly Json[]): Json {
  let changed: Json[] | undefined;
  for (const [at, item] of value.entries()) {
    const normal = typeof item === "object" ? normalize(item) : item;
    if (normal === item) continue;
    changed ??= [...value];
    changed[at] = normal;
  }
  return changed ?? value;
}

/** Beside an operator, `syn | ack` is listed as an operation on all of its words from 1.1.4 on, before as a list. */
function withoutOr(operand: Json): Json {
  const words = isObject(operand) && Object.keys(operand).length === 1 ? operand["|"] : undefined;
  return Array.isArray(words) && words.every((word) => typeof word === "string") ? words : operand;
}

/** An object or a statement of this kind in the one spelling. */
export function normalizeAs(kind: string, value: Json): Json {
  return normalizeMember(kind, normalize(value));
}

/** What stands under this key, its own members being normal. */
function normalizeMember(key: string, value: Json): Json {
  if (key === "flags") return typeof value === "string" ? [value] : value;
  if (Array.isArray(value)) return normalizeList(key, value);
  if (!isObject(value)) return value;

  const full = SPELLERS.get(key)?.(value) ?? value;
  const spelt = ONE_FLAG_IS_A_WORD.has(key) ? withFlagsAsWord(full) : full;
  return MAY_BE_EMPTY.has(key) && Object.keys(spelt).length === 0 ? null : spelt;
}

const SPELLERS: ReadonlyMap<string, (value: JsonObject) => JsonObject> = new Map([
  ["log", normalizeLog],
  ["limit", normalizeLimit],
  ["match", normalizeMatch],
]);

function normalizeList(key: string, value: readonly Json[]): Json {
  if (key === "&") return value.map(withoutOr);
  return key === "type_flags" && value.length === 1 ? (value[0] as Json) : value;
}

function withFlagsAsWord(value: JsonObject): JsonObject {
  const { flags } = value;
  return Array.isArray(flags) && flags.length === 1 ? { ...value, flags: flags[0] as Json } : value;
}

function normalizeLog(value: JsonObject): JsonObject {
  const { level, flags, ...rest } = value;
  if (level === undefined && flags === undefined) return value;
  const isAll = Array.isArray(flags) && LOG_FLAGS.every((flag) => flags.includes(flag));
  return {
    ...rest,
    ...(level === undefined || level === "warn" ? {} : { level }),
    ...(flags === undefined ? {} : { flags: isAll ? ["all"] : flags }),
  };
}

/** What is compared behind a mask. */
function normalizeMatch(value: JsonObject): JsonObject {
  const { left, right = null } = value;
  if (!isObject(left) || left["&"] === undefined) return value;
  const words = withoutOr(right);
  return words === right ? value : { ...value, right: words };
}

/** A limit, as a statement or by name, with its defaults; what is none of its shape stays as it is. */
function normalizeLimit(value: JsonObject): JsonObject {
  const {
    rate_unit: unit = "packets",
    burst_unit: burstUnit = unit === "packets" ? unit : "bytes",
    inv = false,
    ...rest
  } = value;
  const isPlain = ["rate_unit", "burst_unit", "inv"].every((key) => value[key] === undefined);
  if (typeof rest["rate"] !== "number" || (isPlain && rest["burst"] !== undefined)) return value;
  const isBytes = unit !== "packets";
  return {
    burst: isBytes ? 0 : 5,
    ...rest,
    ...(inv === false ? {} : { inv }),
    ...(isBytes ? { rate_unit: unit } : {}),
    ...(isBytes || burstUnit !== "packets" ? { burst_unit: burstUnit } : {}),
  };
}
