import { isObject, type Json, type JsonObject, soleEntry } from "../json.ts";
import { elementTexts, expressionText } from "./expression.ts";
import { type Miss, only } from "./miss.ts";
import { count, flagsOf, oneOf, quoted, word } from "./quote.ts";
import { BARE, QUOTED, type Spellings, spellingsOfType } from "./spelling.ts";
import { statefulTexts } from "./stateful.ts";
import { seconds } from "./time.ts";

const KEYS =
  "family table name handle type map comment policy size flags timeout gc-interval auto-merge elem stmt count".split(
    " ",
  );
/** In the order in which nft lists them as text. */
const FLAGS = ["constant", "dynamic", "interval", "timeout"];
/** Types of the kernel that nft takes only with typeof, which nft before 1.1.2 does not list in JSON. */
const NAMELESS_TYPES = ["integer", "string", "bitmask", "invalid"];
const OBJECT_TYPES = ["counter", "quota", "limit", "ct helper", "ct timeout", "ct expectation", "secmark", "synproxy"];

/** An expression of each type that is likely as a value: with `typeof` on one side nft wants it on both. */
const EXAMPLES: ReadonlyMap<string, string> = new Map([
  ["verdict", "verdict"],
  ["mark", "meta mark"],
  ["ipv4_addr", "ip daddr"],
  ["ipv6_addr", "ip6 daddr"],
  ["inet_service", "tcp dport"],
  ["inet_proto", "meta l4proto"],
  ["ether_addr", "ether daddr"],
  ["ether_type", "ether type"],
  ["ifname", "meta iifname"],
  ["iface_index", "meta iif"],
  ["dscp", "ip dscp"],
  ["classid", "meta priority"],
]);

/** What stands in the block of a set or a map. */
export function setLines(set: JsonObject, miss: Miss): string[] {
  if (only(set, KEYS) === undefined) return [miss(set)];
  const values = set["map"] === undefined ? undefined : valueSpellings(set["map"]);
  const elements = elementTexts(set["elem"], { keys: spellingsOfType(set["type"]), values }, miss);
  return [
    typeLine(set, miss),
    ...field(set, "policy", (value) => prefixed("policy ", oneOf(value, ["performance", "memory"])), miss),
    ...field(set, "size", (value) => prefixed("size ", count(value)), miss),
    ...field(set, "flags", flagsLine, miss),
    ...statefulTexts(set["stmt"], miss),
    ...field(
      set,
      "auto-merge",
      (value) => (typeof value === "boolean" ? (value ? "auto-merge" : "") : undefined),
      miss,
    ),
    ...field(set, "timeout", (value) => prefixed("timeout ", seconds(value)), miss),
    ...field(set, "gc-interval", (value) => prefixed("gc-interval ", seconds(value)), miss),
    ...field(set, "comment", (value) => `comment ${quoted(value, miss)}`, miss),
    ...elementLines(elements, widthOf(set)),
  ].filter((line) => line !== "");
}

/** Elements of a set that is not there to ask for its type: what looks like a name is written between quotes. */
export function elementList(elements: Json | undefined, miss: Miss): string {
  const list = Array.isArray(elements) ? elements : [elements ?? null];
  const isMap = list.some((one) => Array.isArray(one));
  return `{ ${elementTexts(list, { keys: BARE, values: isMap ? BARE : undefined }, miss).join(", ")} }`;
}

function field(set: JsonObject, key: string, text: (value: Json) => string | undefined, miss: Miss): string[] {
  const value = set[key];
  return value === undefined ? [] : [text(value) ?? `${key} ${miss(value)}`];
}

function prefixed(before: string, text: string | undefined): string | undefined {
  return text && `${before}${text}`;
}

function flagsLine(value: Json): string | undefined {
  const flags = flagsOf(value, FLAGS);
  return flags && (flags.length === 0 ? "" : `flags ${FLAGS.filter((flag) => flags.includes(flag)).join(",")}`);
}

