import fc from "fast-check";
import { expect, test } from "vitest";
import { canonical, isSurelySame, withoutNoise } from "../../../src/core/diff/canonical.ts";
import type { Json } from "../../../src/core/nft/json.ts";
import { RUNS } from "../../helpers/runs.ts";

const key = fc.constantFrom(
  "counter",
  "packets",
  "bytes",
  "set",
  "handle",
  "index",
  "expr",
  "flags",
  "__proto__",
  "a",
  "b",
);
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Json>(null, 0, 1, "", "a"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

test("what is surely the same has the same canonical text, and what is the same but for counters surely is", () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      if (isSurelySame(a, b)) expect(canonical(a)).toBe(canonical(b));
      expect(isSurelySame(a, structuredClone(a))).toBe(true);
    }),
    { numRuns: 10 * RUNS },
  );
  const rule = (counter: Json, more: object = {}): Json => ({ expr: [{ counter }, { log: { group: 1 } }], ...more });
  expect(isSurelySame(rule(null), rule({ packets: 7, bytes: 9 }, { handle: 4 }))).toBe(true);
  expect(isSurelySame(rule(null), rule(null, { comment: "x" }))).toBe(false);
  expect(isSurelySame({ index: null }, { index: null, expr: null })).toBe(false);
  expect(isSurelySame(rule({ name: "x" } as never), rule(null))).toBe(false);
});

test("what has counted nothing is given back itself, and what has counted means the same without", () => {
  fc.assert(
    fc.property(value, (one) => {
      const told = withoutNoise(one);
      expect(canonical(told)).toBe(canonical(one));
      expect(withoutNoise(told)).toBe(told);
    }),
    { numRuns: 10 * RUNS },
  );
});
