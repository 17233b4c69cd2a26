import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pathText } from "../../../src/core/intent/positions.ts";
import type { Finding } from "../../../src/core/lint/finding.ts";
import { lintRuleset } from "../../../src/core/lint/lint.ts";
import { Fault } from "../../../src/core/model/fault.ts";
import { type Wrong, wrongInStatement } from "../../../src/core/nft/grammar.ts";
import { isObject } from "../../../src/core/nft/json.ts";
import { decodeRuleset } from "../../../src/core/nft/ruleset.ts";
import { RUNS } from "../../helpers/runs.ts";

const wrongTexts = (statement: unknown): string[] =>
  wrongInStatement(statement).map(
    ({ path, message, isUnknownKind }) => `${pathText(path)}: ${message}${isUnknownKind ? " (unknown kind)" : ""}`,
  );
const matching = (left: unknown, right: unknown = 1) => ({ match: { op: "==", left, right } });
const UNSAYABLE =
  "must not hold a double quote, a dollar sign, a backslash, a control character or one that cannot be seen";

describe("what libnftables takes for something else is wrong", () => {
  test.each<[unknown, string]>([
    [{ log: { group: "0" } }, 'log.group: expected a whole number from 0 to 65535, found "0"'],
    [{ log: { group: 1.5 } }, "log.group: expected a whole number from 0 to 65535, found 1.5"],
    [{ log: { group: 65_536 } }, "log.group: expected a whole number from 0 to 65535, found 65536"],
    [{ log: { group: -1 } }, "log.group: expected a whole number from 0 to 65535, found -1"],
    [{ log: { gruop: 1 } }, "log.gruop: there is no such key"],
    [{ log: { group: 1, queue_threshold: 5 } }, "log.queue_threshold: there is no such key"],
    [
      { log: { group: 1, "queue-threshold": 0 } },
      "log.queue-threshold: expected a whole number from 1 to 65535, found 0",
    ],
    [{ log: { group: 1, snaplen: 65_532 } }, "log.snaplen: expected a whole number from 0 to 65531, found 65532"],
    [{ log: { snaplen: 96 } }, "log.snaplen: only goes with group: the kernel drops it silently"],
    [{ log: { "queue-threshold": 5 } }, "log.queue-threshold: only goes with group: the kernel drops it silently"],
    [{ log: { group: 1, level: "info" } }, "log.level: and group exclude each other"],
    [{ log: { group: 1, flags: ["all"] } }, "log.flags: and group exclude each other"],
    [{ log: { level: "audit", prefix: "x" } }, "log.prefix: is not carried by an audit record"],
    [
      { log: { level: "warning" } },
      'log.level: expected one of emerg, alert, crit, err, warn, notice, info, debug, audit, found "warning"',
    ],
    [
      { log: { flags: "nope" } },
      'log.flags: expected one of tcp sequence, tcp options, ip options, skuid, ether, all, found "nope"',
    ],
    [{ log: { prefix: 5 } }, "log.prefix: expected a text, found 5"],
    [{ log: { prefix: "" } }, "log.prefix: must not be empty: leave it out"],
    [{ log: { prefix: 'a" drop #' } }, `log.prefix: ${UNSAYABLE}`],
    [{ log: { prefix: "x".repeat(128) } }, "log.prefix: must not be longer than 127 bytes"],
    [{ log: "x" }, 'log: expected an object, found "x"'],
    [
      { limit: { rate: 5, per: "minutes" } },
      'limit.per: expected one of second, minute, hour, day, week, found "minutes"',
    ],
    [
      { limit: { rate: "5", per: "minute" } },
      'limit.rate: expected a whole number from 0 to 18446744073709552000, found "5"',
    ],
    [{ limit: { rate: 5 } }, "limit: needs the key per"],
    [{ limit: { rate: 5, per: "minute", inv: "yes" } }, 'limit.inv: expected true or false, found "yes"'],
    [
      { limit: { rate: 5, per: "minute", rate_unit: "kbit" } },
      'limit.rate_unit: expected one of packets, bytes, kbytes, mbytes, found "kbit"',
    ],
    [
      { limit: { rate: 5, per: "minute", burst: 9, burst_unit: "kbytes" } },
      "limit.burst_unit: is passed over where rate_unit is packets",
    ],
    [{ limit: "a { drop }" }, 'limit: must be a name without blanks and signs, found "a { drop }"'],
    [{ counter: { packets: 1 } }, "counter: needs the key bytes"],
    [
      { quota: { val: 5, val_unit: "gbytes" } },
      'quota.val_unit: expected one of bytes, kbytes, mbytes, found "gbytes"',
    ],
    [{ accept: 5 }, "accept: expected null, found 5"],
    [{ jump: { target: "a; drop" } }, 'jump.target: must be a name without blanks and signs, found "a; drop"'],
    [{ reject: { type: "icmpx6" } }, 'reject.type: expected one of tcp reset, icmpx, icmp, icmpv6, found "icmpx6"'],
    [{ fwd: { dev: "eth0", addr: "192.0.2.1" } }, "fwd.addr: addr and family only go together"],
    [{ queue: { num: 1, flag: "bypass" } }, "queue.flag: there is no such key"],
    [{ set: { op: "add", elem: 1, set: "s" } }, 'set.set: expected a name behind an @, found "s"'],
    [{ set: { op: "add", elem: 1, set: "@s", stmt: [{ log: null }] } }, "set.stmt[0].log: is no counter, a limit"],
    [
      { match: { left: 1, right: 1, op: "=" } },
      'match.op: expected one of ==, !=, <, >, <=, >=, in, &, |, ^, !, found "="',
    ],
    [matching({ meta: { key: "iifname" } }, 'eth0" drop'), `match.right: ${UNSAYABLE}`],
    [matching({ meta: { key: "iifname" } }, "a$b"), `match.right: ${UNSAYABLE}`],
    [matching({ meta: { key: "iifname" } }, "a\\b"), `match.right: ${UNSAYABLE}`],
    [matching({ meta: { key: "mark" } }, 1.5), "match.right: expected a whole number, found 1.5"],
    [matching({ meta: { key: "mark" } }, null), "match.right: expected an expression, found null"],
    [matching({ meta: { key: "mark", kye: 1 } }), "match.left.meta.kye: there is no such key"],
    [
      matching({ payload: { protocol: "tcp", field: "dport", offset: 1 } }),
      "match.left.payload.offset: there is no such key",
    ],
    [matching({ payload: { base: "th", offset: "0", len: 16 } }), "match.left.payload.offset: expected a whole number"],
    [matching({ exthdr: { name: "frag", feild: "id" } }), "match.left.exthdr.feild: there is no such key"],
    [matching({ ct: { key: "saddr", family: "ip" } }), "match.left.ct.family: is passed over: it belongs into the key"],
    [matching({ symhash: { mod: 2, seed: 1 } }), "match.left.symhash.seed: there is no such key"],
    [matching({ "&": [1] }), "match.left.&: expected at least 2 in the list, found 1"],
    [matching(1, { range: [1, 2, 3] }), "match.right.range: expected 2 in the list, found 3"],
    [
      matching(1, { prefix: { addr: "10.0.0.0", len: 129 } }),
      "match.right.prefix.len: expected a whole number from 0 to 128",
    ],
    [
      matching(1, { set: ["a", { elem: { val: "b", comment: 'x"' } }] }),
      `match.right.set[1].elem.comment: ${UNSAYABLE}`,
    ],
    [matching(1, "@a b"), 'match.right: must be a name without blanks and signs, found "a b"'],
    [
      matching(1, { meta: { key: "mark" }, ct: { key: "mark" } }),
      "match.right: expected an expression, an object with one key, found 2 keys",
    ],
    [{}, ": expected a statement, an object with one key, found 0 keys"],
    [undefined, ": expected a statement, found nothing"],
    [matching({ meta: { key: "moon" } }), "(unknown kind)"],
    [matching({ payload: { protocol: "tcp", field: "colour" } }), "(unknown kind)"],
    [matching({ moon: { phase: 1 } }), "match.left.moon: is no expression (unknown kind)"],
    [{ teleport: null }, "teleport: is no statement (unknown kind)"],
    ["update @s { ip saddr }", "(unknown kind)"],
  ])("%j", (statement, text) => {
    expect(wrongTexts(statement).join("\n")).toContain(text);
  });

  test("a misspelt key comes with those that would be right", () => {
    expect(wrongInStatement({ log: { gruop: 1 } })).toEqual([
      {
        path: ["log", "gruop"],
        message: "there is no such key",
        known: ["prefix", "group", "snaplen", "queue-threshold", "level", "flags"],
        isUnknownKind: false,
      },
    ]);
  });

  test("all that is wrong is said, not only the first", () => {
    expect(wrongTexts({ log: { group: "1", snaplen: "2", colour: 3 } })).toHaveLength(3);
  });
});

