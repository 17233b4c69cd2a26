import { expect, test } from "vitest";
import { chooseSites } from "../../../src/core/explain/choose.ts";
import { type LogSite, type NamedSurroundings, sitesOf } from "../../../src/core/explain/sites.ts";
import type { Machine } from "../../../src/core/model/machine.ts";
import { decodeRuleset } from "../../../src/core/nft/ruleset.ts";

const MACHINE: Machine = {
  namespace: { inode: 1, instance: 1, name: null, isBoot: true, isInitial: true },
  bindings: [
    { row: 2, logger: null, available: [] },
    { row: 10, logger: "nfnetlink_log", available: [] },
  ],
  modules: [],
  allNetns: 0,
  flows: { events: 2, acct: 0, timestamp: 0, log_invalid: 255 },
  run: { path: undefined, text: undefined, defaultLog: {} },
  persisted: { path: undefined, text: undefined, defaultLog: {} },
};
const INITIAL: NamedSurroundings = { netns: null, isInitial: true, allNetns: 0, groups: [] };

function sitesIn(items: readonly object[], surroundings = INITIAL): LogSite[] {
  return sitesOf(decodeRuleset({ nftables: items }, "test"), MACHINE, surroundings);
}

const at = { family: "ip", table: "t" };
const rule = (chain: string, ...expr: object[]): object => ({ rule: { ...at, chain, handle: 1, expr } });
const chain = (name: string, more: object = {}): object => ({ chain: { ...at, name, handle: 1, ...more } });
const HOOKED = { type: "filter", hook: "forward", prio: 0, policy: "accept" };
const TABLE = { table: { family: "ip", name: "t", handle: 1 } };

test("a chain is reached by jumps, by maps and from a chain that is, by no rule behind an end", () => {
  const vmap = { vmap: { key: { meta: { key: "mark" } }, data: { set: [[1, { goto: { target: "b" } }]] } } };
  const log = { log: { group: 3 } };
  const sites = sitesIn([
    TABLE,
    ...[chain("base", HOOKED), chain("a"), chain("b"), chain("c")],
    ...[rule("base", { jump: { target: "a" } }), rule("base", { drop: null }), rule("base", { jump: { target: "c" } })],
    ...[rule("a", vmap), rule("a", log), rule("b", log), rule("c", log)],
  ]);
  const told = sites.filter(({ kind }) => kind === "rule").map(({ place, hooks, to, why }) => [place, hooks, to, why]);
  expect(told).toEqual([
    ["ip t a rule 2", ["forward"], "nowhere", "nobody reads group 3"],
    ["ip t b rule 1", ["forward"], "nowhere", "nobody reads group 3"],
    ["ip t c rule 1", [], "nowhere", expect.stringContaining("no packet gets to its chain")],
  ]);
});

test("targets of iptables are sites, of which nft does not tell the group", () => {
  const xt = (name: string, type = "target"): object => ({ xt: { type, name } });
  const sites = sitesIn([
    TABLE,
    chain("INPUT", HOOKED),
    rule("INPUT", xt("limit", "match"), xt("LOG")),
    rule("INPUT", xt("NFLOG")),
  ]);
  expect(sites.slice(0, 2)).toMatchObject([
    { meant: "kernel", to: "kernel log", remedy: null },
    { meant: null, to: "unknown", remedy: null },
  ]);
});

test("what the kernel logs by itself follows the binding of its family", () => {
  expect(sitesIn([]).map(({ kind, family, to, why }) => [kind, family, to, why])).toEqual([
    ["conntrack-invalid", "ip", "nowhere", "no logger is bound"],
    ["conntrack-helper", "ip", "nowhere", "no logger is bound"],
    ["trace", "ip", "nowhere", "no logger is bound"],
    ["conntrack-invalid", "ip6", "nowhere", "nobody reads group 0"],
    ["conntrack-helper", "ip6", "nowhere", "nobody reads group 0"],
    ["trace", "ip6", "nowhere", "nobody reads group 0"],
  ]);
});

test("a remedy is meant for the namespace of its site", () => {
  const remedies = sitesIn([], { ...INITIAL, netns: "a b" }).map(({ remedy }) => remedy);
  expect(new Set(remedies.map((remedy) => remedy?.includes(" --netns 'a b'; ")))).toEqual(new Set([true]));
});

test("sites are chosen by prefix, group, family and end", () => {
  const sites = sitesIn([
    { table: { family: "inet", name: "t", handle: 1 } },
    { chain: { family: "inet", table: "t", name: "c", ...HOOKED } },
    { rule: { family: "inet", table: "t", chain: "c", expr: [{ log: { prefix: "wan:in ", group: 3 } }] } },
    { rule: { family: "inet", table: "t", chain: "c", expr: [{ log: { prefix: "lan:in " } }] } },
  ]);
  const prefixes = (choice: Parameters<typeof chooseSites>[1]): unknown[] =>
    chooseSites(sites, choice).flatMap(({ prefix }) => prefix ?? []);
  expect(prefixes({ prefix: "wan" })).toEqual(["wan:in "]);
  expect(prefixes({ group: 3 })).toEqual(["wan:in "]);
  expect(prefixes({ family: "ip6", prefix: "lan" })).toEqual(["lan:in "]);
  expect(prefixes({ isNowhere: true, group: 3 })).toEqual(["wan:in "]);
  expect(prefixes({ isNowhere: true, prefix: "lan" })).toEqual([]);
});
