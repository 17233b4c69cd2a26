import { isDeeper, isObject, type Json, type JsonObject, NESTING_MAX, soleEntry } from "./json.ts";
import { type RulePlace, UnparsedRule } from "./unparsed-rule.ts";

/** Of a valid text: a key or a word, a number, and what stands between them. */
const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d[\d.eE+-]*|[^"\d-]+/g;

/** What may stand in a hole: a word that spells nothing out, or a whole number. */
const WORD = '[^"\\\\\\x00-\\x1f]*';
const WHOLE = "-?(?:0|[1-9][0-9]*)";
const IS_WHOLE = new RegExp(`^${WHOLE}$`);

/** The members of a rule that is put behind the others of its chain. */
const MEMBERS = ["family", "table", "chain", "handle", "comment", "expr"];
const PLACE = ['"family"', '"table"', '"chain"'];
const COMMENT = '"comment"';

/** Longer ones hold a set, and have a shape of their own. */
const LENGTH_MAX = 4000;

/**
 * What the texts of rules that differ only in words and numbers have in common. A text that fits is well-formed, for the
 * one that the shape was made of is, and its rule stands in the same place.
 */
export class RuleShape {
  readonly #start: string;
  readonly #pattern: RegExp;
  readonly #place: RulePlace;

  private constructor(start: string, pattern: RegExp, place: RulePlace) {
    this.#start = start;
    this.#pattern = pattern;
    this.#place = place;
  }

  /**
   * The shape of what was parsed of both texts, one behind the other; undefined for anything but a rule that is added.
   * @param start what all rules of the document begin with
   */
  static of(start: string, text: string, item: Json): RuleShape | undefined {
    const rule = addedRule(item);
    if (rule === undefined || text.length > LENGTH_MAX || isDeeper(item, NESTING_MAX)) return undefined;
    const { family, table, chain, comment } = rule;
    const isPlaced = [family, table, chain].every((name) => typeof name === "string" && name !== "");
    const pattern = patternOf(text);
    const hasComment = pattern?.exec(text)?.[1] === comment;
    if (!isPlaced || pattern === undefined || !hasComment) return undefined;
    return new RuleShape(start, pattern, { family, table, chain } as unknown as RulePlace);
  }

  /** The rule that both texts spell, one behind the other; undefined if they are of another shape. */
  read(start: string, text: string): UnparsedRule | undefined {
    const found = start === this.#start ? this.#pattern.exec(text) : null;
    return found === null ? undefined : new UnparsedRule(start + text, this.#place, found[1]);
  }
}

function addedRule(item: Json): JsonObject | undefined {
  const [kind, value = null] = soleEntry(item) ?? [];
  if (kind === "add") return addedRule(value);
  const isRule = kind === "rule" && isObject(value) && Object.keys(value).every((key) => MEMBERS.includes(key));
  return isRule ? value : undefined;
}

/**
 * A pattern with a hole for each word and number that is no key and no place; undefined where a key is spelt out in another
 * way, or where two are comments.
 */
function patternOf(text: string): RegExp | undefined {
  const tokens = [...text.matchAll(TOKENS)];
  const keys = tokens.flatMap(([, word = "", colon]) => (colon === undefined ? [] : [word]));
  if (keys.some((key) => key.includes("\\")) || keys.filter((key) => key === COMMENT).length > 1) return undefined;
  let key = "";
  const pieces = tokens.map(([token, word, colon]) => {
    if (colon === undefined) return word === undefined ? betweenWords(token) : holeFor(word, key);
    key = word ?? "";
    return literal(token);
  });
  return new RegExp(`^${pieces.join("")}$`);
}

function holeFor(word: string, key: string): string {
  if (PLACE.includes(key) || word.includes("\\")) return literal(word);
  return key === COMMENT ? `"(${WORD})"` : `"${WORD}"`;
}

function betweenWords(token: string): string {
  return IS_WHOLE.test(token) ? WHOLE : literal(token);
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
