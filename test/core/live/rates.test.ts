import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ratesBetween, withRates } from "../../../src/core/live/rates.ts";
import { type LiveRule, liveRulesOf } from "../../../src/core/live/rows.ts";
import { decodeRuleset, type Ruleset } from "../../../src/core/nft/ruleset.ts";

interface Counted {
  readonly name: string;
  readonly handle?: number;
  readonly packets?: number;
  readonly bytes?: number;
}

function listing(...rules: Counted[]): Ruleset {
  const nftables = rules.map(({ name, handle, packets, bytes = 0 }) => ({
    rule: {
      ...{ family: "inet", table: "t", chain: "c", comment: name },
      ...(handle === undefined ? {} : { handle }),
      expr: [...(packets === undefined ? [] : [{ counter: { packets, bytes } }]), { log: { prefix: "x" } }],
    },
  }));
  return decodeRuleset({ nftables }, "f");
}

const rates = (before: readonly Counted[], after: readonly Counted[], seconds = 2) =>
  withRates(liveRulesOf(listing(...after)), liveRulesOf(listing(...before)), seconds).map(
    ({ packetsPerSecond, bytesPerSecond }) => [packetsPerSecond, bytesPerSecond],
  );
const a = (handle: number, packets: number, bytes: number): Counted => ({
  name: "netlogctl:a",
  handle,
  packets,
  bytes,
});

describe("rates", () => {
  test.each<[string, Counted[], Counted[], [number | null, number | null][]]>([
    ["of a counter that went up", [a(1, 4, 400)], [a(1, 10, 1000)], [[3, 300]]],
    ["of one that stood still", [a(1, 4, 400)], [a(1, 4, 400)], [[0, 0]]],
    ["of one that was set to 0", [a(1, 100, 9000)], [a(1, 10, 1000)], [[5, 500]]],
    ["of a rule that was replaced", [a(1, 4, 400)], [a(7, 10, 1000)], [[5, 500]]],
    ["of a rule that is new", [], [a(1, 10, 1000)], [[null, null]]],
    ["without a counter", [{ name: "netlogctl:a", handle: 1 }], [{ name: "netlogctl:a", handle: 1 }], [[null, null]]],
    ["of a counter that was put in", [{ name: "netlogctl:a", handle: 1 }], [a(2, 10, 1000)], [[5, 500]]],
    ["of two of one name, the first taken away", [a(1, 100, 100), a(2, 4, 400)], [a(2, 10, 1000)], [[3, 300]]],
    [
      "in a listing without handles, by their place",
      [{ name: "netlogctl:a", packets: 4, bytes: 400 }],
      [{ name: "netlogctl:a", packets: 10, bytes: 1000 }],
      [[3, 300]],
    ],
  ])("%s", (_what, before, after, expected) => {
    expect(rates(before, after)).toEqual(expected);
  });

  test("are not known of readings at the same moment", () => {
    expect(rates([a(1, 1, 1)], [a(1, 2, 2)], 0)).toEqual([[null, null]]);
    expect(ratesBetween(listing(a(1, 1, 1)), listing(a(1, 2, 2)), 0)).toEqual(new Map());
  });

  test("by name are the sum over the rules that carry the same mark, without others", () => {
    const other = { name: "mine", handle: 9, packets: 1, bytes: 1 };
    const b = { name: "netlogctl:b", handle: 3 };
    const before = listing(a(1, 0, 0), a(2, 10, 1000), other, b);
    const after = listing(a(1, 4, 400), a(2, 20, 2000), { ...other, packets: 5 }, b);
    expect(ratesBetween(before, after, 2)).toEqual(new Map([["a", { packetsPerSecond: 7, bytesPerSecond: 700 }]]));
  });

  test("are never below 0", () => {
    const row = fc.record({ handle: fc.nat(3), packets: fc.nat(), bytes: fc.nat() });
    const rows = fc.array(row.map((counted) => ({ name: "netlogctl:a", ...counted })));
    fc.assert(
      fc.property(rows, rows, fc.double({ min: 0.001, max: 86_400, noNaN: true }), (before, after, seconds) => {
        for (const rate of rates(before, after, seconds).flat()) expect(rate ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe("rows", () => {
  const statement = (...expr: object[]): LiveRule => {
    const own = { family: "inet", table: "t" };
    const nftables = [
      { limit: { ...own, name: "few", rate: 7, per: "minute", burst: 5, handle: 2 } },
      { set: { ...own, name: "s", type: "ipv4_addr" } },
      { rule: { ...own, chain: "c", comment: "not ours", expr: [] } },
      { rule: { ...own, chain: "c", comment: "netlogctl:a", expr } },
    ];
    const [row, ...more] = liveRulesOf(decodeRuleset({ nftables }, "f"));
    expect(more).toEqual([]);
    return row as LiveRule;
  };

  test("a rule without anything but our mark", () => {
    expect(statement()).toEqual({
      name: "a",
      place: "inet t c",
      position: 2,
      handle: null,
      prefix: null,
      destination: null,
      level: null,
      limit: null,
      packets: null,
      bytes: null,
    });
  });

  test.each<[object, Partial<LiveRule>]>([
    [{ log: null }, { destination: "kernel", level: null, prefix: null }],
    [{ log: { prefix: "x ", level: "debug" } }, { destination: "kernel", level: "debug", prefix: "x " }],
    [{ log: { level: "audit" } }, { destination: "audit", level: null }],
    [{ log: { group: 0, prefix: "" } }, { destination: "group 0", prefix: null }],
    [{ limit: { rate: 1, per: "second", burst: 5 } }, { limit: "limit rate 1/second burst 5 packets" }],
    [{ limit: { rate: 1, per: "day", burst: 9, inv: true } }, { limit: "limit rate over 1/day burst 9 packets" }],
    [{ limit: "few" }, { limit: 'limit name "few" { rate 7/minute burst 5 packets }' }],
    [{ limit: "gone" }, { limit: 'limit name "gone"' }],
    [{ quota: { val: 5, val_unit: "mbytes" } }, { limit: "quota 5 mbytes" }],
    [{ counter: null }, { packets: null, bytes: null }],
    [{ counter: "named" }, { packets: null, bytes: null }],
    [{ counter: { packets: 3, bytes: 90 } }, { packets: 3, bytes: 90 }],
  ])("%j", (one, expected) => {
    expect(statement(one)).toMatchObject(expected);
  });

  test("several limits stand one after the other; the counter behind them counts", () => {
    const row = statement(
      { counter: { packets: 9, bytes: 9 } },
      { limit: "few" },
      { limit: { rate: 1, per: "hour", burst: 5 } },
      { counter: { packets: 1, bytes: 1 } },
      { log: null },
    );
    expect(row).toMatchObject({
      limit: 'limit name "few" { rate 7/minute burst 5 packets } limit rate 1/hour burst 5 packets',
      packets: 1,
      bytes: 1,
    });
  });
});
