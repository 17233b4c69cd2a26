import fc from "fast-check";
import { expect, test } from "vitest";
import { type Forecast, forecastOf } from "../../../src/core/forecast/forecast.ts";
import { parseIntent } from "../../../src/core/intent/intent.ts";
import { lowerIntent } from "../../../src/core/intent/lower.ts";
import { RUNS } from "../../helpers/runs.ts";

const RATES = ["1/second", "7/second burst 2", "100/minute", "over 5/second", "900 bytes/second", "2 kbytes/minute"];
const NAMED = ["a", "b", "c"].map((name, at) => ({ name, rate: RATES[[0, 1, 4][at] ?? 0] as string }));
const PER = { rate: "3/minute", per: "saddr", size: 4, name: "p" };

const limit = fc.oneof(fc.constantFrom(...RATES), fc.constantFrom(...NAMED), fc.constant(PER));
const log = fc.oneof(
  fc.record({ prefix: fc.constantFrom("x", "longer: "), group: fc.constant(5), snaplen: fc.constantFrom(0, 20, 900) }),
  fc.record({ prefix: fc.constantFrom("x", "longer: "), level: fc.constantFrom("info", "debug") }),
);
const rule = fc.record({ log, limit: fc.array(limit, { maxLength: 3 }) });

async function forecast(rules: readonly { log: object; limit: readonly unknown[] }[]): Promise<Forecast> {
  const documents = rules.map(({ limit: limits, ...rest }, at) => ({
    name: `r${at}`,
    hook: "input",
    match: { ip: { saddr: "192.0.2.0/24" } },
    ...rest,
    ...(limits.length === 0 ? {} : { limit: limits }),
  }));
  const text = JSON.stringify({ version: 1, rules: documents });
  const intent = await parseIntent(text, "f", () => expect.unreachable());
  return forecastOf(lowerIntent(intent), new Map());
}

/** Lines, bytes and lines at once; Infinity where there is no bound. */
function bounds({ worst }: Forecast["total"]): number[] {
  const { linesPerSecond, bytesPerSecond, burstLines } = worst ?? {};
  return [linesPerSecond, bytesPerSecond, burstLines].map((one) => one ?? Number.POSITIVE_INFINITY);
}

/** But for what is lost in adding up. */
const noMore = (some: readonly number[], than: readonly number[]): boolean =>
  some.every((one, at) => one <= (than[at] ?? 0) * (1 + 1e-9) + 1e-9);

test("a limit more never makes the worst case worse", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(rule, { minLength: 1, maxLength: 6 }), fc.nat(), limit, async (rules, at, more) => {
      const index = at % rules.length;
      const tighter = rules.map((one, place) => (place === index ? { ...one, limit: [...one.limit, more] } : one));
      expect(noMore(bounds((await forecast(tighter)).total), bounds((await forecast(rules)).total))).toBe(true);
    }),
    { numRuns: RUNS },
  );
});

test("bytes of small and of large copies are added up, though they share no limit that fits both", async () => {
  const small = { log: { prefix: "x", group: 5, snaplen: 20 }, limit: [NAMED[0]] };
  const large = { log: { prefix: "y", group: 5, snaplen: 900 }, limit: ["900 bytes/second"] };
  const { rows, total } = await forecast([small, small, large]);
  const bytes = rows.map(({ worst }) => worst?.bytesPerSecond ?? 0);
  expect(total.worst?.bytesPerSecond).toBeCloseTo((bytes[0] ?? 0) + (bytes[1] ?? 0), 6);
});

test("the total is no less than any row, and no more than all of them; a rule more never makes it less", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(rule, { maxLength: 6 }), rule, async (rules, more) => {
      const { rows, total } = await forecast(rules);
      const sum = rows.map(bounds).reduce((a, b) => a.map((one, at) => one + (b[at] ?? 0)), [0, 0, 0]);
      for (const row of rows) expect(noMore(bounds(row), bounds(total))).toBe(true);
      expect(noMore(bounds(total), sum)).toBe(true);
      expect(noMore(bounds(total), bounds((await forecast([...rules, more])).total))).toBe(true);
    }),
    { numRuns: RUNS },
  );
});
