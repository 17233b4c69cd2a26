import fc from "fast-check";
import { expect, test } from "vitest";
import type { PacketEvent } from "../../../src/core/event/event.ts";
import { compileGlob } from "../../../src/core/event/where/glob.ts";
import { parseWhere } from "../../../src/core/event/where.ts";
import { Fault } from "../../../src/core/model/fault.ts";
import { RUNS } from "../../helpers/runs.ts";

type Tree =
  | { op: "or" | "and"; parts: Tree[] }
  | { op: "not"; part: Tree }
  | { op: "has"; field: string }
  | { op: "=" | "!=" | "<" | "<=" | ">" | ">="; field: "dport" | "ttl"; value: number }
  | { op: "in" | "not in"; field: "dport" | "ttl"; spans: (readonly [number, number])[] }
  | { op: "~" | "!~"; field: "prefix"; value: string }
  | { op: "cidr"; field: "src"; value: readonly number[]; length: number }
  | { op: "flag"; field: "tcp.flags"; value: "SYN" | "ACK"; negated: boolean };

const FLAGS = ["SYN", "ACK"] as const;
const small = fc.nat(6);
const octets = fc.tuple(fc.constant(10), fc.nat(3), fc.constantFrom(0, 127, 128), fc.nat(255));
const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*", "?", '"', "\\", "é"), maxLength: 8 });
const number = fc.constantFrom("dport" as const, "ttl" as const);
const spans = fc.array(
  fc.tuple(small, small).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
  { minLength: 1, maxLength: 3 },
);

const leaf: fc.Arbitrary<Tree> = fc.oneof(
  fc.record({ op: fc.constant("has" as const), field: fc.constantFrom("dport", "tcp", "tcp.flags", "prefix", "mark") }),
  fc.record({ op: fc.constantFrom("=", "!=", "<", "<=", ">", ">="), field: number, value: small }),
  fc.record({ op: fc.constantFrom("in", "not in"), field: number, spans }),
  fc.record({ op: fc.constantFrom("~", "!~"), field: fc.constant("prefix" as const), value: pattern }),
  fc.record({
    op: fc.constant("cidr" as const),
    field: fc.constant("src" as const),
    value: octets,
    length: fc.nat(32),
  }),
  fc.record({
    op: fc.constant("flag" as const),
    field: fc.constant("tcp.flags" as const),
    value: fc.constantFrom(...FLAGS),
    negated: fc.boolean(),
  }),
);
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.record({ op: fc.constantFrom("or", "and"), parts: fc.array(tie("tree"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ op: fc.constant("not"), part: tie("tree") }),
  ) as fc.Arbitrary<Tree>,
}));

interface Values {
  readonly dport: number | undefined;
  readonly ttl: number | undefined;
  readonly prefix: string;
  readonly src: readonly number[] | undefined;
  readonly flags: readonly ("SYN" | "ACK")[] | undefined;
}
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const values: fc.Arbitrary<Values> = fc.record({
  dport: maybe(small),
  ttl: maybe(small),
  prefix: fc.string({ unit: fc.constantFrom("a", "b", '"', "\\", "é", " "), maxLength: 6 }),
  src: maybe(octets),
  flags: maybe(fc.subarray([...FLAGS])),
});

function eventOf({ dport, ttl, prefix, src, flags }: Values): PacketEvent {
  return {
    ...{ schema: 1, kind: "packet", ts: "2026-11-21T11:37:36.000000000Z", ts_source: "kernel", source: "nflog" },
    prefix,
    topic: "nft:",
    ...(src && { src: src.join(".") }),
    ...(dport !== undefined && { dport }),
    ...(ttl !== undefined && { ttl }),
    ...(flags && { tcp: { flags: [...flags], seq: 0, ack: 0, window: 0 } }),
  };
}

/** The tree as a person may write it. */
function print(tree: Tree): string {
  switch (tree.op) {
    case "or":
    case "and":
      return `(${tree.parts.map(print).join(` ${tree.op} `)})`;
    case "not":
      return `not ${print(tree.part)}`;
    case "has":
      return `has ${tree.field}`;
    case "in":
    case "not in":
      return `${tree.field} ${tree.op} {${tree.spans.map(([a, b]) => (a === b ? a : `${a}-${b}`)).join(", ")}}`;
    case "~":
    case "!~":
      return `${tree.field} ${tree.op} "${tree.value.replace(/["\\]/g, "\\$&")}"`;
    case "cidr":
      return `${tree.field} in ${tree.value.join(".")}/${tree.length}`;
    case "flag":
      return `${tree.field} ${tree.negated ? "!=" : "="} ${tree.value}`;
    default:
      return `${tree.field} ${tree.op} ${tree.value}`;
  }
}

