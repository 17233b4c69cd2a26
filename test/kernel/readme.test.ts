import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ROOT } from "../helpers/cli.ts";
import { openLab } from "../helpers/lab.ts";

/** The shell blocks of README, in order; those marked `setup` are for a person's machine. */
function shellBlocks(): string[] {
  const readme = readFileSync(`${ROOT}README.md`, "utf8");
  return [...readme.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? "");
}

test("every command of README runs, in the order in which it stands", async () => {
  const blocks = shellBlocks();
  expect(blocks.length).toBeGreaterThan(8);

  await using lab = await openLab();
  const program = `#!/bin/sh\nexec '${process.execPath}' '${ROOT}dist/bin/netlogctl.cjs' "$@"\n`;
  const install = "mkdir /run/program && cat > /run/program/netlogctl && chmod +x /run/program/netlogctl";
  expect(await lab.run("sh", ["-c", install], program)).toMatchObject({ code: 0 });
  const preamble = [
    "set -euo pipefail",
    "cd /run",
    `export CHECKOUT='${ROOT}'`,
    'export PATH="/run/program:$PATH"',
  ].join("\n");
  for (const block of blocks) {
    const { code, stderr } = await lab.run("bash", ["-c", `${preamble}\n${block}`]);
    expect({ code, stderr: code === 0 ? "" : stderr }, block).toEqual({ code: 0, stderr: "" });
  }
});
