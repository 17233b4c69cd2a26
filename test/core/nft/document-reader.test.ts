import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonical, withoutNoise } from "../../../src/core/diff/canonical.ts";
import { changesOf } from "../../../src/core/diff/changes.ts";
import { compareRulesets } from "../../../src/core/diff/compare.ts";
import { hunksOf } from "../../../src/core/diff/unified.ts";
import { DocumentReader } from "../../../src/core/nft/document-reader.ts";
import type { Json } from "../../../src/core/nft/json.ts";
import { decodeRuleset, encodeRuleset, type Ruleset } from "../../../src/core/nft/ruleset.ts";
import { UnparsedRule } from "../../../src/core/nft/unparsed-rule.ts";
import { RUNS } from "../../helpers/runs.ts";

const PLACE = { family: "inet", table: "t" };
const text = fc.oneof(
  fc.constantFrom(
    "a",
    "b",
    "in ",
    'q"',
    "\\",
    "é ",
    "\u2028",
    "\ud83d\ude00",
    '", "handle": 5, "',
    ',\n  {"rule":',
    "]}",
  ),
  fc.string({ maxLength: 6 }),
);
const counts = fc.record({ packets: fc.nat(), bytes: fc.nat() });
const port = fc.oneof(fc.nat(9), fc.constant({ set: [22, 80] }), fc.constant({ set: [80, 22] }));
const statement: fc.Arbitrary<Json> = fc.oneof(
  port.map((right) => ({ match: { op: "==", left: { payload: { protocol: "tcp", field: "dport" } }, right } }) as Json),
  fc.oneof(fc.constant(null), counts).map((counter) => ({ counter })),
  text.map((prefix) => ({ log: { prefix, level: "warn" } })),
  fc.constantFrom<Json>(
    { log: null },
    { log: {} },
    { drop: null },
    { log: { flags: "skuid" } },
    { log: { group: -0.5 } },
  ),
  fc.nat(3).map((used) => ({ limit: { rate: used, per: "minute" } })),
);
const rule = fc.record(
  {
    family: fc.constant("inet"),
    table: fc.constant("t"),
    chain: fc.constantFrom("c", "d"),
    handle: fc.nat(99),
    comment: text,
    index: fc.constantFrom(0, 1),
    expr: fc.array(statement, { maxLength: 4 }),
  },
  { requiredKeys: ["family", "table", "chain", "expr"] },
);
const plainRule = rule.map(({ index: _index, ...rest }) => ({ rule: rest }) as Json);
const item: fc.Arbitrary<Json> = fc.oneof(
  { weight: 12, arbitrary: plainRule },
  { weight: 2, arbitrary: plainRule.map((add) => ({ add }) as Json) },
  { weight: 1, arbitrary: rule.map((one) => ({ rule: one }) as unknown as Json) },
  { weight: 1, arbitrary: plainRule.map((insert) => ({ insert }) as Json) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Json>(
      { table: { family: "inet", name: "t" } },
      { set: { ...PLACE, name: "s", type: "ipv4_addr", elem: ["192.0.2.1"] } },
      { element: { ...PLACE, name: "s", elem: ["192.0.2.2"] } },
      { flush: { chain: { ...PLACE, name: "d" } } },
      { delete: { rule: { ...PLACE, chain: "c", handle: 7 } } },
      { rule: null },
    ),
  },
);

