import { diffWordsWithSpace } from "diff";
import type { Json, JsonObject } from "../nft/json.ts";
import { objectLines } from "../nft/text/object.ts";
import { ruleText } from "../nft/text/rule.ts";
import { parsedRule } from "../nft/unparsed-rule.ts";
import { withoutNoise } from "./canonical.ts";

/** A rule as nft lists it, without what it has counted; behind it what an intent wants it to stand before. */
export function lineOf(rule: JsonObject): string {
  const parsed = parsedRule(rule);
  if (!Object.hasOwn(parsed, "before")) return ruleText(withoutNoise(parsed) as JsonObject);
  const { before, ...rest } = parsed;
  return typeof before === "string" ? `${lineOf(rest)} # before ${before}` : lineOf(rest);
}

/**
 * Any other object as nft lists it, a line each: of a table and of a chain what stands in it before all else, of anything
 * else the whole block. Elements have a line each and are sorted, for their order means nothing.
 */
export function linesOf(kind: string, object: JsonObject): string[] {
  const { elem, ...head } = withoutNoise(object) as JsonObject;
  const inner = objectLines({ [kind]: head });
  if (kind === "table" || kind === "chain") return inner;
  const elements = Array.isArray(elem) ? elem.map((one) => elementLine(kind, head, one)).sort() : [];
  const list = elements.length === 0 ? [] : ["elements = {", ...elements.map((line) => `\t${line},`), "}"];
  return [`${kind} ${blockName(object)}{`, ...[...inner, ...list].map((line) => `\t${line}`), "}"];
}

function blockName({ name }: JsonObject): string {
  return typeof name === "string" ? `${name} ` : "";
}

/** The element without what nft writes around a list of them. */
function elementLine(kind: string, head: JsonObject, element: Json): string {
  const line = objectLines({ [kind]: { ...head, elem: [element] } }).find((one) => one.startsWith("elements = "));
  return line?.slice("elements = { ".length, -" }".length) ?? JSON.stringify(element);
}

/** A piece of two texts: in both, only in the first, only in the second. */
export interface Piece {
  readonly sign: " " | "-" | "+";
  readonly text: string;
}

/** Characters up to which words are compared: what that takes grows with the square. */
const WORDS_MAX = 4000;

/** What was edited from one text to the other, word by word. */
function piecesOf(before: string, after: string): Piece[] {
  if (before === after) return [{ sign: " ", text: after }];
  if (before.length + after.length > WORDS_MAX) {
    return [
      { sign: "-", text: before },
      { sign: "+", text: after },
    ];
  }
  return diffWordsWithSpace(before, after).map(({ value, added, removed }) => ({
    sign: added ? "+" : removed ? "-" : " ",
    text: value,
  }));
}

const BRACKETS = { " ": ["", ""], "-": ["[-", "-]"], "+": ["{+", "+}"] } as const;

/** A change as git's word diff has it: `dport [-22-]{+2222+}`; each piece may be painted. */
export function wordDiff(
  before: string | undefined,
  after: string | undefined,
  paint: (piece: Piece) => string = ({ text }) => text,
): string {
  if (before === undefined || after === undefined) {
    return paint({ sign: before === undefined ? "+" : "-", text: before ?? after ?? "" });
  }
  return piecesOf(before, after)
    .map(({ sign, text }) => paint({ sign, text: `${BRACKETS[sign][0]}${text}${BRACKETS[sign][1]}` }))
    .join("");
}
