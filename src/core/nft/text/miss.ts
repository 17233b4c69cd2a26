import { isDeeper, isObject, type Json, type JsonObject } from "../json.ts";

/** Called with a piece that nft's text cannot say, or that is not known; gives what stands in its place. */
export type Miss = (piece: Json) => string;

/** Nesting that no listing of nft comes near, and that no stack minds. */
const DEPTH_MAX = 48;

/**
 * The piece as JSON behind a question mark. nft reads a question mark nowhere outside of quotes, so a text that holds a
 * piece is refused as a whole, and never loaded with another meaning.
 */
export function shown(piece: Json): string {
  if (isTooDeep(piece)) return '?"nested too deeply"';
  // JSON's own escape pairs are kept, but for that of the quote: nft would take it for the end of the string. The rest is
  // what a terminal acts upon, and `$`, which nft expands.
  return `?${JSON.stringify(piece).replace(/\\.|[$\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped)}`;
}

/** Whether the value is nested deeper than is rendered. */
export function isTooDeep(value: Json): boolean {
  return isDeeper(value, DEPTH_MAX);
}

/** The object if it holds these keys at most: one that is not known may change what the rest means. */
export function only(value: Json | undefined, keys: readonly string[]): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  for (const key in value) if (!keys.includes(key)) return undefined;
  return value;
}

function escaped(found: string): string {
  if (found.startsWith("\\") && found !== '\\"') return found;
  const plain = found === '\\"' ? '"' : found;
  return Array.from({ length: plain.length }, (_, at) => codeUnit(plain.charCodeAt(at))).join("");
}

function codeUnit(code: number): string {
  return `\\u${code.toString(16).padStart(4, "0")}`;
}
