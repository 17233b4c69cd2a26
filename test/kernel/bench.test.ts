import { execa } from "execa";
import { expect, test } from "vitest";
import { ROOT } from "../helpers/cli.ts";

interface Row {
  readonly name: string;
  readonly missing?: string;
  readonly samples?: Record<string, number[]>;
}
type Measured = Record<string, { on: Record<string, string>; groups: { title: string; rows: Row[] }[] }>;

// It takes root, a lab with the other firewalls, and changes in it.
test.skipIf(process.getuid?.() !== 0)("a benchmark measures what is there and names what is not", async () => {
  const { stdout } = await execa(process.execPath, [
    `${ROOT}bench/main.js`,
    "--json",
    "--rounds",
    "1",
    "start",
    "status",
  ]);
  const measured = JSON.parse(stdout) as Measured;
  expect(Object.entries(measured).flatMap(([name, { groups }]) => groups.map(({ title }) => [name, title]))).toEqual([
    ["start", "start"],
    ["status", "show"],
    ["status", "change"],
  ]);
  expect(measured["start"]?.on).toMatchObject({ node: process.versions.node });
  for (const { name, missing, samples } of Object.values(measured).flatMap(({ groups }) => groups[0]?.rows ?? [])) {
    if (missing !== undefined) expect(name).not.toMatch(/^(node|netlogctl|nft) /);
    else
      expect(
        Object.entries(samples ?? {}).map(([key, [value]]) => [key, (value ?? 0) > 0]),
        name,
      ).toEqual([
        ["wall", true],
        ["cpu", true],
        ["memory", true],
      ]);
  }
});
