import fc from "fast-check";
import { expect, test } from "vitest";
import { faultOfPrefix } from "../../../src/core/model/log-statement.ts";
import { Prefix } from "../../../src/core/model/prefix.ts";
import { RUNS } from "../../helpers/runs.ts";

const text = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.string({ unit: "binary", maxLength: 130 }),
  fc.constantFrom("", "a$b", 'a"', "é".repeat(64), "x".repeat(127), "x".repeat(128)),
);

test("the schema refuses a prefix for what is wrong with it", () => {
  fc.assert(
    fc.property(text, (prefix) => {
      expect(Prefix.safeParse(prefix).error?.issues[0]?.message).toBe(faultOfPrefix(prefix));
    }),
    { numRuns: RUNS },
  );
});
