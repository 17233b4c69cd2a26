import fc from "fast-check";
import { expect, test } from "vitest";
import { printable } from "../../src/cli/printable.ts";
import { renderTable } from "../../src/cli/table.ts";
import { RUNS } from "../helpers/runs.ts";

test("control characters are spelt out, the rest stays", () => {
  expect(printable("a\u001b[31mb\n\u009bé\u202e日本")).toBe("a\\u001b[31mb\\u000a\\u009bé\\u202e日本");
});

test("nothing that a terminal acts upon is left", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
    }),
    { numRuns: RUNS },
  );
});

test("a table has its columns under one another and no blanks at the end", () => {
  expect(
    renderTable(
      ["A", "LONG"],
      [
        ["one", "1"],
        ["\u001b]0;x", ""],
      ],
    ),
  ).toBe("A           LONG\none         1\n\\u001b]0;x");
});
