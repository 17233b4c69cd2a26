import { parseAddress, type Span } from "../../intent/addresses.ts";
import { PROTOCOL_NAMES, protocolName } from "../../packet/protocol-names.ts";
import { parseRfc3339 } from "../rfc3339.ts";
import type { FieldType } from "./fields.ts";
import { compileGlob } from "./glob.ts";

/** Whether one value of an event is meant. */
export type ValueTest = (value: unknown) => boolean;

/** A value as it stands in a filter. */
export interface Word {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** What a word was expected to be, where it is something else. */
export interface Misfit {
  readonly expected: string;
  /** The words that were possible, where they can be counted. */
  readonly known?: readonly string[];
}

/** The test that `=` and `in` make of a word: one value, a prefix of addresses, or a range from-to. */
export function equalTo(type: FieldType, word: Word): ValueTest | Misfit {
  switch (type.kind) {
    case "number":
      return numberTest(type, word.text);
    case "words":
      return wordTest(type.words, word.text);
    case "address":
      return addressTest(word.text);
    case "mac":
      return macTest(word.text);
    case "protocol":
      return protocolTest(word.text);
    case "time":
      return timeTest(word.text, (order) => order === 0);
    case "prefix":
    case "text":
      return textTest(type.kind, word);
    case "group":
      return { expected: "one of its fields, with a point behind its name" };
  }
}

export type Order = "<" | "<=" | ">" | ">=";

/** The test that `<` and its like make of a word: numbers and times have an order. */
export function orderedTo(type: FieldType, order: Order, word: Word): ValueTest | Misfit {
  const isRight = ORDERS[order];
  if (type.kind === "time") return timeTest(word.text, isRight);
  if (type.kind !== "number") return { expected: "=, !=, in, ~ or !~, since this field has no order" };
  const number = numberOf(type, word.text);
  return number === undefined ? numberMisfit(type) : (value) => isRight((value as number) - number);
}

const ORDERS: Readonly<Record<Order, (difference: number) => boolean>> = {
  "<": (difference) => difference < 0,
  "<=": (difference) => difference <= 0,
  ">": (difference) => difference > 0,
  ">=": (difference) => difference >= 0,
};

/** The test that `~` makes: a pattern of the whole text. Blanks at the end of a log prefix do not count. */
export function like(type: FieldType, word: Word): ValueTest | Misfit {
  if (type.kind === "number" || type.kind === "group") return { expected: "=, !=, <, <=, >, >= or in" };
  const matches = compileGlob(patternOf(type, word.text));
  return type.kind === "prefix" ? (value) => matches(String(value).trimEnd()) : (value) => matches(String(value));
}

function patternOf({ kind }: FieldType, text: string): string {
  if (kind === "prefix") return text.trimEnd();
  return kind === "mac" ? text.toLowerCase() : text;
}

function numberTest(type: FieldType & { kind: "number" }, text: string): ValueTest | Misfit {
  const [from = "", to = from, ...more] = text.split("-");
  const [first, last] = [numberOf(type, from), numberOf(type, to)];
  if (first === undefined || last === undefined || first > last || more.length > 0) return numberMisfit(type);
  return (value) => (value as number) >= first && (value as number) <= last;
}

function numberMisfit({ min, max }: FieldType & { kind: "number" }): Misfit {
  return { expected: `a number from ${min} to ${max}` };
}

function numberOf({ min, max, hasFraction }: FieldType & { kind: "number" }, text: string): number | undefined {
  const isFraction = hasFraction === true && /^[0-9]{1,16}\.[0-9]{1,9}$/.test(text);
  if (!isFraction && !/^(?:[0-9]{1,16}|0x[0-9a-f]{1,12})$/i.test(text)) return undefined;
  const number = Number(text);
  return number < min || number > max ? undefined : number;
}

function wordTest(words: readonly string[], text: string): ValueTest | Misfit {
  const wanted = words.find((word) => word.toLowerCase() === text.toLowerCase());
  return wanted === undefined
    ? { expected: `one of ${words.join(", ")}`, known: words.map((word) => word.toLowerCase()) }
    : (value) => String(value) === wanted;
}

function macTest(text: string): ValueTest | Misfit {
  const wanted = text.toLowerCase();
  if (!/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/.test(wanted)) return { expected: "a MAC such as 02:00:00:00:00:01" };
  return (value) => value === wanted;
}

const NAMES = new Set(PROTOCOL_NAMES.map(([, name]) => name));

function protocolTest(text: string): ValueTest | Misfit {
  const number = numberOf({ kind: "number", min: 0, max: 255 }, text);
  const wanted = number === undefined ? text.toLowerCase() : protocolName(number);
  if (number === undefined && !NAMES.has(wanted)) {
    return { expected: "a protocol by its name or its number", known: [...NAMES] };
  }
  return (value) => value === wanted;
}

function timeTest(text: string, isRight: (order: number) => boolean): ValueTest | Misfit {
  const wanted = parseRfc3339(text);
  if (wanted === undefined) return { expected: "a time with its zone, such as 2026-11-21T11:37:36Z" };
  return (value) => isRight(orderOf(value as string, wanted));
}

function orderOf(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function textTest(kind: "prefix" | "text", { text, isQuoted }: Word): ValueTest | Misfit {
  if (!isQuoted && /[*?]/.test(text)) return { expected: "~ before a pattern, or quotes around a plain text" };
  const wanted = kind === "prefix" ? text.trimEnd() : text;
  return kind === "prefix" ? (value) => String(value).trimEnd() === wanted : (value) => value === wanted;
}

function addressTest(text: string): ValueTest | Misfit {
  const version = text.includes(":") ? 6 : 4;
  const span = parseAddress(text, version);
  if (span === undefined) return { expected: "an address, a prefix such as 10.0.0.0/8, or a range of addresses" };
  return version === 4 ? testOf4(Number(span.first), Number(span.last)) : testOf6(span);
}

function testOf4(first: number, last: number): ValueTest {
  return (value) => {
    const number = numberOf4(value as string);
    return number >= first && number <= last;
  };
}

function testOf6({ first, last }: Span): ValueTest {
  return (value) => {
    const text = value as string;
    const number = text.includes(":") ? parseAddress(text, 6)?.first : undefined;
    return number !== undefined && number >= first && number <= last;
  };
}

const DOTTED = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** Without a number of arbitrary size, which is slow; -1 for any other text. */
function numberOf4(text: string): number {
  const [, a, b, c, d] = DOTTED.exec(text) ?? [];
  return a === undefined ? -1 : Number(a) * 0x100_0000 + Number(b) * 0x1_0000 + Number(c) * 0x100 + Number(d);
}
