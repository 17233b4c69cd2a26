import { isObject, type Json, soleEntry } from "../json.ts";
import { type Miss, only } from "./miss.ts";
import { count, name, quoted, reference } from "./quote.ts";
import { hashing, join, selectorText } from "./selector.ts";
import { BARE, QUOTED, type Spellings, spellingsOf } from "./spelling.ts";
import { statefulTexts } from "./stateful.ts";
import { seconds, timeout } from "./time.ts";
import { isSymbol, valueText } from "./value.ts";

/** How tightly nft binds; a list is a calculation with `|`. */
const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ["<<", 1],
  [">>", 1],
  ["&", 2],
  ["^", 3],
  ["|", 4],
]);
const ELEMENT_KEYS = ["val", "timeout", "expires", "comment"];
const ELEMENT_STATEMENTS = ["counter", "limit", "quota", "last", "ct count"];

type Speller = (body: Json, spellings: Spellings, miss: Miss) => string | undefined;

const SPELLERS: ReadonlyMap<string, Speller> = new Map<string, Speller>([
  ["concat", concat],
  ["set", (body, spellings, miss) => (Array.isArray(body) ? setText(body, spellings, miss) : undefined)],
  ["map", (body, spellings, miss) => mapping("map", body, spellings, miss)],
  ["vmap", (body, spellings, miss) => mapping("vmap", body, spellings, miss)],
  ["range", range],
  ["prefix", prefix],
  ["elem", element],
  ["jhash", jhash],
]);

const VERDICTS = ["accept", "drop", "continue", "return", "break", "queue"];

/** An expression: what is looked at, or a value in the spelling of what it is compared with. */
export function expressionText(expression: Json, spellings: Spellings, miss: Miss): string {
  if (Array.isArray(expression)) return listText(expression, " | ", spellings, miss);
  if (!isObject(expression)) return valueText(expression, spellings[0] ?? "bare", miss);
  const [kind = "", body = null] = soleEntry(expression) ?? [];
  const text =
    SPELLERS.get(kind)?.(body, spellings, miss) ?? binaryText(kind, body, spellings, miss) ?? selectorText(expression);
  return text ?? miss(expression);
}

/** Values side by side: `established,related`, or `syn | ack`. */
export function listText(items: readonly Json[], between: string, spellings: Spellings, miss: Miss): string {
  if (items.length === 0) return miss(items);
  return items.map((item) => operand(item, 0, spellings, miss)).join(between);
}

/** The right side of a comparison, or what a value is looked up in: as an expression, but `@name` is a set. */
export function rightText(right: Json, spellings: Spellings, miss: Miss): string {
  const isReference = typeof right === "string" && right.startsWith("@");
  return isReference ? reference(right, miss) : expressionText(right, spellings, miss);
}

/** A verdict, of a rule or a map: `accept`, `jump chain`; undefined for what is none. */
export function verdictText(verdict: Json, miss: Miss): string | undefined {
  const [kind = "", body] = soleEntry(verdict) ?? [];
  if (VERDICTS.includes(kind)) return body === null ? kind : undefined;
  if (kind !== "jump" && kind !== "goto") return undefined;
  const target = only(body, ["target"])?.["target"];
  return target === undefined ? undefined : `${kind} ${name(target, miss)}`;
}

/** Elements of a set, each for itself: of a map they are pairs. */
export function elementTexts(
  elements: Json | undefined,
  { keys, values }: { readonly keys: Spellings; readonly values: Spellings | undefined },
  miss: Miss,
): string[] {
  if (elements === undefined || elements === null) return [];
  const list = Array.isArray(elements) ? elements : [elements];
  return list.map((one) => (values === undefined ? elementText(one, keys, miss) : pair(one, keys, values, miss)));
}

function setText(elements: readonly Json[], spellings: Spellings, miss: Miss): string {
  return elements.length === 0
    ? miss({ set: elements })
    : `{ ${elementTexts(elements, { keys: spellings, values: undefined }, miss).join(", ")} }`;
}

function elementText(value: Json, spellings: Spellings, miss: Miss): string {
  return value === "*" ? "*" : expressionText(value, spellings, miss);
}

