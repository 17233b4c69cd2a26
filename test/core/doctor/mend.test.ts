import { describe, expect, test } from "vitest";
import { type PlacedRule, placedRules } from "../../../src/core/doctor/placed.ts";
import { Repairs, ruleRemedy } from "../../../src/core/doctor/rule-remedy.ts";
import { inNetns } from "../../../src/core/doctor/shell.ts";
import { decodeRuleset } from "../../../src/core/nft/ruleset.ts";

interface Given {
  readonly expr: readonly object[];
  readonly chain?: string;
  readonly more?: object;
  readonly count?: number;
  readonly intentFile?: string;
}

function placed({ expr, chain = "c", more = {}, count = 1 }: Given): PlacedRule[] {
  const rule = { family: "ip", table: "t", chain, expr, ...more };
  const rules = Array.from({ length: count }, (_, index) => ({ rule: { handle: index + 1, ...rule } }));
  const head = [{ table: { family: "ip", name: "t" } }, { chain: { family: "ip", table: "t", name: chain } }];
  return [...placedRules(decodeRuleset({ nftables: [...head, ...rules] }, "test")).values()];
}

/** What mends the rules with these statements, of which this was found. */
function remedyFor(codes: readonly string[], given: Given): string[] {
  const rules = placed(given);
  const found = rules.flatMap(({ place: where }) => codes.map((code) => ({ code, where })));
  const repairs = new Repairs(found, given.intentFile);
  const [code = ""] = codes;
  return ruleRemedy(rules, { code, advice: "do it", repairs, netns: inNetns(null) });
}

const LIMIT = { limit: { rate: 5, per: "minute", burst: 5 } };
const logged = (fields: object = {}): object => ({ log: { prefix: "a: ", ...fields } });
const PORT = { match: { op: "==", left: { payload: { protocol: "tcp", field: "dport" } }, right: 1 } };

test.each<[string, object[], string[]]>([
  ["log-after-verdict", [PORT, { drop: null }, logged()], ['tcp dport 1 log prefix "a: " drop']],
  [
    "prefix-unsayable",
    [LIMIT, logged({ prefix: 'a" drop #$x' })],
    ['limit rate 5/minute burst 5 packets log prefix "a_ drop #_x"'],
  ],
  [
    "limit-after-log",
    [PORT, logged(), LIMIT, { drop: null }],
    [
      'tcp dport 1 limit rate 5/minute burst 5 packets counter packets 0 bytes 0 log prefix "a: "',
      "tcp dport 1 limit rate 5/minute burst 5 packets drop",
    ],
  ],
])("%s of what only JSON can say", (code, expr, texts) => {
  const words = remedyFor([code], { expr }).flatMap((line) => /^nft .*'(.*)'$/.exec(line)?.[1] ?? []);
  expect(words).toEqual(texts);
});

const XT = { xt: { type: "match", name: "limit" } };
const ADD = { set: { op: "add", elem: { payload: { protocol: "ip", field: "saddr" } }, set: "@seen" } };
const DICE = { match: { op: "==", left: { numgen: { mode: "random", mod: 2, offset: 0 } }, right: 0 } };
const SHOWN = ["# ip t c rule 1 (handle 1): do it", "nft -a list chain ip t c"];

test.each<[string, string, object[]]>([
  ["text cannot say a match of iptables", "no-limit", [XT, logged()]],
  ["a set would be added to twice", "no-limit", [ADD, logged(), { drop: null }]],
  ["a named limit would be taken from twice", "limit-after-log", [logged(), { limit: "x" }, { drop: null }]],
  ["a named quota would be taken from twice", "no-limit", [{ quota: "x" }, logged(), { drop: null }]],
  ["each rule would throw dice of its own", "no-limit", [DICE, logged(), { drop: null }]],
  ["two logs are not put apart", "limit-after-log", [logged(), logged({ group: 7 }), LIMIT, { drop: null }]],
  ["nobody says which prefix is meant", "prefix-separator", [logged(), logged({ prefix: "b", group: 7 })]],
  ["both logs have a prefix", "two-logs", [logged(), logged({ group: 7 })]],
  ["a group has no level", "two-logs", [logged({ level: "info" }), { log: { group: 7 } }]],
  ["the end is in another rule", "log-after-verdict", [PORT, logged()]],
  ["the prefix is full", "prefix-separator", [logged({ prefix: "a".repeat(127) })]],
  ["nobody knows how to shorten it", "prefix-cut", [logged()]],
  ["there is no log", "no-limit", [PORT]],
])("%s: the rule is only shown", (_why, code, expr) => {
  expect(remedyFor([code], { expr })).toEqual(SHOWN);
});

test("a name that nft's text cannot say, and a rule without a handle, are in no command", () => {
  const expr = [logged()];
  const line = "# ip t a b\u00a0; rm -rf / rule 1: do it";
  expect(remedyFor(["no-limit"], { expr, chain: "a\nb\u00a0; rm -rf /" })).toEqual([line]);
  expect(remedyFor(["no-limit"], { expr, more: { handle: undefined } })).toEqual(["# ip t c rule 1: do it"]);
});

