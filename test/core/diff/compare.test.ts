import { applyPatch } from "diff";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changesOf, countText } from "../../../src/core/diff/changes.ts";
import { compareRulesets } from "../../../src/core/diff/compare.ts";
import { markdownOf } from "../../../src/core/diff/markdown.ts";
import { hunksOf, hunkText } from "../../../src/core/diff/unified.ts";
import { decodeRuleset, type Ruleset } from "../../../src/core/nft/ruleset.ts";
import { RUNS } from "../../helpers/runs.ts";

const OWN = { family: "inet", table: "t" };
const HEAD = [
  { table: { family: "inet", name: "t" } },
  { chain: { ...OWN, name: "c", type: "filter", hook: "input", prio: 0, policy: "accept" } },
];
const listing = (...objects: object[]): Ruleset => decodeRuleset({ nftables: [...HEAD, ...objects] }, "listing");
const rule = (expr: unknown[], more: object = {}): object => ({ rule: { ...OWN, chain: "c", ...more, expr } });
const set = (more: object): object => ({ set: { ...OWN, name: "s", type: "ipv4_addr", ...more } });
const port = (number: unknown): object => ({
  match: { op: "==", left: { payload: { protocol: "tcp", field: "dport" } }, right: number },
});
const LOG = { log: { prefix: "p " } };
const changes = (a: Ruleset, b: Ruleset) => changesOf({ settings: [], tables: compareRulesets(a, b) });

describe("what is no difference", () => {
  const versioned = (version: string, ...objects: object[]): Ruleset =>
    decodeRuleset({ nftables: [{ metainfo: { version } }, ...HEAD, ...objects] }, version);

  test.each<[string, object, object]>([
    ["handles", rule([LOG], { handle: 3 }), rule([LOG], { handle: 9 })],
    ["counters", rule([{ counter: { packets: 1, bytes: 2 } }]), rule([{ counter: null }])],
    ["named counters", { counter: { ...OWN, name: "n", packets: 1, bytes: 2 } }, { counter: { ...OWN, name: "n" } }],
    [
      "what of a quota is used",
      rule([{ quota: { val: 1, val_unit: "mbytes", used: 7, used_unit: "bytes" } }]),
      rule([{ quota: { val: 1, val_unit: "mbytes" } }]),
    ],
    ["last use", rule([{ last: { used: 5 } }]), rule([{ last: null }])],
    [
      "expiry",
      set({ elem: [{ elem: { val: "192.0.2.1", timeout: 60, expires: 5 } }] }),
      set({ elem: [{ elem: { val: "192.0.2.1", timeout: 60, expires: 9 } }] }),
    ],
    ["the order of elements", set({ elem: ["192.0.2.1", "192.0.2.2"] }), set({ elem: ["192.0.2.2", "192.0.2.1"] })],
    ["how many elements", set({ size: 9, count: 1 }), set({ size: 9, count: 2 })],
    ["the order in an anonymous set", rule([port({ set: [22, 80] })]), rule([port({ set: [80, 22] })])],
    ["the order of neighbouring matches", rule([port(22), port(23), LOG]), rule([port(23), port(22), LOG])],
    ["one flag as a word", rule([{ log: { flags: "skuid" } }]), rule([{ log: { flags: ["skuid"] } }])],
    [
      "all flags",
      rule([{ log: { flags: "all" } }]),
      rule([{ log: { flags: ["tcp sequence", "tcp options", "ip options", "skuid", "ether"] } }]),
    ],
    ["the default level", rule([{ log: { level: "warn" } }]), rule([{ log: null }])],
    ["nothing", rule([{ log: {} }]), rule([{ log: null }])],
    [
      "the default burst",
      rule([{ limit: { rate: 5, per: "minute" } }]),
      rule([{ limit: { rate: 5, per: "minute", burst: 5 } }]),
    ],
    [
      "a limit of packets",
      rule([{ limit: { rate: 5, per: "minute", rate_unit: "packets", inv: false } }]),
      rule([{ limit: { rate: 5, per: "minute" } }]),
    ],
  ])("%s", (_what, a, b) => {
    expect(changes(listing(a), listing(b))).toEqual([]);
  });

  test("what an older nft cannot tell", () => {
    const old = versioned("1.0.6", set({ flags: ["timeout"] }));
    expect(changes(old, versioned("1.1.7", set({ flags: ["timeout", "dynamic"], "auto-merge": true })))).toEqual([]);
    expect(
      changes(versioned("1.1.7", set({ flags: ["timeout"] })), versioned("1.1.7", set({ flags: ["interval"] }))),
    ).toHaveLength(1);
  });
});

