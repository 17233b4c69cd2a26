import { describe, expect, test } from "vitest";
import { renderForecast } from "../../../src/cli/forecast-text.ts";
import { type Forecast, forecastOf } from "../../../src/core/forecast/forecast.ts";
import { lineBytesOf } from "../../../src/core/forecast/line-bytes.ts";
import { placedOf } from "../../../src/core/forecast/placed.ts";
import { encodeDocument } from "../../../src/core/intent/document.ts";
import { parseIntent } from "../../../src/core/intent/intent.ts";
import { type Lowered, lowerIntent } from "../../../src/core/intent/lower.ts";
import type { Rate } from "../../../src/core/live/rates.ts";
import { decodeRuleset } from "../../../src/core/nft/ruleset.ts";

const lower = async (rules: readonly string[], more = ""): Promise<Lowered> => {
  const text = `version: 1\n${more}\nrules:\n${rules.map((rule, at) => `  - { name: r${at}, ${rule} }\n`).join("")}`;
  return lowerIntent(await parseIntent(text, "f", () => expect.unreachable()));
};
const forecast = async (rules: readonly string[], measured: Record<string, Rate> = {}, more = ""): Promise<Forecast> =>
  forecastOf(await lower(rules, more), new Map(Object.entries(measured)));

const rate = (packetsPerSecond: number, bytesPerSecond: number): Rate => ({ packetsPerSecond, bytesPerSecond });
const group = (prefix: string, limit: string): string =>
  `hook: input, log: { prefix: ${prefix}, group: 5 }, limit: ${limit}`;

/** Bytes of a message of NFLOG, and of a line of the kernel log, beside a prefix and the packet. */
const MESSAGE = lineBytesOf({ to: "group", group: 5 }).overhead;
const LINE = lineBytesOf({ to: "kernel" }).overhead;

describe("the worst case of one rule", () => {
  test.each<[string, number | null, number | null]>([
    ["60/minute", 1, 5],
    ["60/minute burst 9", 1, 9],
    ["3600/hour", 1, 5],
    ["over 60/minute", null, null],
    ["[60/minute, 120/minute]", 1, 5],
    ["[120/minute burst 1, 60/minute burst 9]", 1, 1],
    ["[60/minute, over 5/hour]", 1, 5],
    ["{ rate: 60/minute, name: n }", 1, 5],
    ["{ rate: over 60/minute, name: n }", null, null],
    ["{ rate: 6/minute, per: saddr, size: 10 }", 1, 50],
    ["[{ rate: 6/minute, per: saddr, size: 10 }, 60/minute]", 1, 5],
    ["4000 bytes/second", 200, 200],
    ["4000 bytes/second burst 400 bytes", 200, 220],
    ["1 kbytes/second", 51.2, 52],
    ["2400 bytes/minute", 2, 120],
  ])("limit: %s", async (limit, lines, burst) => {
    const { worst } = (await forecast([`${group("x", limit)}, match: { ip: { saddr: 192.0.2.1 } }`])).total;
    expect([worst?.linesPerSecond ?? null, worst?.burstLines ?? null]).toEqual([lines, burst]);
  });

  test("for each of both families a set of its own", async () => {
    expect((await forecast([group("x", "{ rate: 6/minute, per: saddr, size: 10 }")])).total.worst?.linesPerSecond).toBe(
      2,
    );
  });

  test("without a limit there is none", async () => {
    expect((await forecast(["hook: input, log: { prefix: x }"])).total.worst).toBeNull();
    expect((await forecast(["hook: input, log: { prefix: x }, expr: [{ quota: { val: 5 } }]"])).total.worst).toBeNull();
  });

  test.each<[string, number]>([
    ["log: { prefix: abc, group: 5 }, limit: 1/second", MESSAGE + 3 + 1500],
    ["log: { prefix: abc, group: 5, snaplen: 96 }, limit: 1/second", MESSAGE + 3 + 96],
    ["log: { group: 5, snaplen: 0 }, limit: 1/second", MESSAGE],
    ["log: { prefix: abc, level: info }, limit: 1/second", LINE + 3],
    ["log: { prefix: é, level: info }, limit: 1/second", LINE + 2],
    ["log: { level: info, flags: [skuid, ether] }, limit: 1/second", LINE + 60],
    ["log: { level: audit }, limit: 1/second", 160],
    // As many of the smallest packets as fit, or fewer and larger ones: no more bytes than the limit has.
    ["log: { group: 5 }, limit: 4000 bytes/second", 200 * MESSAGE + 4000],
    ["log: { group: 5 }, limit: [4000 bytes/second, 1/second]", MESSAGE + 1500],
    ["log: { group: 5 }, limit: [4000 bytes/second, 10/second]", 10 * MESSAGE + 4000],
  ])("bytes of %s", async (rule, bytes) => {
    expect((await forecast([`hook: input, ${rule}`])).total.worst?.bytesPerSecond).toBeCloseTo(bytes);
  });
});

