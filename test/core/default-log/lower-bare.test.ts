import { describe, expect, test } from "vitest";
import { lowerBareLogs } from "../../../src/core/default-log/lower-bare.ts";
import type { DefaultLog } from "../../../src/core/model/default-log.ts";
import type { JsonObject } from "../../../src/core/nft/json.ts";
import { decodeRuleset, encodeRuleset } from "../../../src/core/nft/ruleset.ts";
import { rulesetText } from "../../../src/core/nft/text/ruleset.ts";

const SENTINEL = 65_000;
const BARE = { log: { group: SENTINEL } };
const PREFIXED = { log: { prefix: "x", group: SENTINEL } };
const KERNEL = { to: "kernel" } as const;
const NONE = { to: "none" } as const;
const SSH = { match: { op: "==", left: { payload: { protocol: "tcp", field: "dport" } }, right: 22 } };
const asked = (key: string, right: string, op = "=="): JsonObject => ({
  match: { op, left: { meta: { key } }, right },
});
const user = (group: number) => ({ to: "user", group }) as const;

/** The rules of a chain after lowering as nft's text, with the objects of its table, and the notes. */
function lower(
  family: string,
  defaultLog: DefaultLog,
  ...rules: object[][]
): { rules: string[]; objects: string[]; notes: readonly string[] } {
  const nftables = [
    { table: { family, name: "t" } },
    { chain: { family, table: "t", name: "c" } },
    ...rules.map((expr) => ({ rule: { family, table: "t", chain: "c", expr, comment: "mine" } })),
  ];
  const { ruleset, notes } = lowerBareLogs(decodeRuleset({ nftables }, "f"), SENTINEL, defaultLog);
  const lines = rulesetText(encodeRuleset(ruleset).nftables).split("\n");
  const at = lines.indexOf("\tchain c {");
  const inChain = lines.slice(at + 1).filter((line) => line.startsWith("\t\t"));
  return {
    rules: inChain.map((line) => line.trim().replace(' comment "mine"', "")),
    objects: lines.slice(1, at).flatMap((line) => line.trim() || []),
    notes,
  };
}

describe("a statement without a destination gets its family's", () => {
  test.each<[string, DefaultLog, string[]]>([
    ["ip", { ip: user(3), ip6: KERNEL }, ["tcp dport 22 log group 3", 'log prefix "x" group 3 drop']],
    ["ip6", { ip: user(3), ip6: KERNEL }, ["tcp dport 22 log", 'log prefix "x" drop']],
    ["bridge", { ip: user(3) }, ["tcp dport 22 log", 'log prefix "x" drop']],
    ["netdev", { netdev: user(0) }, ["tcp dport 22 log group 0", 'log prefix "x" group 0 drop']],
    ["arp", { arp: NONE }, ["drop"]],
    ["inet", { ip: user(3), ip6: user(3) }, ["tcp dport 22 log group 3", 'log prefix "x" group 3 drop']],
    ["inet", { ip6: KERNEL }, ["tcp dport 22 log", 'log prefix "x" drop']],
    ["inet", { ip: NONE, ip6: NONE }, ["drop"]],
    [
      "inet",
      { ip: user(3) },
      [
        "tcp dport 22 meta nfproto ipv4 log group 3",
        "tcp dport 22 meta nfproto ipv6 log",
        'meta nfproto ipv4 log prefix "x" group 3 drop',
        'meta nfproto ipv6 log prefix "x" drop',
      ],
    ],
    [
      "inet",
      { ip: user(3), ip6: NONE },
      [
        "tcp dport 22 meta nfproto ipv4 log group 3",
        'meta nfproto ipv4 log prefix "x" group 3 drop',
        "meta nfproto ipv6 drop",
      ],
    ],
  ])("%s, %j", (family, defaultLog, wanted) => {
    expect(lower(family, defaultLog, [SSH, BARE], [PREFIXED, { drop: null }])).toEqual({
      rules: wanted,
      objects: [],
      notes: [],
    });
  });

  test("others stand, also rules without statements", () => {
    const given = [
      [{ log: null }],
      [{ log: { group: 3 } }],
      [{ log: { level: "info", prefix: "x" } }],
      [SSH],
      [{ counter: null }],
    ];
    expect(lower("ip", { ip: NONE }, ...given).rules).toEqual([
      "log",
      "log group 3",
      'log prefix "x" level info',
      "tcp dport 22",
      "counter",
    ]);
  });

  test("what counts stays without its log statement, what only looks goes", () => {
    const limit = { limit: { rate: 1, per: "second" } };
    const given = [
      [limit, BARE],
      [{ counter: null }, BARE],
      [{ limit: "shared" }, BARE],
      [BARE, BARE],
      [SSH, BARE, { log: { group: 1 } }],
    ];
    expect(lower("ip", { ip: NONE }, ...given).rules).toEqual([
      "counter",
      'limit name "shared"',
      "tcp dport 22 log group 1",
    ]);
  });
});