describe("what is one", () => {
  test.each<[string, object, object]>([
    ["a value", rule([port(22)]), rule([port(23)])],
    ["an operator", rule([port(22)]), rule([{ match: { ...(port(22) as { match: object }).match, op: "!=" } }])],
    [
      "a limit behind the log",
      rule([{ limit: { rate: 1, per: "day" } }, LOG]),
      rule([LOG, { limit: { rate: 1, per: "day" } }]),
    ],
    ["a prefix", rule([LOG]), rule([{ log: { prefix: "q " } }])],
    ["snaplen 0", rule([{ log: { group: 1 } }]), rule([{ log: { group: 1, snaplen: 0 } }])],
    ["a comment", rule([LOG], { comment: "a" }), rule([LOG], { comment: "b" })],
    ["an element", set({ elem: ["192.0.2.1"] }), set({ elem: ["192.0.2.2"] })],
    ["a timeout", set({ timeout: 60 }), set({ timeout: 61 })],
    [
      "the size of a quota",
      { quota: { ...OWN, name: "q", bytes: 5, used: 0 } },
      { quota: { ...OWN, name: "q", bytes: 6, used: 0 } },
    ],
    ["a statement that nobody knows", rule([{ future: { a: 1 } }]), rule([{ future: { a: 2 } }])],
    ["an object that nobody knows", { tunnel: { ...OWN, name: "x", id: 1 } }, { tunnel: { ...OWN, name: "x", id: 2 } }],
  ])("%s", (_what, a, b) => {
    const what = changes(listing(a), listing(b)).map((change) => change.what);
    expect(["edited", "removed,added"]).toContain(what.join());
  });
});

const words = fc.constantFrom("a", "b", "c", "d", "e");
const rulesets = fc
  .array(
    fc.record({ name: fc.option(words, { nil: undefined }), port: fc.integer({ min: 1, max: 6 }), prefix: words }),
    { maxLength: 20 },
  )
  .map((rules) =>
    listing(
      set({ elem: rules.map((one) => `192.0.2.${one.port}`) }),
      ...rules.map((one) =>
        rule([port(one.port), { log: { prefix: one.prefix } }], one.name === undefined ? {} : { comment: one.name }),
      ),
    ),
  );

test("the unified diff leads from the one listing to the other", () => {
  fc.assert(
    fc.property(rulesets, rulesets, (a, b) => {
      const tables = compareRulesets(a, b);
      const lines = hunksOf(tables, Number.MAX_SAFE_INTEGER).flatMap((hunk) => hunk.lines);
      const side = (left: string): string =>
        lines
          .filter(({ sign }) => sign !== left)
          .map(({ text }) => `${text}\n`)
          .join("");
      const hunks = hunksOf(tables);
      if (hunks.length === 0) expect(changes(a, b)).toEqual([]);
      else expect(applyPatch(side("+"), ["--- a", "+++ b", ...hunks.map(hunkText), ""].join("\n"))).toBe(side("-"));
    }),
    { numRuns: RUNS },
  );
});

test("a ruleset beside itself is the same, and what one way is added is the other way removed", () => {
  fc.assert(
    fc.property(rulesets, rulesets, (a, b) => {
      expect(changes(a, a)).toEqual([]);
      const count = (some: readonly { what: string }[], what: string): number =>
        some.filter((one) => one.what === what).length;
      const [there, back] = [changes(a, b), changes(b, a)];
      expect(count(there, "added") - count(there, "removed")).toBe(count(back, "removed") - count(back, "added"));
    }),
    { numRuns: RUNS },
  );
});

describe("Markdown", () => {
  const page = (prefix: string): string => {
    const [a, b] = [listing(), listing(rule([{ log: { prefix } }], { comment: prefix }))];
    const tables = compareRulesets(a, b);
    return markdownOf(["a`|\n`", prefix], changesOf({ settings: [], tables }), hunksOf(tables));
  };

  test("no text leaves its code or its column", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("`", "``", "|", "\n", "\r", "<b>", "x", " ", "\\", "~~~", "</details>")),
        (bits) => {
          const [, , , ...rest] = page(bits.join("")).split("\n");
          const row = rest.find((line) => line.startsWith("| added")) ?? "";
          const code = row.replace(/(`+)(?!`).*?[^`]\1(?!`)/g, "CODE").replace(/\\\|/g, "");
          expect(code.split("|")).toHaveLength(5);
          expect(code).not.toContain("<");
        },
      ),
      { numRuns: RUNS },
    );
  });

  test("what is too long for a comment is left out and said", () => {
    const many = Array.from({ length: 2000 }, (_, index) => rule([port(index + 1), LOG]));
    const tables = compareRulesets(listing(), listing(...many));
    const text = markdownOf(["a", "b"], changesOf({ settings: [], tables }), hunksOf(tables));
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain("and 1950 more");
    expect(text).toContain("too long for a comment");
  });
});

test.each([
  [[], "no difference"],
  [["added", "added", "moved"], "2 added, 1 moved"],
])("%j: %s", (what, text) => {
  expect(countText(what.map((one) => ({ what: one, kind: "rule", path: "", name: "" }) as never))).toBe(text);
});