describe("it never throws", () => {
  test.each([
    ["lists", (inner: unknown) => [inner]],
    ["objects", (inner: unknown) => ({ concat: [inner, 1] })],
    ["elements", (inner: unknown) => ({ elem: { val: inner } })],
  ])("however deep the %s", (_what, wrap) => {
    let value: unknown = 1;
    for (let depth = 0; depth < 100_000; depth += 1) value = wrap(value);
    expect(wrongTexts(matching(value)).join()).toMatch(/is nested too deep/);
  });

  test("whatever JSON holds", () => {
    const kinds = ["log", "limit", "match", "set", "map", "payload", "__proto__", "constructor", "elem", "concat"];
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.jsonValue(),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...kinds), tie("tree"), { maxKeys: 2, noNullPrototype: false }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => Array.isArray(wrongInStatement(value))),
      { numRuns: RUNS },
    );
  });
});

describe("the corpus", () => {
  const folder = new URL("../../../fixtures/rulesets/", import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".json"));
  const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, folder), "utf8"));

  function wrongsIn(json: unknown): Wrong[] {
    const items = isObject(json) && Array.isArray(json["nftables"]) ? json["nftables"] : [];
    const rules = items.flatMap((item) => (isObject(item) && isObject(item["rule"]) ? [item["rule"]] : []));
    return rules.flatMap(({ expr }) => (Array.isArray(expr) ? expr.flatMap((one) => wrongInStatement(one)) : []));
  }

  test.each(files.filter((file) => !file.startsWith("unknown/")))("what nft itself lists is right: %s", (file) => {
    // A prefix that the listing as text cannot hold is one that nft lists all the same.
    const isMeant = ({ isUnknownKind, path }: Wrong): boolean =>
      isUnknownKind || (file.includes("odd-bytes") && path.join(".") === "log.prefix");
    expect(wrongsIn(read(file)).filter((wrong) => !isMeant(wrong))).toEqual([]);
  });

  test.each(files)("the linter finds nothing swallowed in a listing, and reads whatever stands in one: %s", (file) => {
    const swallowed = lint(file).filter(({ code }) => code === "swallowed");
    if (!file.startsWith("unknown/")) expect(swallowed).toEqual([]);
  });

  function lint(file: string): Finding[] {
    try {
      return lintRuleset(decodeRuleset(read(file), file), () => file);
    } catch (error) {
      // Commands that need a ruleset to work upon are no ruleset.
      if (error instanceof Fault) return [];
      throw error;
    }
  }
});