/** JSON with these spaces; members may stand in any order. */
function spell(value: Json, space: string, isTurned: boolean): string {
  if (Array.isArray(value)) return `[${value.map((one) => spell(one, space, isTurned)).join(`,${space}`)}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, one]) => `${JSON.stringify(key)}:${space}${spell(one, space, isTurned)}`,
  );
  return `{${(isTurned ? members.toReversed() : members).join(`,${space}`)}}`;
}

const SPELLINGS: ((items: readonly Json[]) => string)[] = [
  (items) => `{ "nftables": [\n  ${items.map((one) => spell(one, "", false)).join(",\n  ")}\n] }\n`,
  (items) => `{"nftables": ${spell(items, " ", false)}}\n`,
  (items) => `{"nftables": ${spell(items, " ", true)}}`,
  (items) => JSON.stringify({ nftables: items }, null, 2),
];
const spelling = fc.constantFrom(0, 0, 1, 1, 1, 2, 3);

type Edit = (items: readonly Json[], at: number, other: Json) => Json[];
const recount = (items: readonly Json[], by: number): Json[] =>
  items.map(
    (one) =>
      JSON.parse(JSON.stringify(one), (key, inner) =>
        key === "handle" || key === "packets" || key === "bytes" ? Number(inner) + by : inner,
      ) as Json,
  );
const EDITS: Edit[] = [
  (items, at) => items.toSpliced(at, 1),
  (items, at, other) => items.toSpliced(at, 0, other),
  (items, at, other) => items.toSpliced(at, 1, other),
  (items, at) => items.toSpliced(at, 0, items[at] as Json),
  (items, at) => [...items.toSpliced(at, 1), items[at] as Json],
  (items) => items.toReversed(),
  recount,
];
const pairs = fc
  .record({
    items: fc.array(item, { minLength: 1, maxLength: 12 }),
    edits: fc.array(fc.tuple(fc.constantFrom(...EDITS), fc.nat(11), item), { maxLength: 4 }),
    spellings: fc.tuple(spelling, spelling),
    isSameSpelling: fc.boolean(),
  })
  .map(({ items, edits, spellings: [one, other], isSameSpelling }) => {
    const edited = edits.reduce<readonly Json[]>(
      (some, [edit, at, more]) => (some.length === 0 ? some : edit(some, at % some.length, more)),
      items,
    );
    const spellB = SPELLINGS[isSameSpelling ? one : other];
    return [SPELLINGS[one]?.(items) ?? "", spellB?.(edited) ?? ""] as const;
  });

const plain = (document: string): unknown => JSON.parse(document);
const read = (reader: DocumentReader, document: string): unknown => {
  const items = reader.read(document);
  return items === undefined ? plain(document) : { nftables: items };
};

/** The ruleset, or what is wrong with it. */
function decoded(parse: (document: string) => unknown, document: string): Ruleset | string {
  try {
    return decodeRuleset(parse(document), "a document");
  } catch (error) {
    return String(error);
  }
}

const meant = (ruleset: Ruleset | string): unknown =>
  typeof ruleset === "string" ? ruleset : JSON.stringify(withoutNoise(encodeRuleset(ruleset)));
const told = (a: Ruleset | string, b: Ruleset | string): unknown => {
  if (typeof a === "string" || typeof b === "string") return [a, b].filter((one) => typeof one === "string");
  const tables = compareRulesets(a, b);
  return { changes: changesOf({ settings: [], tables }), hunks: hunksOf(tables) };
};

describe("a document whose rules are parsed when they are looked at", () => {
  test("is what it is when it is parsed, and two of them differ in the same things", () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const reader = new DocumentReader();
        const fast = [a, b].map((document) => decoded((one) => read(reader, one), document)) as [Ruleset, Ruleset];
        const slow = [a, b].map((document) => decoded(plain, document)) as [Ruleset, Ruleset];
        expect(told(...fast)).toEqual(told(...slow));
        expect(fast.map(meant)).toEqual(slow.map(meant));
      }),
      { numRuns: 5 * RUNS },
    );
  });

  test("is refused wherever JSON is", () => {
    const damage = fc.tuple(
      fc.nat(),
      fc.constantFrom("", '"', "{", "}", "]", ",", "\\", "0", "-", "\n", "x", '"handle": 05,'),
    );
    fc.assert(
      fc.property(pairs, damage, ([a, b], [at, put]) => {
        const place = at % b.length;
        const damaged = b.slice(0, place) + put + b.slice(place + 1);
        const reader = new DocumentReader();
        decoded((one) => read(reader, one), a);
        expect(meant(decoded((one) => read(reader, one), damaged))).toEqual(meant(decoded(plain, damaged)));
      }),
      { numRuns: 5 * RUNS },
    );
  });

  test("a rule of a document before is the same object, whatever its handle and counters", () => {
    const rules = (from: number, count: number) =>
      Array.from({ length: 9 }, (_, at) => ({
        rule: {
          ...PLACE,
          chain: "c",
          handle: from + at,
          comment: `r-${at}`,
          expr: [{ counter: { packets: count, bytes: at } }],
        },
      }));
    const reader = new DocumentReader();
    const documents = [rules(1, 2), rules(7, 0).toReversed()].map((some) => SPELLINGS[1]?.(some) ?? "");
    const [a, b] = documents.map((document) => reader.read(document)?.slice(1, -1)) as [UnparsedRule[], UnparsedRule[]];
    expect(a.every((one) => one instanceof UnparsedRule)).toBe(true);
    expect(b.every((one) => a.includes(one))).toBe(true);
    expect(canonical(a[3]?.rule ?? null)).toBe(canonical(rules(0, 0)[4]?.rule as Json));
  });
});
