import { CONTROLS, HALVES } from "../../model/unseen.ts";

/** Texts that no writer of JSON escapes: printable ASCII without the quote, the backslash and what is HTML's. */
const PLAIN = /^[ !#-%'-;=?-[\]-~]*$/;

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

const ESCAPED_BY_GO = new RegExp(`["\\\\${CONTROLS}<>&\\u2028\\u2029${HALVES}]`, "gu");

/** A JSON string as Go's encoding/json writes it (since 1.22): fit for HTML; halves of characters become U+FFFD. */
export function goString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  return `"${text.replace(ESCAPED_BY_GO, (character) => escaped(character, "\\ufffd", lowerHex))}"`;
}

const ESCAPED_BY_JANSSON = new RegExp(`["\\\\${CONTROLS}${HALVES}]`, "gu");

/** A JSON string as jansson's json_dumps writes it: capital hexadecimal, all else as it is. */
export function janssonString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  return `"${text.replace(ESCAPED_BY_JANSSON, (character) => escaped(character, "\ufffd", upperHex))}"`;
}

/** Neither escapes DEL and C1. */
function escaped(character: string, half: string, hex: (code: number) => string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  const code = character.charCodeAt(0);
  if (code >= 0x7f && code < 0xa0) return character;
  return code >= 0xd800 && code < 0xe000 ? half : `\\u${hex(code)}`;
}

function lowerHex(code: number): string {
  return code.toString(16).padStart(4, "0");
}

function upperHex(code: number): string {
  return lowerHex(code).toUpperCase();
}

const ESCAPED = new RegExp(`["\\\\${CONTROLS}\\u2028\\u2029${HALVES}]`, "gu");

/** A JSON string that no terminal acts upon and no reader of lines breaks: controls and separators of lines are escaped. */
function jsonString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  return `"${text.replace(ESCAPED, (character) => SHORT[character] ?? spelt(character))}"`;
}

function spelt(character: string): string {
  const code = character.charCodeAt(0);
  return code >= 0xd800 && code < 0xe000 ? "\ufffd" : `\\u${lowerHex(code)}`;
}

/** A value of an event as JSON. */
function jsonValue(value: unknown): string {
  if (typeof value === "string") return jsonString(value);
  if (Array.isArray(value)) return `[${value.map(jsonValue).join(",")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  return jsonObject(value as Readonly<Record<string, unknown>>);
}

/** The fields of an object that are there, in their order. */
export function jsonObject(
  fields: Readonly<Record<string, unknown>>,
  keys: readonly string[] = Object.keys(fields),
): string {
  let text = "";
  for (const key of keys) {
    const value = fields[key];
    if (value !== undefined) text += `${text === "" ? "" : ","}"${key}":${jsonValue(value)}`;
  }
  return `{${text}}`;
}