test.each<[string, object[], string]>([
  ["3", [asked("nfproto", "ipv4"), BARE], "meta nfproto ipv4 log group 3"],
  ["6", [asked("nfproto", "ipv6"), BARE], "meta nfproto ipv6 log group 6"],
  ["6", [asked("nfproto", "ipv4", "!="), BARE], "meta nfproto != ipv4 log group 6"],
  ["3", [asked("protocol", "ip"), BARE], "meta protocol ip log group 3"],
  ["3", [asked("protocol", "ip6", "!="), BARE], "meta protocol != ip6 log group 3"],
  [
    "6",
    [{ match: { op: "==", left: { payload: { protocol: "ip6", field: "saddr" } }, right: "::1" } }, BARE],
    "ip6 saddr ::1 log group 6",
  ],
  [
    "3",
    [BARE, { reject: { type: "icmp", expr: "port-unreachable" } }],
    "log group 3 reject with icmp port-unreachable",
  ],
  ["6", [BARE, { reject: { type: "icmpv6", expr: "no-route" } }], "log group 6 reject with icmpv6 no-route"],
  ["3", [BARE, { dnat: { family: "ip", addr: "10.0.0.1" } }], "log group 3 dnat ip to 10.0.0.1"],
])("a rule of an inet table that is tied to one family stays one: group %s", (_group, expr, wanted) => {
  expect(lower("inet", { ip: user(3), ip6: user(6) }, expr).rules).toEqual([wanted]);
});

describe("a rule that becomes two", () => {
  const differing = { ip: user(3), ip6: KERNEL };
  const limit = { limit: { rate: 5, per: "minute", inv: true } };

  test("shares its limits, each under a name of its own", () => {
    expect(lower("inet", differing, [SSH, limit, limit, BARE, { drop: null }], [limit, BARE])).toEqual({
      rules: [
        'tcp dport 22 meta nfproto ipv4 limit name "log-limit-1" limit name "log-limit-2" log group 3 drop',
        'tcp dport 22 meta nfproto ipv6 limit name "log-limit-1" limit name "log-limit-2" log drop',
        'meta nfproto ipv4 limit name "log-limit-3" log group 3',
        'meta nfproto ipv6 limit name "log-limit-3" log',
      ],
      objects: [1, 2, 3].flatMap((n) => [`limit log-limit-${n} {`, "rate over 5/minute burst 5 packets", "}"]),
      notes: [
        'a rule in inet t c becomes two, for ip and ip6 log to different places: they share the limit "log-limit-1"; they share the limit "log-limit-2"',
        'a rule in inet t c becomes two, for ip and ip6 log to different places: they share the limit "log-limit-3"',
      ],
    });
  });

  test("has a counter and a quota twice, and a note of it", () => {
    const { rules, notes } = lower("inet", differing, [
      { counter: null },
      { quota: { val: 5, val_unit: "bytes" } },
      BARE,
    ]);
    expect(rules).toEqual([
      "meta nfproto ipv4 counter quota 5 bytes log group 3",
      "meta nfproto ipv6 counter quota 5 bytes log",
    ]);
    expect(notes).toEqual([
      "a rule in inet t c becomes two, for ip and ip6 log to different places: each has its own counter and quota, for its family alone",
    ]);
  });

  test("keeps its own limit where one family does not log, for nothing is left of the other", () => {
    expect(lower("inet", { ip: NONE, ip6: user(1) }, [limit, BARE])).toEqual({
      rules: ["meta nfproto ipv6 limit rate over 5/minute burst 5 packets log group 1"],
      objects: [],
      notes: [],
    });
  });
});