test("what is a word for nft is one word for the shell", () => {
  const comment = "it's $(mine) `x`";
  const [, line] = remedyFor(["no-limit"], { expr: [logged({ prefix: "a'b " })], more: { comment } });
  expect(line).toBe(
    "nft replace rule ip t c handle 1 'limit rate 5/minute burst 5 packets log prefix \"a'\\''b \" comment \"it'\\''s $(mine) `x`\"'",
  );
});

test("three rules are spelt out, ours by their names", () => {
  const expr = [logged()];
  expect(remedyFor(["no-limit"], { expr, count: 5 }).slice(4)).toEqual([
    "# ip t c rule 3 (handle 3): do it",
    "nft replace rule ip t c handle 3 'limit rate 5/minute burst 5 packets log prefix \"a: \"'",
    "# and 2 more rules: netlogctl rules lint -f live",
  ]);
  const more = { comment: "netlogctl:x" };
  expect(remedyFor(["no-limit"], { expr, count: 2, more, intentFile: "/root/my intent.yaml" })).toEqual([
    "# in rule x of the intent: do it",
    '"$' + "{EDITOR:-vi}\" '/root/my intent.yaml' && netlogctl rules apply -f '/root/my intent.yaml'",
  ]);
  expect(remedyFor(["no-limit"], { expr, more })).toEqual([
    "# in rule x of the intent: do it",
    "# its file is not known; then: netlogctl rules apply -f FILE",
  ]);
});

test("the intent is opened once for all that was found of its rules", () => {
  const rules = placed({ expr: [logged()], more: { comment: "netlogctl:x" } });
  const repairs = new Repairs([], "/etc/x.yaml");
  const given = { advice: "do it", repairs, netns: inNetns("blue") };
  expect(ruleRemedy(rules, { ...given, code: "no-limit" })[1]).toBe(
    '"$' + '{EDITOR:-vi}" /etc/x.yaml && netlogctl rules apply -f /etc/x.yaml --netns blue',
  );
  expect(ruleRemedy(rules, { ...given, code: "prefix-separator" })).toEqual([
    "# in rule x of the intent, with the line for no-limit: do it",
  ]);
});

test("all that was found of a rule is mended by the lines of the first", () => {
  const expr = [PORT, logged({ prefix: "a", snaplen: 0 }), { drop: null }];
  expect(remedyFor(["no-limit", "prefix-separator", "snaplen-zero", "prefix-cut"], { expr })).toEqual([
    "# ip t c rule 1 (handle 1): do it",
    "nft insert rule ip t c handle 1 'tcp dport 1 limit rate 5/minute burst 5 packets counter packets 0 bytes 0 log prefix \"a \"'",
    "nft replace rule ip t c handle 1 'tcp dport 1 drop'",
  ]);
});

describe("a verdict that stood behind a limit", () => {
  const DROP = [LIMIT, logged(), { drop: null }];
  const OVER = { limit: { rate: 9, per: "second", burst: 5, inv: true } };

  test.each<[string, object[]]>([
    ["a port", [PORT, ...DROP]],
    ["a rate that is over", [OVER, ...DROP]],
    ["a quota", [{ quota: { val: 1, val_unit: "mbytes", used: 5, used_unit: "bytes" } }, ...DROP]],
  ])("holds for all that matches %s, and that is said", (_what, expr) => {
    const [said, log, verdict, ...others] = remedyFor(["limit-log-verdict"], { expr });
    expect(said).toBe(
      "# ip t c rule 1 (handle 1): do it; drop holds then for all that matches, not only for what is within the limit",
    );
    expect(log).toMatch(
      /^nft insert rule ip t c handle 1 '.* limit rate 5\/minute burst 5 packets counter packets 0 bytes 0 log /,
    );
    expect(verdict).toMatch(/^nft replace rule ip t c handle 1 '.+ drop'$/);
    expect(others).toEqual([]);
  });

  test.each<[string, object[]]>([
    ["drop", DROP],
    ["reject", [{ counter: null }, LIMIT, logged(), { reject: null }]],
    ["jump", [LIMIT, logged(), { jump: { target: "x" } }]],
    ["drop", [LIMIT, logged(), { mangle: { key: { meta: { key: "mark" } }, value: 1 } }, { drop: null }]],
  ])("is not made one on every packet: %s", (verdict, expr) => {
    expect(remedyFor(["limit-log-verdict"], { expr })).toEqual([
      `# ip t c rule 1 (handle 1): do it; as nothing else is matched, ${verdict} would hold then for every packet: say in a match first which are meant`,
      "nft -a list chain ip t c",
    ]);
    // What else is found of the rule leaves limit and verdict together.
    const [said = "", line = "", ...others] = remedyFor(["prefix-separator", "limit-log-verdict"], {
      expr: expr.map((one) => ("log" in one ? logged({ prefix: "a" }) : one)),
    });
    expect(said).toBe("# ip t c rule 1 (handle 1): do it");
    expect(line).toMatch(/^nft replace rule .*limit rate 5\/minute burst 5 packets log prefix "a " /);
    expect(others).toEqual([]);
  });
});
