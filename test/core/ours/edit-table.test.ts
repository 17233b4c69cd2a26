import { describe, expect, test } from "vitest";
import { decodeRuleset, type Ruleset } from "../../../src/core/nft/ruleset.ts";
import type { Command } from "../../../src/core/ours/edit-chain.ts";
import { transactionOf } from "../../../src/core/ours/transaction.ts";

const OWN = new Set(["inet n", "netdev n"]);
const CHAIN = { type: "filter", hook: "input", prio: -5, policy: "accept" };

/** A word each: what is in the table `inet n`, all with handles as in a listing. */
const OBJECTS: Readonly<Record<string, object>> = {
  table: { table: { family: "inet", name: "n", handle: 1 } },
  dormant: { table: { family: "inet", name: "n", handle: 1, flags: "dormant" } },
  chain: { chain: named("c", CHAIN) },
  late: { chain: named("c", { ...CHAIN, prio: 5 }) },
  drops: { chain: named("c", { ...CHAIN, policy: "drop" }) },
  other: { chain: named("d", { ...CHAIN, hook: "output" }) },
  plain: { chain: named("p", {}) },
  set: { set: named("s", { type: "ipv4_addr", flags: ["interval"], elem: [prefix(8), "192.0.2.1"] }) },
  fewer: { set: named("s", { type: "ipv4_addr", flags: ["interval"], elem: [prefix(9), "192.0.2.1"] }) },
  empty: { set: named("s", { type: "ipv4_addr", flags: ["interval"] }) },
  ports: { set: named("s", { type: "inet_service" }) },
  seen: { set: named("m", { type: "ipv4_addr", flags: ["timeout"], timeout: 60, elem: ["192.0.2.7"] }) },
  unseen: { set: named("m", { type: "ipv4_addr", flags: ["timeout"], timeout: 60 }) },
  limit: { limit: named("l", { rate: 5, burst: 5, per: "minute" }) },
  faster: { limit: named("l", { rate: 9, burst: 5, per: "minute" }) },
  map: { map: named("v", { type: "ipv4_addr", map: "verdict", elem: [["192.0.2.1", { jump: { target: "p" } }]] }) },
  remap: { map: named("v", { type: "ipv4_addr", map: "verdict", elem: [["192.0.2.2", { drop: null }]] }) },
  remapped: { map: named("v", { type: "ipv6_addr", map: "verdict" }) },
  bySet: rule("by-set", 21, { match: { op: "==", left: saddr(), right: "@s" } }, { log: { prefix: "p " } }),
  byLimit: rule("by-limit", 22, { limit: "l" }, { log: { prefix: "q " } }),
  likeLimit: rule("like-limit", 23, { log: { prefix: "l" } }),
  jumps: rule("jumps", 24, { jump: { target: "p" } }),
  byMap: rule("by-map", 26, { vmap: { key: saddr(), data: "@v" } }),
  plainly: rule("plainly", 27, { log: { prefix: "r " } }),
  foreign: { rule: { ...(rule("x", 25).rule as object), comment: "somebody's", expr: [{ drop: null }] } },
};

function named(name: string, more: object): object {
  return { family: "inet", table: "n", name, handle: 9, ...more };
}
function prefix(len: number): object {
  return { prefix: { addr: "10.0.0.0", len } };
}
function saddr(): object {
  return { payload: { protocol: "ip", field: "saddr" } };
}
function rule(name: string, handle: number, ...expr: object[]): { rule: object } {
  const counter = { counter: { packets: handle, bytes: 1 } };
  return {
    rule: { family: "inet", table: "n", chain: "c", handle, comment: `netlogctl:${name}`, expr: [counter, ...expr] },
  };
}

function ruleset(words: string): Ruleset {
  const nftables = words.split(" ").flatMap((word) => (word === "" ? [] : [OBJECTS[word]]));
  return decodeRuleset({ nftables: structuredClone(nftables) }, "test");
}

/** As wanted: without handles, nothing counted. */
function wanted(words: string): Ruleset {
  const text = JSON.stringify(words.split(" ").flatMap((word) => (word === "" ? [] : [OBJECTS[word]])));
  const bare = text
    .replaceAll(/"handle":\d+,?/g, "")
    .replaceAll(/\{"packets":\d+,"bytes":\d+\}/g, "null")
    .replaceAll(",}", "}");
  return decodeRuleset({ nftables: JSON.parse(bare) }, "test");
}

function say(command: Command): string {
  const [verb = "", object = {}] = Object.entries(command)[0] ?? [];
  const [kind = "", value] = Object.entries(object)[0] as [string, Record<string, unknown>];
  const name = value["comment"] ?? value["name"] ?? "";
  const counted = /"packets":(\d+)/.exec(JSON.stringify(value))?.[1];
  const elements = kind === "element" ? ` ${JSON.stringify(value["elem"])}` : "";
  const handle = value["handle"] === undefined ? "" : ` ${value["handle"]}`;
  const index = value["index"] === undefined ? "" : ` @${value["index"]}`;
  return `${verb} ${kind}${name === "" ? "" : ` ${name}`}${handle}${index}${counted === undefined ? "" : ` #${counted}`}${elements}`;
}

