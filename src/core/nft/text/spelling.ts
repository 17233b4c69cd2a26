import { isObject, type Json, soleEntry } from "../json.ts";

/** How the values of a kind are written: as they are, between quotes, or in hexadecimal of the width of a mark. */
export type Spelling = "bare" | "quoted" | "mark" | "hex" | "time";

/** The spelling of a value, or of each part of a concatenated one. */
export type Spellings = readonly Spelling[];

/** Values that are written as they are. */
export const BARE: Spellings = ["bare"];

/** Values that are written between quotes, such as names of objects and interfaces. */
export const QUOTED: Spellings = ["quoted"];

const QUOTED_KEYS = [
  "meta iif",
  "meta oif",
  "meta iifname",
  "meta oifname",
  "meta iifkind",
  "meta oifkind",
  "meta iifgroup",
  "meta oifgroup",
  "meta ibrname",
  "meta obrname",
  "meta sdif",
  "meta sdifname",
  "meta time",
  "meta day",
  "meta hour",
  "ct helper",
  "osf name",
  "osf version",
  "fib oif",
  "fib oifname",
];
const MARK_KEYS = ["meta mark", "ct mark", "socket mark"];
const SPELLINGS: ReadonlyMap<string, Spelling> = new Map<string, Spelling>([
  ...QUOTED_KEYS.map((key): [string, Spelling] => [key, "quoted"]),
  ...MARK_KEYS.map((key): [string, Spelling] => [key, "mark"]),
  ["ct expiration", "time"],
  ["ip dscp", "hex"],
  ["ip6 dscp", "hex"],
]);
const TYPE_SPELLINGS: ReadonlyMap<string, Spelling> = new Map<string, Spelling>([
  ...["ifname", "iface_index", "devgroup", "time", "day", "hour", "cgroupsv2"].map((type): [string, Spelling] => [
    type,
    "quoted",
  ]),
  ["mark", "mark"],
  ["dscp", "hex"],
]);
const BINARY = ["&", "|", "^", "<<", ">>"];
const BIT_KEYS = ["ct state", "ct status", "ct event", "ct label", "tcp flags"];

/** How values that are compared with this expression, or that it is set to, are written. */
export function spellingsOf(expression: Json | undefined): Spellings {
  const [kind = "", body] = soleEntry(expression) ?? [];
  if (kind === "concat" && Array.isArray(body)) return body.flatMap(spellingsOf);
  if (BINARY.includes(kind) && Array.isArray(body)) return spellingsOf(body[0]);
  if (kind === "payload" && isObject(body) && body["base"] !== undefined) return ["hex"];
  const key = keyOf(expression);
  return [SPELLINGS.get(key) ?? "bare"];
}

/** How elements of a set of this type are written: a name, a list of names, or `{ "typeof": expression }`. */
export function spellingsOfType(type: Json | undefined): Spellings {
  if (isObject(type)) return spellingsOf(type["typeof"]);
  const names = Array.isArray(type) ? type : typeof type === "string" ? type.split(" . ") : [];
  return names.map((name) => (typeof name === "string" ? TYPE_SPELLINGS.get(name) : undefined) ?? "bare");
}

/** Whether the expression is a set of bits, of which `ct state new` asks for one and `ct state == new` for all. */
export function isBits(expression: Json | undefined): boolean {
  return BIT_KEYS.includes(keyOf(expression));
}

/** Whether the expression calculates, such as `meta mark & 0xff`. */
export function isBinary(expression: Json | undefined): boolean {
  return BINARY.includes(soleEntry(expression)?.[0] ?? "");
}

/** What an expression looks at, in two words: `meta iifname`, `fib oif`, `tcp flags`. */
function keyOf(expression: Json | undefined): string {
  const [kind = "", body] = soleEntry(expression) ?? [];
  if (!isObject(body)) return "";
  const words = kind === "payload" ? [body["protocol"], body["field"]] : [kind, body["key"] ?? body["result"]];
  return words.every((one) => typeof one === "string") ? words.join(" ") : "";
}