function pair(value: Json, keys: Spellings, values: Spellings, miss: Miss): string {
  const [key, data, ...more] = Array.isArray(value) ? value : [];
  if (key === undefined || data === undefined || more.length > 0) return miss(value);
  return `${elementText(key, keys, miss)} : ${verdictText(data, miss) ?? expressionText(data, values, miss)}`;
}

function mapping(kind: string, body: Json, spellings: Spellings, miss: Miss): string | undefined {
  const given = only(body, ["key", "data"]);
  if (given?.["key"] === undefined || given["data"] === undefined) return undefined;
  const { key, data } = given;
  const set = only(data, ["set"])?.["set"];
  const looked =
    Array.isArray(set) && set.length > 0
      ? `{ ${elementTexts(set, { keys: spellingsOf(key), values: spellings }, miss).join(", ")} }`
      : reference(data, miss);
  return `${expressionText(key, BARE, miss)} ${kind} ${looked}`;
}

function concat(body: Json, spellings: Spellings, miss: Miss): string | undefined {
  if (!Array.isArray(body) || body.length === 0) return undefined;
  return body.map((part, at) => expressionText(part, [spellings[at] ?? "bare"], miss)).join(" . ");
}

function range(body: Json, spellings: Spellings, miss: Miss): string | undefined {
  const [low, high, ...more] = Array.isArray(body) ? body : [];
  if (low === undefined || high === undefined || more.length > 0) return undefined;
  return `${endText(low, spellings, miss)}-${endText(high, spellings, miss)}`;
}

function prefix(body: Json, spellings: Spellings, miss: Miss): string | undefined {
  const given = only(body, ["addr", "len"]);
  const length = count(given?.["len"]);
  if (given?.["addr"] === undefined || length === undefined) return undefined;
  return `${endText(given["addr"], spellings, miss)}/${length}`;
}

function endText(value: Json, spellings: Spellings, miss: Miss): string {
  return expressionText(value, isSymbol(value) ? QUOTED : spellings, miss);
}

/** An element with what belongs to it: `1.2.3.4 counter timeout 1h comment "why"`. */
function element(body: Json, spellings: Spellings, miss: Miss): string | undefined {
  const given = only(body, [...ELEMENT_KEYS, ...ELEMENT_STATEMENTS]);
  if (given?.["val"] === undefined) return undefined;
  const statements = ELEMENT_STATEMENTS.flatMap((key) => (given[key] === undefined ? [] : [{ [key]: given[key] }]));
  const part = (key: string, text: (value: Json) => string | undefined): string[] => {
    const value = given[key];
    return value === undefined ? [] : [`${key} ${text(value) ?? miss(value)}`];
  };
  return [
    elementText(given["val"], spellings, miss),
    ...statefulTexts(statements, miss),
    ...part("timeout", timeout),
    ...part("expires", seconds),
    ...part("comment", (text) => quoted(text, miss)),
  ].join(" ");
}

function jhash(body: Json, _spellings: Spellings, miss: Miss): string | undefined {
  const given = only(body, ["mod", "seed", "offset", "expr"]);
  return given?.["expr"] === undefined
    ? undefined
    : join("jhash", expressionText(given["expr"], BARE, miss), hashing(given));
}

function binaryText(kind: string, body: Json, given: Spellings, miss: Miss): string | undefined {
  const precedence = PRECEDENCE.get(kind);
  if (precedence === undefined || !Array.isArray(body) || body.length < 2) return undefined;
  const [first = null] = body;
  // How far to shift is a number, whatever is shifted.
  const isShift = precedence === 1;
  const spellings = isObject(first) ? spellingsOf(first) : given;
  return body
    .map((part, at) => operand(part, precedence, isShift && at > 0 ? BARE : spellings, miss))
    .join(` ${kind} `);
}

/** Within another calculation, what binds less tightly stands in parentheses. */
function operand(value: Json, precedence: number, spellings: Spellings, miss: Miss): string {
  const own = Array.isArray(value) ? 4 : (PRECEDENCE.get(soleEntry(value)?.[0] ?? "") ?? 0);
  const text = expressionText(value, spellings, miss);
  const isLoose = own > precedence && precedence > 0;
  return isLoose && (!Array.isArray(value) || value.length > 1) ? `(${text})` : text;
}
