import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Limit } from "../../../src/core/model/limit.ts";
import { LOG_FLAGS, LOG_LEVELS, type LogStatement } from "../../../src/core/model/log-statement.ts";
import type { Json } from "../../../src/core/nft/json.ts";
import { decodeLimit, encodeLimit } from "../../../src/core/nft/limit.ts";
import { decodeLog, encodeLog } from "../../../src/core/nft/log.ts";
import { RUNS } from "../../helpers/runs.ts";

const prefix = fc.stringMatching(/^[a-z :[\]é-]{1,40}$/);
const logs: fc.Arbitrary<LogStatement> = fc.oneof(
  fc.record(
    {
      to: fc.constant("kernel" as const),
      prefix,
      level: fc.constantFrom(...LOG_LEVELS.filter((level) => level !== "warn")),
      flags: fc.subarray([...LOG_FLAGS], { minLength: 1 }),
    },
    { requiredKeys: ["to"] },
  ),
  fc.record(
    {
      to: fc.constant("group" as const),
      prefix,
      group: fc.nat(65_535),
      snaplen: fc.nat(65_531),
      queueThreshold: fc.integer({ min: 1, max: 65_535 }),
    },
    { requiredKeys: ["to", "group"] },
  ),
  fc.constant({ to: "audit" as const }),
);

const count = fc.integer({ min: 1, max: 999_999_999 });
const per = fc.constantFrom<Limit["per"]>("second", "minute", "hour", "day", "week");
const bytes = fc.constantFrom<Limit["unit"]>("bytes", "kbytes", "mbytes");
const packetLimits = fc.record({
  rate: count,
  unit: fc.constant("packets" as const),
  per,
  burst: fc.option(fc.record({ count: count.filter((burst) => burst !== 5), unit: fc.constant("packets" as const) }), {
    nil: undefined,
  }),
  isOver: fc.boolean(),
});
const byteLimits = fc.record({
  rate: count,
  unit: bytes,
  per,
  burst: fc.option(fc.record({ count, unit: bytes }), { nil: undefined }),
  isOver: fc.boolean(),
});

describe("log", () => {
  test("decoding undoes encoding", () => {
    fc.assert(
      fc.property(logs, (log) => {
        expect(decodeLog(encodeLog(log).log as Json)).toEqual(log);
      }),
      { numRuns: RUNS },
    );
  });

  test.each<[Json, LogStatement | undefined]>([
    [null, { to: "kernel" }],
    [{}, { to: "kernel" }],
    [{ level: "warn" }, { to: "kernel" }],
    [{ flags: ["skuid"] }, { to: "kernel", flags: ["skuid"] }],
    [{ flags: "all" }, { to: "kernel", flags: LOG_FLAGS }],
    [{ flags: [] }, { to: "kernel" }],
    [{ group: "0" }, undefined],
    [{ gruop: 0 }, undefined],
    [{ snaplen: 5 }, undefined],
    [{ group: 1, level: "info" }, undefined],
    [5, undefined],
  ])("%j", (json, log) => {
    expect(decodeLog(json)).toEqual(log);
  });
});

describe("limit", () => {
  test("decoding undoes encoding", () => {
    fc.assert(
      fc.property(fc.oneof(packetLimits, byteLimits), (limit) => {
        expect(decodeLimit(encodeLimit(limit) as Json)).toEqual(limit);
      }),
      { numRuns: RUNS },
    );
  });

  test.each<[Json, Limit | undefined]>([
    [
      { rate: 5, per: "minute", burst: 5 },
      { rate: 5, unit: "packets", per: "minute", burst: undefined, isOver: false },
    ],
    [
      { family: "ip", table: "t", name: "n", handle: 3, rate: 5, per: "day" },
      { rate: 5, unit: "packets", per: "day", burst: undefined, isOver: false },
    ],
    ["named", undefined],
    [null, undefined],
    [{ rate: 5, per: "minutes" }, undefined],
    [{ rate: 5, per: "minute", colour: 1 }, undefined],
  ])("%j", (json, limit) => {
    expect(decodeLimit(json)).toEqual(limit);
  });
});
