import fc from "fast-check";
import { expect, test } from "vitest";
import { align } from "../../../src/core/diff/align.ts";
import { alignRules } from "../../../src/core/diff/align-rules.ts";
import { itemOfRule } from "../../../src/core/diff/rule-item.ts";
import type { JsonObject } from "../../../src/core/nft/json.ts";
import { RUNS } from "../../helpers/runs.ts";

/** Rules of which some mean the same and are spelt otherwise. */
const rule = fc.record(
  {
    handle: fc.nat(3),
    comment: fc.constantFrom("a", "b", "c", "d", "e", "f"),
    expr: fc.array(
      fc.constantFrom<JsonObject>(
        { match: { op: "==", left: { meta: { key: "iifname" } }, right: { set: ["x", "y"] } } },
        { match: { op: "==", left: { meta: { key: "iifname" } }, right: { set: ["y", "x"] } } },
        { match: { op: "==", left: { meta: { key: "oifname" } }, right: "z" } },
        { counter: null },
        { counter: { packets: 1, bytes: 2 } },
        { log: { prefix: "p" } },
        { log: { prefix: "q" } },
      ),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: ["expr"] },
) as unknown as fc.Arbitrary<JsonObject>;

test("rules are aligned as their items are", () => {
  const lists = fc
    .tuple(fc.array(rule, { maxLength: 12 }), fc.array(rule, { maxLength: 6 }), fc.array(fc.nat(17), { maxLength: 14 }))
    .map(([a, more, places]) => {
      const all = [...a, ...more];
      return [a, all.length === 0 ? [] : places.map((at) => all[at % all.length] as JsonObject)] as const;
    });
  const nearlySame = fc
    .tuple(fc.array(rule, { maxLength: 12 }), fc.array(fc.tuple(fc.nat(11), fc.option(rule)), { maxLength: 3 }))
    .map(([a, edits]) => {
      const edit = (list: readonly JsonObject[], [at, put]: readonly [number, JsonObject | null]) =>
        put === null ? list.toSpliced(at, 1) : list.toSpliced(at, at % 2, put);
      return [a, edits.reduce(edit, a)] as const;
    });
  fc.assert(
    fc.property(fc.oneof(lists, nearlySame), ([a, b]) => {
      expect(alignRules(a, b)).toEqual(align(a.map(itemOfRule), b.map(itemOfRule)));
    }),
    { numRuns: 20 * RUNS },
  );
});