describe("the worst case of several rules", () => {
  const lines = ({ rows, total }: Forecast): (number | null)[] =>
    [...rows, total].map(({ worst }) => worst?.linesPerSecond ?? null);

  test("is the sum of their limits, by prefix and in all", async () => {
    const some = [group("a", "1/second"), group("a", "2/second"), group("b", "4/second")];
    expect(lines(await forecast(some))).toEqual([3, 4, 7]);
    expect((await forecast(some)).total.worst?.burstLines).toBe(15);
    expect(lines(await forecast([...some, "hook: input, log: { prefix: b, group: 5 }"]))).toEqual([3, null, null]);
  });

  test("counts a named limit once in the total, and once for each prefix", async () => {
    const shared = "{ rate: 5/second, name: n }";
    const some = [group("a", shared), group("a", shared), group("b", shared)];
    expect(lines(await forecast(some))).toEqual([5, 5, 5]);
    expect(lines(await forecast([...some, group("b", "1/second")]))).toEqual([5, 6, 6]);
  });

  test("takes the smallest of what rules have of their own and of what they share", async () => {
    const also = (own: string): string => `[{ rate: 10/second, name: n }, ${own}]`;
    const bare = "{ rate: 10/second, name: n }";
    expect(lines(await forecast([group("a", also("9/second")), group("b", bare)]))).toEqual([9, 10, 10]);
    expect(lines(await forecast([group("a", also("2/second")), group("b", also("3/second"))]))).toEqual([2, 3, 5]);
    const two = "[{ rate: 10/second, name: n }, { rate: 4/second, name: m }]";
    expect(lines(await forecast([group("a", two), group("b", two), group("c", bare)]))).toEqual([4, 4, 10, 10]);
  });

  test("of lines of several sizes that share a limit, all of it may be the largest", async () => {
    const shared = "limit: { rate: 10/second, name: n }";
    const rows = await forecast([
      `hook: input, log: { group: 1, snaplen: 0 }, ${shared}`,
      `hook: input, log: { group: 2, snaplen: 100 }, limit: [{ rate: 10/second, name: n }, 1/second]`,
    ]);
    expect(rows.total.worst?.bytesPerSecond).toBeCloseTo(10 * MESSAGE + 100);
  });

  test("a rule whose families go to different destinations shares its limit between both", async () => {
    const made = await forecast(
      ["hook: input, log: { prefix: x }, limit: 1/second"],
      { r0: rate(2, 200) },
      "default-log: { ip: kernel, ip6: user group 3 }",
    );
    expect(made.rows.map(({ destination, worst, measured }) => [destination, worst?.linesPerSecond, measured])).toEqual(
      [
        ["kernel", 1, { linesPerSecond: 2, bytesPerSecond: 2 * (LINE + 1) }],
        ["group 3", 1, { linesPerSecond: 2, bytesPerSecond: 2 * (MESSAGE + 1) + 200 }],
      ],
    );
    expect(made.total).toMatchObject({ rules: 1, measured: { linesPerSecond: 2 }, worst: { linesPerSecond: 1 } });
  });

  test("more shared limits that hang together than can be tried are still a bound", async () => {
    const some = Array.from({ length: 20 }, (_, at) =>
      group("a", `[{ rate: 1/second, name: n${at} }, { rate: 1/second, name: n${at + 1} }]`),
    );
    const found = (await forecast(some)).total.worst?.linesPerSecond ?? 0;
    expect(found).toBeGreaterThanOrEqual(10);
    expect(found).toBeLessThanOrEqual(20);
  });

  test("a rule before each drop has its limit for each of them, once it is known where it goes", async () => {
    const own = { family: "inet", table: "filter" };
    const drop = { rule: { ...own, chain: "input", expr: [{ drop: null }] } };
    const chain = { chain: { ...own, name: "input", type: "filter", hook: "input", prio: 0, policy: "accept" } };
    const port = { match: { op: "==", left: { payload: { protocol: "udp", field: "dport" } }, right: 9 } };
    const first = { rule: { ...own, chain: "input", expr: [port, { drop: null }] } };
    const nftables = [{ table: { family: "inet", name: "filter" } }, chain, first, drop];
    const lowered = await lower(["into: inet filter input, before: drop, log: { group: 5 }, limit: 1/second"]);
    const placed = placedOf(lowered, encodeDocument(lowered, decodeRuleset({ nftables }, "f")));
    const lines = [lowered, placed].map((one) => forecastOf(one, new Map()).total.worst?.linesPerSecond);
    expect(lines).toEqual([1, 2]);
  });
});

