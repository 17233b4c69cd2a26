import type { FailedMatchResult, Node } from "ohm-js";
import { Fault } from "../model/fault.ts";
import { didYouMean } from "../nearest.ts";
import type { NetlogEvent } from "./event.ts";
import { findField, WHERE_NAMES, type WhereField } from "./where/fields.ts";
import { WHERE_GRAMMAR } from "./where/grammar.ts";
import { hasAny, type Predicate, testField } from "./where/reach.ts";
import { equalTo, like, type Misfit, type Order, orderedTo, type ValueTest, type Word } from "./where/values.ts";

export { WHERE_FIELDS } from "./where/fields.ts";

const LENGTH_MAX = 16_384;
const DEPTH_MAX = 24;
const REMEDY = "write it like: src in 10.0.0.0/8 and (dport = 22 or has icmp)";

/**
 * Reads a filter of events, such as `src in 10.0.0.0/8 and (dport = 22 or has icmp)`.
 * A comparison is true if one value of the field fits (a list has many), `!=`, `!~` and `not in` if the field is there and
 * none does; of a field that an event lacks, each of them is false. Throws a Fault of usage that names the place.
 */
export function parseWhere(text: string): (event: NetlogEvent) => boolean {
  if (text.length > LENGTH_MAX) throw fault(LENGTH_MAX, `at most ${LENGTH_MAX} characters`, "more");
  refuseDepth(text);
  const match = WHERE_GRAMMAR.match(text);
  if (match.failed()) throw mismatch(text, match);
  return COMPILE(match)["compiled"]() as Predicate;
}

const COMPILE = WHERE_GRAMMAR.createSemantics().addOperation<Predicate>("compiled", {
  Filter: (either, _end) => compiled(either),
  Either: (list) => anyOf(list.asIteration().children.map(compiled)),
  Both: (list) => allOf(list.asIteration().children.map(compiled)),
  Term: (nots, factor) => (nots.children.length % 2 === 0 ? compiled(factor) : not(compiled(factor))),
  Factor_group: (_open, either, _close) => compiled(either),
  Factor_has: (_has, name) => hasAny(fieldOf(name).paths),
  Factor_bare: (name) => hasAny(fieldOf(name).paths),
  Factor_in: (name, nots, _in, set) => {
    const { type, paths } = fieldOf(name);
    const tests = wordsOf(set).map((word) => fitting(equalTo(type, wordOf(word)), word));
    return testField(paths, (value) => tests.some((test) => test(value)), nots.children.length > 0);
  },
  Factor_compare: (name, operator, word) => comparison(fieldOf(name), operator, word),
});

function compiled(node: Node): Predicate {
  return node["compiled"]() as Predicate;
}

function comparison({ type, paths }: WhereField, operator: Node, word: Node): Predicate {
  const sign = operator.sourceString;
  const isNegated = sign.startsWith("!");
  if (sign.endsWith("~")) return testField(paths, fitting(like(type, wordOf(word)), operator), isNegated);
  if (sign === "=" || sign === "==" || sign === "!=") {
    return testField(paths, fitting(equalTo(type, wordOf(word)), word), isNegated);
  }
  return testField(paths, fitting(orderedTo(type, sign as Order, wordOf(word)), word), false);
}

function anyOf(parts: readonly Predicate[]): Predicate {
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : (event) => parts.some((part) => part(event));
}

function allOf(parts: readonly Predicate[]): Predicate {
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : (event) => parts.every((part) => part(event));
}

function not(part: Predicate): Predicate {
  return (event) => !part(event);
}

function wordsOf(set: Node): readonly Node[] {
  const [only, list] = set.children[0]?.children ?? [];
  if (list !== undefined) return list.asIteration().children;
  return only === undefined ? [] : [only];
}

/** Quotes go, and a backslash before any character. */
function wordOf({ sourceString }: Node): Word {
  const isQuoted = /^["']/.test(sourceString);
  return isQuoted
    ? { text: sourceString.slice(1, -1).replace(/\\(.)/gsu, "$1"), isQuoted }
    : { text: sourceString, isQuoted };
}

function fieldOf(node: Node): WhereField {
  const name = node.sourceString;
  const field = findField(name);
  if (field !== undefined) return field;
  throw fault(node.source.startIdx, "a field of events", quoted(name), didYouMean(name, WHERE_NAMES));
}

function fitting(test: ValueTest | Misfit, node: Node): ValueTest {
  if (typeof test === "function") return test;
  const { text } = wordOf(node);
  throw fault(node.source.startIdx, test.expected, quoted(text), didYouMean(text, test.known ?? []));
}

function mismatch(text: string, match: FailedMatchResult): Fault {
  const at = match.getRightmostFailurePosition();
  const [found = ""] = /^\S{1,64}/.exec(text.slice(at)) ?? [];
  return fault(
    at,
    match.getExpectedText().replace("end of input", "the end"),
    found === "" ? "the end" : quoted(found),
  );
}

function fault(at: number, expected: string, found: string, near = ""): Fault {
  const where = `character ${at + 1}`;
  return new Fault("usage", `the filter is wrong: expected ${expected}, found ${found}`, `${near}${REMEDY}`, { where });
}

function quoted(text: string): string {
  return `"${text.slice(0, 64)}"`;
}

/** Each bracket is a call within a call while the filter is read and while it runs. */
function refuseDepth(text: string): void {
  let depth = 0;
  for (const [part] of text.matchAll(/"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|[()]/gs)) {
    if (part === "(") depth += 1;
    if (part === ")") depth -= 1;
    if (depth > DEPTH_MAX) throw fault(0, `at most ${DEPTH_MAX} brackets within one another`, "more");
  }
}
