import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ROOT } from "../helpers/cli.ts";

let installed: string;
beforeEach(() => {
  installed = mkdtempSync(join(tmpdir(), "netlogctl-pack-"));
  for (const path of ["dist/bin", "package.json", "oclif.manifest.json"]) {
    cpSync(`${ROOT}${path}`, join(installed, path), { recursive: true });
  }
  symlinkSync(`${ROOT}node_modules`, join(installed, "node_modules"));
});
afterEach(() => rmSync(installed, { recursive: true }));

const inBin = (name: string): string => join(installed, "dist/bin", name);

async function status(): Promise<{ code: number | undefined; stdout: string; stderr: string }> {
  const args = [inBin("netlogctl.cjs"), "status", "--machine", `${ROOT}fixtures/machine/router`];
  const { exitCode, stdout, stderr } = await execa(process.execPath, args, { reject: false });
  return { code: exitCode, stdout, stderr };
}

describe("the program, wherever it is installed", () => {
  test("runs without the caches of another Node", async () => {
    const whole = await status();
    expect(whole).toMatchObject({ code: 0, stderr: "" });
    const index = JSON.parse(readFileSync(inBin("netlogctl.index.json"), "utf8"));
    writeFileSync(inBin("netlogctl.index.json"), JSON.stringify({ ...index, cachedBy: "another" }));
    expect(await status()).toEqual(whole);
  });

  test.each<[string, () => void]>([
    ["a pack that is gone", () => rmSync(inBin("netlogctl.pack"))],
    ["a pack that was cut off", () => truncateSync(inBin("netlogctl.pack"), 1000)],
    ["an index that is gone", () => rmSync(inBin("netlogctl.index.json"))],
    ["an empty index", () => truncateSync(inBin("netlogctl.index.json"))],
  ])("says of %s that it cannot be read, and no more", async (_, damage) => {
    damage();
    const { code, stdout, stderr } = await status();
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^netlogctl: cannot read its own program in .*\/dist\/bin: .*\n {2}install it again$/);
  });
});
