import { isObject, type Json, type JsonObject, soleEntry } from "../nft/json.ts";

/**
 * A statement as later versions of nft list it, where 1.0.6 uses other words for the same: names or numbers for codes, and
 * `meter` for what 1.1 lists as a set that a rule adds to.
 */
export function respell(statement: Json): Json {
  const [kind, value] = soleEntry(statement) ?? [];
  if (!isObject(value)) return statement;
  if (kind === "meter") return respellMeter(value) ?? statement;
  if (kind !== "match") return statement;
  const { left = null } = value;
  const right = withoutLoneSet(value["right"] ?? null);
  const numbers = codesOf(left);
  const isNamed = numbers.some((codes) => codes !== undefined);
  if (!isNamed && right === value["right"]) return statement;
  return { match: { ...value, right: isNamed ? numbered(right, numbers) : right } };
}

/** nft makes a value of an anonymous set that holds only one. */
function withoutLoneSet(right: Json): Json {
  const [kind, items] = soleEntry(right) ?? [];
  return kind === "set" && Array.isArray(items) && items.length === 1 ? (items[0] as Json) : right;
}

/** The name of the set of a meter. */
export function meterName(statement: Json): string | undefined {
  const [kind, value] = soleEntry(statement) ?? [];
  return kind === "meter" && isObject(value) && typeof value["name"] === "string" ? value["name"] : undefined;
}

function respellMeter({ name, key = null, stmt = null }: JsonObject): JsonObject | undefined {
  if (typeof name !== "string") return undefined;
  const isRenewed = isObject(key) && isObject(key["elem"]) && key["elem"]["timeout"] !== undefined;
  return { set: { op: isRenewed ? "update" : "add", elem: key, set: `@${name}`, stmt: [stmt] } };
}

type Codes = ReadonlyMap<string, number> | undefined;

/** The numbers of the names that each part of the left side may be compared with. */
function codesOf(left: Json): Codes[] {
  const [kind, value] = soleEntry(left) ?? [];
  if (kind === "concat" && Array.isArray(value)) return value.flatMap(codesOf);
  if (!isObject(value)) return [undefined];
  const { protocol, name, field } = value;
  if (kind === "payload" && field === "code") return [CODES.get(String(protocol))];
  return [kind === "tcp option" && field === "subtype" ? CODES.get(String(name)) : undefined];
}

// 1.0.6 uses the names of either protocol for both.
const ICMP = "net-unreachable host-unreachable prot-unreachable port-unreachable frag-needed";
const ICMPV6 = "no-route admin-prohibited - addr-unreachable port-unreachable policy-fail reject-route";
const MPTCP = "mp-capable mp-join dss add-addr remove-addr mp-prio mp-fail mp-fastclose mp-tcprst";
const CODES: ReadonlyMap<string, ReadonlyMap<string, number>> = new Map([
  ["icmp", new Map([...numberedWords(ICMP), ["net-prohibited", 9], ["host-prohibited", 10], ["admin-prohibited", 13]])],
  ["icmpv6", new Map(numberedWords(ICMPV6))],
  ["mptcp", new Map(numberedWords(MPTCP))],
]);

function numberedWords(words: string): [string, number][] {
  return words.split(" ").map((word, number) => [word, number]);
}

/** The right side with numbers for names: a value, a list of parts, or a set of either. */
function numbered(right: Json, codes: readonly Codes[]): Json {
  const [kind, value] = soleEntry(right) ?? [];
  if (kind === "set" && Array.isArray(value)) return { set: value.map((item) => numbered(item, codes)) };
  if (kind === "concat" && Array.isArray(value)) {
    return { concat: value.map((item, index) => numbered(item, codes.slice(index, index + 1))) };
  }
  return typeof right === "string" ? (codes[0]?.get(right) ?? right) : right;
}