/** What the words mean, told in the plainest way. */
function isTrue(tree: Tree, event: Values): boolean {
  switch (tree.op) {
    case "or":
      return tree.parts.some((part) => isTrue(part, event));
    case "and":
      return tree.parts.every((part) => isTrue(part, event));
    case "not":
      return !isTrue(tree.part, event);
    case "has":
      return has(tree.field, event);
    case "in":
    case "not in": {
      const value = event[tree.field];
      return value !== undefined && tree.spans.some(([a, b]) => value >= a && value <= b) === (tree.op === "in");
    }
    case "~":
    case "!~":
      return matchesSlowly(tree.value, event.prefix.trimEnd()) === (tree.op === "~");
    case "cidr":
      return event.src !== undefined && bits(event.src, tree.length) === bits(tree.value, tree.length);
    case "flag":
      return (event.flags ?? []).length > 0 && event.flags?.includes(tree.value) !== tree.negated;
    default:
      return compare(tree.op, event[tree.field], tree.value);
  }
}

function has(field: string, { dport, flags }: Values): boolean {
  if (field === "dport") return dport !== undefined;
  if (field === "tcp") return flags !== undefined;
  return field === "prefix" || (field === "tcp.flags" && flags !== undefined && flags.length > 0);
}

function bits(octets: readonly number[], length: number): string {
  return octets
    .map((octet) => octet.toString(2).padStart(8, "0"))
    .join("")
    .slice(0, length);
}

function compare(op: "=" | "!=" | "<" | "<=" | ">" | ">=", value: number | undefined, wanted: number): boolean {
  if (value === undefined) return false;
  const truths = { "=": value === wanted, "!=": value !== wanted, "<": value < wanted, ">": value > wanted };
  if (op === "<=" || op === ">=") return truths["="] || truths[op === "<=" ? "<" : ">"];
  return truths[op];
}

/** By all ways to share the text out. */
function matchesSlowly(pattern: string, text: string): boolean {
  const [first, ...rest] = [...pattern];
  const [letter, ...letters] = [...text];
  if (first === undefined) return letter === undefined;
  const more = rest.join("");
  if (first === "*")
    return matchesSlowly(more, text) || (letter !== undefined && matchesSlowly(pattern, letters.join("")));
  return letter !== undefined && (first === "?" || first === letter) && matchesSlowly(more, letters.join(""));
}

test("a filter that is written down means what its tree means", () => {
  fc.assert(
    fc.property(tree, fc.array(values, { minLength: 1, maxLength: 8 }), (tree, all) => {
      const where = parseWhere(print(tree));
      expect(all.map((each) => where(eventOf(each)))).toEqual(all.map((each) => isTrue(tree, each)));
    }),
    { numRuns: RUNS },
  );
});

test("a pattern matches what it matches in the slow way", () => {
  const unit = fc.constantFrom("a", "b", "*", "?");
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 9 }), fc.string({ unit, maxLength: 9 }), (pattern, text) => {
      expect(compileGlob(pattern)(text)).toBe(matchesSlowly(pattern, text));
    }),
    { numRuns: RUNS * 10 },
  );
});

const WORDS = [
  "src",
  "in",
  "not",
  "and",
  "or",
  "has",
  "(",
  ")",
  "{",
  "}",
  ",",
  "=",
  "!=",
  "~",
  "<",
  "10.0.0.0/8",
  '"',
  "'",
  "\\",
];

test("any text is a filter or a fault of usage", () => {
  const words = fc.array(fc.constantFrom(...WORDS, "dport", "22", "1-9", "prefix", "*", "\0", "\ud800"), {
    maxLength: 30,
  });
  const texts = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    words.map((all) => all.join(" ")),
    words.map((all) => all.join("")),
  );
  fc.assert(
    fc.property(texts, values, (text, each) => {
      try {
        expect(typeof parseWhere(text)(eventOf(each))).toBe("boolean");
      } catch (error) {
        expect(error).toBeInstanceOf(Fault);
        expect((error as Fault).code).toBe("usage");
      }
    }),
    { numRuns: RUNS * 3 },
  );
});
