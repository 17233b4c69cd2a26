import fc from "fast-check";
import { expect, test } from "vitest";
import { CaptureIndex, indexIn } from "../../../src/core/capture/capture-index.ts";
import { RUNS } from "../../helpers/runs.ts";

const INDEX = {
  ...{
    version: 1,
    file: "pcap-20261129100000.pcapng",
    link: "raw",
    from: "NFLOG group 1",
    host: "h",
    bytes: 9,
    packets: 2,
  },
  ...{ first: "2026-11-29T10:00:00.000000000Z", last: "2026-11-29T10:59:59.000000000Z" },
  ...{ prefixes: { "drop:input ": 2 }, others: 0, interfaces: ["eth0"], lost: 0, ended: "time" },
};

test("by hand an index is one where the schema says so, whatever one of its values is", () => {
  const key = fc.constantFrom(...(Object.keys(INDEX) as (keyof typeof INDEX)[]));
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(-1, 1.5, 7, "x", [], {}, [1], { a: "b" }, { a: 1 }, undefined),
  );
  fc.assert(
    fc.property(key, value, (changed, to) => {
      // Which words there are for its end, nobody asks who lists it; a prefix that never came counts 0.
      fc.pre(changed !== "ended" || typeof to !== "string");
      fc.pre(changed !== "prefixes" || !JSON.stringify(to ?? null).match(/:0\b|__proto__/));
      const index = JSON.parse(JSON.stringify({ ...INDEX, [changed]: to }));
      expect(indexIn(index)).toEqual(CaptureIndex.safeParse(index).data);
    }),
    { numRuns: RUNS },
  );
});

test("what is no object is none", () => {
  expect([null, 1, "x", [], undefined].map(indexIn)).toEqual(Array(5).fill(undefined));
});