function typeLine(set: JsonObject, miss: Miss): string {
  const { type = null, map } = set;
  const keyed = only(type, ["typeof"])?.["typeof"];
  const isTypeof = keyed !== undefined || (isObject(map) && map["typeof"] !== undefined);
  const sides = map === undefined ? [type] : [type, map];
  const texts = sides.map((side) => (isTypeof ? exampleText(side, miss) : typeText(side, miss)));
  if (texts.length > 1 && hasSpans(set["elem"])) texts[1] = `interval ${texts[1]}`;
  return `${isTypeof ? "typeof" : "type"} ${texts.join(" : ")}`;
}

/** nft wants to be told, and does not list in JSON, that values of a map are ranges: the elements show it. */
function hasSpans(elements: Json | undefined): boolean {
  return Array.isArray(elements) && elements.some((pair) => Array.isArray(pair) && isSpan(pair[1]));
}

function isSpan(value: Json | undefined): boolean {
  const [kind, body] = soleEntry(value) ?? [];
  return kind === "range" || kind === "prefix" || (kind === "concat" && Array.isArray(body) && body.some(isSpan));
}

function typeText(type: Json, miss: Miss): string {
  const object = oneOf(type, OBJECT_TYPES);
  if (object !== undefined) return object;
  const text = namesOf(type).map((one) => knownType(one, miss));
  return text.length === 0 ? miss(type) : text.join(" . ");
}

function exampleText(type: Json, miss: Miss): string {
  const expression = only(type, ["typeof"])?.["typeof"];
  if (expression !== undefined) return expressionText(expression, BARE, miss);
  const names = namesOf(type);
  return names.length === 0 ? miss(type) : names.map((name) => exampleOf(name, miss)).join(" . ");
}

function exampleOf(name: Json, miss: Miss): string {
  return (typeof name === "string" ? EXAMPLES.get(name) : undefined) ?? oneOf(name, OBJECT_TYPES) ?? miss(name);
}

function knownType(name: Json, miss: Miss): string {
  const text = word(name);
  return text === undefined || NAMELESS_TYPES.includes(text) ? miss(name) : text;
}

/** nft before 1.1 lists the type of a concatenated value as one string. */
function namesOf(type: Json): readonly Json[] {
  return Array.isArray(type) ? type : typeof type === "string" ? type.split(" . ") : [];
}

function isObjectType(type: Json): boolean {
  return oneOf(type, OBJECT_TYPES) !== undefined;
}

function valueSpellings(map: Json): Spellings {
  return isObjectType(map) ? QUOTED : spellingsOfType(map);
}

/** As many elements a line as nft puts there (expression.c, `calculate_delim`). */
function elementLines(elements: readonly string[], width: number): string[] {
  if (elements.length === 0) return [];
  const rows = Array.from({ length: Math.ceil(elements.length / width) }, (_, row) =>
    elements.slice(row * width, (row + 1) * width).join(", "),
  );
  return rows.map((row, at) => `${at === 0 ? "elements = { " : "\t     "}${row}${at === rows.length - 1 ? " }" : ","}`);
}

const FIVE_A_LINE =
  "nf_proto integer arp_op inet_proto inet_service tcp_flag dccp_pkttype mark iface_index classid uid gid ct_dir".split(
    " ",
  );
const TWO_A_LINE = ["ipv4_addr", "ct_state", "ct_status", "pkt_type"];

function widthOf({ type, elem }: JsonObject): number {
  // Elements with something of their own, and pairs, each have a line.
  const isPlain = Array.isArray(elem) && elem.every((one) => !Array.isArray(one) && only(one, ["elem"]) === undefined);
  if (typeof type !== "string" || !isPlain) return 1;
  return FIVE_A_LINE.includes(type) ? 5 : TWO_A_LINE.includes(type) ? 2 : 1;
}
