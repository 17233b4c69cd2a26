import { describe, expect, test } from "vitest";
import { takeApart } from "../../../src/core/default-log/in-text.ts";
import { Fault } from "../../../src/core/model/fault.ts";

const chain = (...lines: string[]): string => `table inet t {\n\tchain c {\n\t\t${lines.join("\n\t\t")}\n\t}\n}\n`;

/** The text with a mark behind the words of bare log statements. */
function marksIn(text: string): string {
  const { marked, sentinel } = takeApart(text, "f");
  return marked.replaceAll(` group ${sentinel}`, "<BARE>");
}

/** The fault that a text gives: where, and what. */
function faultOf(text: string): string {
  try {
    takeApart(text, "f");
  } catch (error) {
    if (error instanceof Fault) return `${error.where}: ${error.message}`;
    throw error;
  }
  return "no fault";
}

describe("log statements without a destination", () => {
  test.each([
    ["log", "log<BARE>"],
    ["log;", "log<BARE>;"],
    ["log; drop", "log<BARE>; drop"],
    ["log drop", "log<BARE> drop"],
    ["tcp dport 22 counter log accept", "tcp dport 22 counter log<BARE> accept"],
    ['log prefix "a b" counter', 'log<BARE> prefix "a b" counter'],
    ["log prefix word drop", "log<BARE> prefix word drop"],
    ["log prefix star* drop", "log<BARE> prefix star* drop"],
    ['log\tprefix"x"drop', 'log<BARE>\tprefix"x"drop'],
    ['log prefix "group 3 level warn"', 'log<BARE> prefix "group 3 level warn"'],
    ["log prefix $p drop", "log<BARE> prefix $p drop"],
    ['log prefix "$p log"', 'log<BARE> prefix "$p log"'],
    ["log # level warn", "log<BARE> # level warn"],
    ['log comment "log"', 'log<BARE> comment "log"'],
    ["log \\\n level warn", "log \\\n level warn"],
    ['log \\\n prefix "x" \\\n drop', 'log<BARE> \\\n prefix "x" \\\n drop'],
    ["tcp dport 22 \\\n log", "tcp dport 22 \\\n log<BARE>"],
    ['log log prefix "b" group 2', 'log<BARE> log prefix "b" group 2'],
    ['log prefix "a" log level info', 'log<BARE> prefix "a" log level info'],
    ["tcp dport 22log", "tcp dport 22log<BARE>"],
    ["ip saddr 1.2.3.4log", "ip saddr 1.2.3.4log<BARE>"],
    ["ip6 saddr fe80::dlog", "ip6 saddr fe80::dlog<BARE>"],
    ["ip6 saddr ::log", "ip6 saddr ::log<BARE>"],
    ["ct mark 0xfflog", "ct mark 0xfflog<BARE>"],
    ['tcp dport { 22, # log "\n 23 } log', 'tcp dport { 22, # log "\n 23 } log<BARE>'],
    ["add @s { ip saddr limit rate 3/second } log", "add @s { ip saddr limit rate 3/second } log<BARE>"],
    ["log jump level", "log<BARE> jump level"],
  ])("%j", (rule, wanted) => {
    expect(marksIn(chain(rule))).toBe(chain(wanted));
  });

  test("in commands too", () => {
    const text = 'add table t; add chain t c; add rule t c log; rule t c log prefix "a;b" # log\nt c log';
    expect(faultOf(text)).toBe("no fault");
    expect(marksIn(`${text} group 2\ninsert rule t c index 0 log drop\n`)).toBe(
      'add table t; add chain t c; add rule t c log<BARE>; rule t c log<BARE> prefix "a;b" # log\nt c log group 2\ninsert rule t c index 0 log<BARE> drop\n',
    );
  });
});

test.each([
  "log level warn",
  'log level "warn"',
  'log prefix "x" level warn',
  'log group 2 prefix "x"',
  "log flags all",
  "log flags tcp sequence,options flags ip options level warn",
  "log snaplen 64",
  "log queue-threshold 3",
  "log level audit",
  "log level $x",
  'iifname "log"',
  "iifname log*",
  "iifname log-x",
  "iifname x\\*log",
  "log-in drop",
  'comment "log"',
  "# log",
  'log prefix "a\n log \n" group 2',
  "LOG",
  "jump logging",
  "ip saddr @log_set",
  "type filter hook input priority 0; policy drop",
])("a statement that names its destination, and what is none, stands: %j", (rule) => {
  expect(marksIn(chain(rule))).toBe(chain(rule));
});

