import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { inSources } from "../../src/host/in-sources.ts";
import { ROOT } from "../helpers/cli.ts";

test("places in the bundle are told as those in the sources, others as they came", () => {
  const bundle = `${ROOT}dist/bin/bundle.cjs`;
  const [before = ""] = readFileSync(bundle, "latin1").split("this is a bug in netlogctl");
  const lines = before.split("\n");
  const place = `${bundle}:${lines.length}:${(lines.at(-1) ?? "").length}`;
  const stack = (where: string): string => `TypeError: x\n    at f (${where})\n    at node:internal/main:28:49`;
  expect(inSources(stack(place))).toMatch(
    /^TypeError: x\n {4}at f \(src\/cli\/report\.ts:\d+:\d+\)\n {4}at node:internal/,
  );
  const elsewhere = stack("/nowhere/bundle.cjs:1:1");
  expect(inSources(elsewhere)).toBe(elsewhere);
});