describe("what was measured", () => {
  test("is lines and their bytes, of a packet what is copied of it; those that were not are named", async () => {
    const made = await forecast(
      [
        "hook: input, log: { prefix: a, group: 5 }",
        "hook: input, log: { prefix: a, group: 5, snaplen: 10 }",
        "hook: input, log: { prefix: a, group: 5 }",
        "hook: input, log: { prefix: b, level: info }",
        "hook: input, log: { prefix: c }",
      ],
      { r0: rate(2, 2000), r1: rate(1, 1000), r3: rate(0, 0) },
    );
    expect(made.rows.map(({ measured, unmeasured, rules }) => [rules, measured, unmeasured])).toEqual([
      [3, { linesPerSecond: 3, bytesPerSecond: 3 * (MESSAGE + 1) + 2010 }, ["r2"]],
      [1, { linesPerSecond: 0, bytesPerSecond: 0 }, []],
      [1, null, ["r4"]],
    ]);
    expect(made.total).toMatchObject({ rules: 5, measured: { linesPerSecond: 3 }, unmeasured: ["r2", "r4"] });
  });

  test("of nothing is nothing", () => {
    const nothing = { linesPerSecond: 0, bytesPerSecond: 0, burstLines: 0 };
    expect(forecastOf({ objects: [], rules: [] }, new Map())).toEqual({
      rows: [],
      total: { rules: 0, measured: null, unmeasured: [], worst: nothing },
    });
  });
});

test("the sizes of lines are those that the kernel's formats give", () => {
  const address = "2001:0db8:0000:0000:0000:0000:0000:0001";
  const line = [
    "[12345.678901] ",
    "IN=eth0.100 OUT=eth1.2000 MAC=52:54:00:12:34:56:52:54:00:65:43:21:86:dd ",
    `SRC=${address} DST=${address} LEN=1500 TC=0 HOPLIMIT=64 FLOWLBL=123456 `,
    "PROTO=TCP SPT=54321 DPT=44333 WINDOW=64800 RES=0x00 ACK PSH URGP=0 MARK=0x1 \n",
  ].join("");
  expect(LINE - line.length).toBeGreaterThanOrEqual(0);
  expect(LINE - line.length).toBeLessThan(15);
  const seq = "SEQ=4294967295 ACK=4294967295 ".length;
  const options = `OPT (${"00".repeat(40)}) `.length;
  const all = lineBytesOf({ to: "kernel", flags: ["tcp sequence", "tcp options", "ip options"] }).overhead;
  expect(all).toBe(LINE + seq + 2 * options);
  expect(lineBytesOf({ to: "kernel", prefix: "x".repeat(127) }).overhead).toBe(LINE + 127);
});

test("for people a table with the sum, and who was not measured", async () => {
  const made = await forecast(
    [group('"ssh: "', "5/minute"), group('"ssh: "', "1/hour"), "hook: input, log: { prefix: dns }"],
    { r0: rate(0.05, 3), r2: rate(120, 12_000) },
  );
  expect(renderForecast(made)).toMatchInlineSnapshot(`
    "PREFIX   TO       RULES  NOW    BYTES      WORST     BYTES     AT ONCE
    "ssh: "  group 5  2      3/min  11.7 B/s   5.02/min  140 B/s   10
    "dns"    kernel   1      120/s  35.5 kB/s  no limit  no limit  no limit
    total             3      120/s  35.5 kB/s  no limit  no limit  no limit
    not measured: r1"
  `);
});