test.each([
  ["log", 65_535],
  ["log # 65535", 65_534],
  ["tcp dport 0xffff log", 65_534],
  ["tcp dport 0177777 log group 65534", 65_533],
])("the mark is a group that the text speaks of nowhere: %s", (rule, sentinel) => {
  expect(takeApart(chain(rule), "f").sentinel).toBe(sentinel);
});

test("only what leaves nothing in the kernel counts as untold", () => {
  const rules = [
    "log",
    "log level warn",
    "log level info",
    "log snaplen 9",
    "log flags all",
    "log level warn flags all",
  ];
  expect(takeApart(chain(...rules, "log group 1"), "f").logs.map(({ isUntold }) => isUntold)).toEqual([
    ...[false, true, false, true, false, false],
    false,
  ]);
});

describe("the default log in it", () => {
  const ip = { ip: { to: "kernel" } };
  test.each([
    ["default log ip kernel\n", "                     \n", ip],
    [
      "default log { ip kernel; ip6 none }\ntable t {\n}",
      "                                   \ntable t {\n}",
      { ...ip, ip6: { to: "none" } },
    ],
    ["#!/usr/sbin/nft -f\ndefault log {\n\tip kernel # log }\n}\nadd table t", undefined, ip],
    [
      "table t {\n}\ndefault log ip kernel; add table u; default log arp user",
      undefined,
      { ...ip, arp: { to: "user", group: 0 } },
    ],
    ["", "", {}],
    ["define default = 3", "define default = 3", {}],
  ])("%j", (text, nft, defaultLog) => {
    const parts = takeApart(text, "f");
    expect(parts.defaultLog).toEqual(defaultLog);
    expect(parts.nft.split("\n").map((line) => line.length)).toEqual(text.split("\n").map((line) => line.length));
    if (nft !== undefined) expect(parts.nft).toBe(nft);
  });
});

test.each([
  [
    "table t {\n}\ndefault log {\n\tip kernl\n}\n",
    'f:4:5: expected "kernel", "user", "user group N" or "none", found "kernl"',
  ],
  ["table t { }\n default log ip kernel foo", 'f:2:24: expected the end of the statement, found "foo"'],
  ["default log { ip kernel } table t {\n}\n", 'f:1:27: expected the end of the statement, found "table"'],
  [
    "default log {\nip kernel\ntable t {\n}\n",
    'f:3:1: expected a family (ip, arp, netdev, bridge, ip6, inet), found "table"',
  ],
  ["default log ip none\ntable t {\n}\ndefault log ip kernel", "f:4:13: ip is given twice, first at f:1:13"],
  ["table t {\n\tdefault log ip kernel\n}\n", "f:2:2: a default log stands in no table"],
  ["table t {default log ip kernel\n}\n", "f:1:10: a default log stands in no table"],
  ["default log ip none\n{}", "f:2:1: JSON cannot stand beside a default log"],
  ['default log ip none\n{"nftables":[]}', "f:2:1: JSON cannot stand beside a default log"],
  ["default log ip none\n\nflush ruleset\n", "f:3:1: netlogctl never flushes a ruleset"],
  ["flush ruleset ip; table t { }", "f:1:1: netlogctl never flushes a ruleset"],
  ['table t {\n include "x"\n}', "f:2:2: an include: nothing but the text itself is looked at"],
  ["monitor", "f:1:1: monitor changes nothing: only what is to be applied may stand here"],
  [
    "add rule inet t c log",
    "f:1:1: table inet t is not declared before: netlogctl changes no table but those that the file holds",
  ],
  [
    "table t { }\nadd rule ip6 t c log",
    "f:2:1: table ip6 t is not declared before: netlogctl changes no table but those that the file holds",
  ],
  [
    "destroy table t",
    "f:1:1: table ip t is not declared before: netlogctl changes no table but those that the file holds",
  ],
  ["add table t\ndelete table t", "f:2:1: table ip t is deleted and not declared again"],
  ["add table t\ndelete table t; table t {\n}", "no fault"],
  ['add table t\nadd ct helper t h { type "ftp" protocol tcp; }\nflush chain t c', "no fault"],
  ["add table t\ndelete rule t c handle 3", "f:2:1: a handle names a rule or an object of one machine"],
  ["add table t\nadd rule t c position 3 log", "f:2:1: a position names a rule or an object of one machine"],
  [
    "table t {\n chain c {\n jump {\n log\n }\n }\n}",
    "f:3:2: a chain without a name: nft cannot tell it in JSON, which is what is applied",
  ],
  ["tabel t {\n}", "no fault"],
])("refused: %j", (text, wanted) => {
  expect(faultOf(text)).toBe(wanted);
});
