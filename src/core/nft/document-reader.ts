import { isObject, type Json, soleEntry } from "./json.ts";
import { RuleShape } from "./rule-shape.ts";
import type { UnparsedRule } from "./unparsed-rule.ts";

/** What stands before a rule that follows another item of the list. */
const BEFORE_RULE = /,\s*(\{\s*(?:"add"\s*:\s*\{\s*)?"rule"\s*:)/;

/** What ends the list, and the document. */
const END = /\]\s*\}\s*$/;

const WHOLE = "(?:0|[1-9][0-9]*)";

/** Members that only count, or name a place in one kernel; in valid JSON no string holds a quote like these. */
const NOISE = new RegExp(
  `([{,]\\s*)(?:"handle":\\s*${WHOLE}|"packets":\\s*${WHOLE},\\s*"bytes":\\s*${WHOLE})(?=\\s*[,}])`,
  "g",
);

/** Commands that may name a rule by its handle. */
const BY_HANDLE = ["replace", "delete", "destroy"];

/** With more of them it takes longer to find the right one than to parse. */
const SHAPES_MAX = 16;

/** What stands in the list of a document: parsed, or a rule that will be. */
export type Item = Json | UnparsedRule;

/** The rules of a document: each text behind the start that all have, and the rule where it is not parsed. */
interface Rules {
  readonly start: string;
  readonly texts: readonly string[];
  readonly rules: readonly (UnparsedRule | undefined)[];
}

const NONE: Rules = { start: "", texts: [], rules: [] };

/**
 * Reads documents of which most is never looked at: their rules are parsed when somebody does, and a rule that stood in
 * the document before, but for handle and counters, is the same object again.
 */
export class DocumentReader {
  readonly #shapes: RuleShape[] = [];
  #before = NONE;

  /**
   * The items of a document; undefined for one that is not well-formed, and for one of another spelling. It is cut before
   * its rules without a look at what is around: that each piece is a list of its own proves that the whole is theirs.
   */
  read(text: string): Item[] | undefined {
    const [separator, start = ""] = BEFORE_RULE.exec(text) ?? [];
    if (separator === undefined) return undefined;
    const [head = "", ...texts] = text.split(separator);
    const last = texts.pop() ?? "";
    try {
      const before = itemsOfHead(head);
      const found = this.#find(start, texts);
      const between = texts.flatMap<Item>((one, at) => found.rules[at] ?? itemsIn(start, one));
      const items: Item[] = [...before, ...between, ...itemsIn(start, withoutEnd(last))];
      if (items.some(isByHandle)) return undefined;
      this.#before = found;
      return items;
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  /** Finds the rules of the texts, those of the document before first. */
  #find(start: string, texts: readonly string[]): Rules {
    const before = this.#before.start === start ? this.#before : NONE;
    const inPlace = rulesInPlace(before, texts);
    const rules = texts.map((text, at) => inPlace[at] ?? this.#rule(start, text));
    const elsewhere = rulesElsewhere(before, new Set(inPlace));
    if (elsewhere.size === 0) return { start, texts, rules };
    // What is looked up without what counts has to be known to be well-formed.
    const isFree = (at: number): boolean => inPlace[at] === undefined && rules[at] !== undefined;
    const found = texts.map((text, at) => (isFree(at) ? elsewhere.get(noiseless(text)) : undefined) ?? rules[at]);
    return { start, texts, rules: found };
  }

  /** The rule, if it is of a shape that is known, or has one. */
  #rule(start: string, text: string): UnparsedRule | undefined {
    for (const shape of this.#shapes) {
      const rule = shape.read(start, text);
      if (rule !== undefined) return rule;
    }
    if (this.#shapes.length === SHAPES_MAX) return undefined;
    const [item = null, ...more] = itemsIn(start, text);
    const shape = more.length === 0 ? RuleShape.of(start, text, item) : undefined;
    if (shape !== undefined) this.#shapes.push(shape);
    return shape?.read(start, text);
  }
}

/** The rules of the texts that stand where they stood, give or take what was added, removed or edited before them. */
function rulesInPlace({ texts: before, rules }: Rules, texts: readonly string[]): (UnparsedRule | undefined)[] {
  let next = 0;
  return texts.map((text) => {
    const place = [next, next + 1, next - 1].find((at) => before[at] === text);
    next = (place ?? next) + 1;
    return place === undefined ? undefined : rules[place];
  });
}

/** The other rules, by their texts without what counts. */
function rulesElsewhere({ texts, rules }: Rules, inPlace: ReadonlySet<unknown>): Map<string, UnparsedRule> {
  const elsewhere = new Map<string, UnparsedRule>();
  for (const [at, rule] of rules.entries()) {
    if (rule !== undefined && !inPlace.has(rule)) elsewhere.set(noiseless(texts[at] as string), rule);
  }
  return elsewhere;
}

function noiseless(text: string): string {
  return text.replace(NOISE, "$1");
}

/** The list that begins a document, without its end. */
function itemsOfHead(head: string): readonly Json[] {
  const [key, items] = soleEntry(JSON.parse(`${head}]}`)) ?? [];
  if (key === "nftables" && Array.isArray(items) && items.length > 0) return items;
  throw new SyntaxError("the list begins elsewhere");
}

function itemsIn(start: string, text: string): readonly Json[] {
  return JSON.parse(`[${start}${text}]`) as readonly Json[];
}

function withoutEnd(text: string): string {
  if (!END.test(text)) throw new SyntaxError("the list ends elsewhere");
  return text.replace(END, "");
}

function isByHandle(item: Item): boolean {
  return isObject(item) && BY_HANDLE.some((command) => Object.hasOwn(item, command));
}
