import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { inSources } from "../../src/host/in-sources.ts";
import { ROOT } from "../helpers/cli.ts";

test("places in a chunk are told as those in the sources, others as they came", () => {
  const bin = `${ROOT}dist/bin`;
  const index: { scripts: Record<string, number[]> } = JSON.parse(readFileSync(`${bin}/netlogctl.index.json`, "utf8"));
  const pack = readFileSync(`${bin}/netlogctl.pack`, "latin1");
  const at = pack.indexOf("this is a bug in netlogctl");
  const [id = "", [offset = 0] = []] =
    Object.entries(index.scripts).find(([, [from = 0, bytes = 0]]) => from <= at && at < from + bytes) ?? [];
  const lines = pack.slice(offset, at).split("\n");
  const place = `${bin}/${id}.js:${lines.length}:${(lines.at(-1) ?? "").length}`;
  const stack = (where: string): string => `TypeError: x\n    at f (${where})\n    at node:internal/main:28:49`;
  expect(inSources(stack(place))).toMatch(
    /^TypeError: x\n {4}at f \(src\/cli\/report\.ts:\d+:\d+\)\n {4}at node:internal/,
  );
  for (const elsewhere of [stack("/nowhere/dist/bin/main.js:1:1"), stack(`${bin}/none.js:1:1`)]) {
    expect(inSources(elsewhere)).toBe(elsewhere);
  }
});
