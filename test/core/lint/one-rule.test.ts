import { describe, expect, test } from "vitest";
import { CODES } from "../../../src/core/lint/codes.ts";
import { lintRuleset } from "../../../src/core/lint/lint.ts";
import { decodeRuleset } from "../../../src/core/nft/ruleset.ts";
import { codesOf, DROP, LIMIT, LOG, lint, OVER, own, PORT, perSource, SADDR } from "../../helpers/lint.ts";

describe("one rule in the input chain", () => {
  test.each<[string, object[]]>([
    ["", [PORT, LIMIT, LOG]],
    ["", [PORT, LIMIT, { counter: null }, { log: { prefix: "x", group: 5, snaplen: 96, "queue-threshold": 10 } }]],
    ["", [PORT, DROP]],
    ["", [PORT, LIMIT, { accept: null }]],
    ["", [LIMIT, { log: { level: "audit" } }]],
    ["", [{ quota: { val: 5, val_unit: "mbytes" } }, LOG]],
    ["", [perSource(LIMIT), LOG]],
    ["", [{ meter: { name: "m", key: SADDR, stmt: LIMIT } }, LOG]],
    ["", [OVER, LIMIT, LOG]],
    ["", [PORT, LIMIT, LOG, { accept: null }]],
    ["no-limit", [PORT, LOG]],
    ["no-limit", [PORT, LOG, DROP]],
    ["limit-after-log", [PORT, LOG, LIMIT]],
    ["limit-after-log", [PORT, LOG, LIMIT, DROP]],
    ["limit-after-log", [LOG, { quota: { val: 5, val_unit: "mbytes" } }]],
    ["limit-over", [OVER, LOG, DROP]],
    ["limit-over", [perSource(OVER), LOG]],
    ["limit-log-verdict", [PORT, LIMIT, LOG, DROP]],
    ["limit-log-verdict", [PORT, LIMIT, LOG, { reject: null }]],
    ["two-logs", [LIMIT, { log: { prefix: "x: " } }, { log: { group: 66, snaplen: 666 } }]],
    ["", [LIMIT, { log: { prefix: "x: " } }, { log: { prefix: "x", group: 66 } }]],
    ["log-after-verdict", [LIMIT, DROP, LOG]],
    ["snaplen-without-group", [LIMIT, { log: { prefix: "x: ", snaplen: 96 } }]],
    ["snaplen-without-group", [LIMIT, { log: { prefix: "x: ", "queue-threshold": 5 } }]],
    ["group-with-level", [LIMIT, { log: { prefix: "x: ", group: 1, level: "info" } }]],
    ["group-with-level", [LIMIT, { log: { prefix: "x: ", group: 1, flags: ["all"] } }]],
    ["audit-prefix", [LIMIT, { log: { prefix: "x: ", level: "audit" } }]],
    ["group-0", [LIMIT, { log: { prefix: "x: ", group: 0 } }]],
    ["snaplen-zero", [LIMIT, { log: { prefix: "x: ", group: 1, snaplen: 0 } }]],
    ["queue-threshold-high", [LIMIT, { log: { prefix: "x: ", group: 1, "queue-threshold": 101 } }]],
    ["prefix-missing", [LIMIT, { log: null }]],
    ["prefix-missing", [LIMIT, { log: { group: 1, prefix: "" } }]],
    ["prefix-unsayable", [LIMIT, { log: { prefix: 'a" drop #' } }]],
    ["prefix-unsayable", [LIMIT, { log: { prefix: "a$b: " } }]],
    ["prefix-unsayable", [LIMIT, { log: { prefix: "a\nb: " } }]],
    ["prefix-long", [LIMIT, { log: { prefix: "é".repeat(64) } }]],
    ["prefix-cut", [LIMIT, { log: { prefix: `${"x".repeat(29)}:` } }]],
    ["prefix-cut", [LIMIT, { log: { prefix: "x".repeat(64), group: 1 } }]],
    ["", [LIMIT, { log: { prefix: "x".repeat(63), group: 1 } }]],
    ["prefix-separator", [LIMIT, { log: { prefix: "dropped" } }]],
    ["", [LIMIT, { log: { prefix: "[DROP]" } }]],
    ["prefix-missing, swallowed", [LIMIT, { log: { gruop: 1 } }]],
    ["swallowed", [LIMIT, { log: { prefix: "x: ", group: "1" } }]],
    ["swallowed", [{ limit: { rate: 5, per: "minutes" } }, LOG]],
    ["", [LIMIT, LOG, { teleport: null }]],
  ])("%s: %j", (codes, expr) => {
    expect(codesOf(lint([expr]))).toBe(codes);
  });
});

test("a finding says what, where, and whose", () => {
  const [finding] = lint([[PORT, { log: { prefix: "x: ", gruop: 1 } }, LIMIT]], {
    hook: "output",
    comments: ["netlogctl:ssh"],
  }).slice(1);
  expect(finding).toEqual({
    code: "swallowed",
    severity: "error",
    message: 'expr[1].log.gruop: there is no such key; did you mean "group"?',
    where: "c:0",
    rule: "ssh",
  });
});

test("a misspelt key of the rule itself is found", () => {
  const json = { nftables: [{ rule: { ...own, chain: "c", exp: [DROP], coment: "x", fresh: 1 } }] };
  expect(lintRuleset(decodeRuleset(json, "f"), () => "w").map(({ message }) => message)).toEqual([
    'exp: there is no such key; did you mean "expr"?',
    'coment: there is no such key; did you mean "comment"?',
  ]);
});

test("each code says why and what to do on one line", () => {
  for (const [code, { why, remedy }] of Object.entries(CODES)) {
    expect(`${code}: ${why}: ${remedy}`).toMatch(/^[a-z0-9-]+: [^\n]{20,120}: [^\n]{10,120}$/);
  }
});