const edit = (a: string, b: string): string[] => transactionOf(ruleset(a), wanted(b), OWN).map(say);

describe("the commands from one table of ours to another", () => {
  test.each<[string, string, string, string[]]>([
    ["nothing", "table set limit chain bySet byLimit", "table set limit chain bySet byLimit", []],
    ["a table that goes", "table set chain bySet", "", ["delete table n"]],
    [
      "a table that comes: what is named before what names it",
      "",
      "table chain map limit set plain bySet byLimit",
      [
        "add table n",
        "add chain c",
        "add chain p",
        "add limit l",
        "add map v",
        "add set s",
        "add rule netlogctl:by-set",
        "add rule netlogctl:by-limit",
      ],
    ],
    [
      "elements, each once",
      "table set chain bySet",
      "table fewer chain bySet",
      [`delete element s [${JSON.stringify(prefix(8))}]`, `add element s [${JSON.stringify(prefix(9))}]`],
    ],
    [
      "a set that is emptied",
      "table set chain bySet",
      "table empty chain bySet",
      [`delete element s [${JSON.stringify(prefix(8))},"192.0.2.1"]`],
    ],
    ["what packets have put into a set is not touched", "table seen chain plainly", "table unseen chain plainly", []],
    [
      "a set of another type: the rules that name it are made anew, others stay",
      "table set limit chain bySet byLimit",
      "table ports limit chain bySet byLimit",
      ["delete rule 21", "delete set s", "add set s", "insert rule netlogctl:by-set #21"],
    ],
    [
      "another limit: who names it goes on counting, a prefix of the same name is none",
      "table limit chain likeLimit byLimit plainly",
      "table faster chain likeLimit byLimit plainly",
      ["delete rule 22", "delete limit l", "add limit l", "add rule netlogctl:by-limit @0 #22"],
    ],
    [
      "a limit that goes with its rule",
      "table limit chain byLimit plainly",
      "table chain plainly",
      ["delete rule 22", "delete limit l"],
    ],
    [
      "a policy is changed in place",
      "table drops chain_ plainly".replace(" chain_", ""),
      "table chain plainly",
      ["add chain c"],
    ],
    [
      "a priority is not: the chain is made anew, and goes on counting",
      "table late plainly likeLimit",
      "table chain plainly likeLimit",
      [
        "delete rule 27",
        "delete rule 23",
        "delete chain c",
        "add chain c",
        "add rule netlogctl:plainly #27",
        "add rule netlogctl:like-limit #23",
      ],
    ],
    ["a chain that goes", "table chain other plainly", "table chain plainly", ["delete chain d"]],
    [
      "a chain that goes, with its rules",
      "table chain plainly other",
      "table other",
      ["delete rule 27", "delete chain c"],
    ],
    ["a rule of somebody's in our table", "table chain plainly foreign", "table chain plainly", ["delete rule 25"]],
    [
      "a chain of somebody's in our table, and what jumps to it",
      "table chain plain plainly jumps",
      "table chain plainly",
      ["delete rule 24", "delete chain p"],
    ],
    ["somebody has put our table to sleep", "dormant chain plainly", "table chain plainly", ["add table n"]],
    [
      "elements of a map by their keys",
      "table plain chain map byMap",
      "table plain chain remap byMap",
      ['delete element v ["192.0.2.1"]', 'add element v [["192.0.2.2",{"drop":null}]]'],
    ],
    [
      "what goes where maps may name it: the whole table is made anew, and goes on counting",
      "table plain chain map plainly byMap",
      "table plain chain remapped plainly",
      ["delete table n", "add table n", "add chain p", "add chain c", "add map v", "add rule netlogctl:plainly #27"],
    ],
  ])("%s", (_what, found, to, commands) => {
    expect(edit(found, to)).toEqual(commands);
  });

  test("a rule goes on from what it counted itself, not from what its like counted in another chain", () => {
    const on = (chain: string, handle: number): object => {
      const { rule: value } = rule("r", handle, { log: null });
      return { rule: { ...value, family: "netdev", chain } };
    };
    const head = (name: string, prio: number): object => ({
      chain: { family: "netdev", table: "n", name, dev: name, type: "filter", hook: "ingress", prio, policy: "accept" },
    });
    const table = { table: { family: "netdev", name: "n" } };
    const found = decodeRuleset({ nftables: [table, head("a", 0), head("b", 0), on("a", 1), on("b", 2)] }, "test");
    const late = decodeRuleset({ nftables: [table, head("b", 5), on("b", 0)] }, "test");
    expect(transactionOf(found, late, OWN).map(say).at(-1)).toBe("add rule netlogctl:r 0 #2");
  });
});
