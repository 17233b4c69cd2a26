import { describe, expect, test } from "vitest";
import { lintRuleset } from "../../../src/core/lint/lint.ts";
import { decodeRuleset } from "../../../src/core/nft/ruleset.ts";
import { type Built, codesOf, DROP, LIMIT, LOG, lint, OVER, own, PORT, SADDR } from "../../helpers/lint.ts";

describe("what other rules, chains and objects mean for a rule", () => {
  const setOf = (limit: object) => ({ set: { ...own, name: "s", type: "ipv4_addr", stmt: [limit] } });
  const look = { match: { op: "==", left: SADDR, right: "@s" } };

  test.each<[string, string, object[][], Built]>([
    ["a log at output needs no limit", "", [[LOG]], { hook: "output" }],
    ["a chain that nobody jumps to", "", [], { more: { a: [[LOG]] } }],
    ["a chain that is jumped to", "a:0 no-limit", [[{ jump: { target: "a" } }]], { more: { a: [[LOG]] } }],
    ["a jump behind a limit", "", [[LIMIT, { jump: { target: "a" } }]], { more: { a: [[LOG]] } }],
    [
      "a jump in a circle",
      "a:0 no-limit",
      [[{ goto: { target: "a" } }]],
      { more: { a: [[LOG], [{ jump: { target: "a" } }]] } },
    ],
    [
      "a verdict map",
      "a:0 no-limit",
      [[{ vmap: { key: SADDR, data: { set: [["192.0.2.1", { jump: { target: "a" } }]] } } }]],
      { more: { a: [[LOG]] } },
    ],
    [
      "a named verdict map",
      "a:0 no-limit",
      [[{ vmap: { key: SADDR, data: "@m" } }]],
      {
        more: { a: [[LOG]] },
        objects: [
          {
            map: {
              ...own,
              name: "m",
              type: "ipv4_addr",
              map: "verdict",
              elem: [["192.0.2.1", { goto: { target: "a" } }]],
            },
          },
        ],
      },
    ],
    ["a guard before it", "", [[OVER, { return: null }], [LOG]], {}],
    ["a guard of some packets only", "c:1 no-limit", [[PORT, OVER, { return: null }], [LOG]], {}],
    ["a rule that ends every packet", "c:1 no-limit, c:1 log-after-verdict", [[{ counter: null }, DROP], [LOG]], {}],
    [
      "a named limit",
      "",
      [[{ limit: "l" }, LOG]],
      { objects: [{ limit: { ...own, name: "l", rate: 5, per: "minute" } }] },
    ],
    [
      "a named limit of over",
      "limit-over",
      [[{ limit: "l" }, LOG]],
      { objects: [{ limit: { ...own, name: "l", rate: 5, per: "minute", inv: true } }] },
    ],
    ["a set that limits", "", [[look, LOG]], { objects: [setOf(LIMIT)] }],
    ["a set that only counts", "no-limit", [[look, LOG]], { objects: [setOf({ counter: null })] }],
    [
      "the same verdict right behind",
      "",
      [
        [PORT, LIMIT, LOG, DROP],
        [PORT, DROP],
      ],
      {},
    ],
    ["the verdict for all right behind", "", [[PORT, LIMIT, LOG, DROP], [DROP]], {}],
    ["the same verdict as policy", "", [[PORT, LIMIT, LOG, DROP]], { policy: "drop" }],
    ["another verdict right behind", "limit-log-verdict", [[PORT, LIMIT, LOG, DROP], [{ accept: null }]], {}],
    [
      "a prefix twice",
      "c:1 prefix-twice",
      [
        [LIMIT, LOG],
        [LIMIT, PORT, LOG],
      ],
      {},
    ],
    [
      "a prefix to two destinations",
      "",
      [
        [LIMIT, LOG],
        [LIMIT, { log: { prefix: "x: ", group: 1 } }],
      ],
      {},
    ],
    [
      "the halves of a rule",
      "",
      [
        [LIMIT, LOG],
        [LIMIT, LOG],
      ],
      { comments: ["netlogctl:a", "netlogctl:a"] },
    ],
    [
      "group 0 twice",
      "group-0, c:1 prefix-twice",
      [
        [LIMIT, { log: { group: 0, prefix: "x" } }],
        [LIMIT, { log: { group: 0, prefix: "x" } }],
      ],
      {},
    ],
    [
      "a limit for two prefixes",
      "c:1 shared-limit",
      [
        [{ limit: "l" }, LOG],
        [{ limit: "l" }, { log: { prefix: "y: " } }],
      ],
      {},
    ],
    [
      "a limit for one prefix",
      "",
      [
        [{ limit: "l" }, LOG],
        [{ limit: "l" }, LOG],
      ],
      { comments: ["netlogctl:a", "netlogctl:a"] },
    ],
  ])("%s", (_what, codes, rules, built) => {
    expect(codesOf(lint(rules, built))).toBe(codes);
  });

  test("a chain that somebody else declares is taken for its name's hook", () => {
    const rule = { rule: { ...own, chain: "INPUT", expr: [LOG] } };
    expect(lintRuleset(decodeRuleset({ nftables: [{ add: rule }] }, "f"), () => "w").map(({ code }) => code)).toEqual([
      "no-limit",
    ]);
  });
});
