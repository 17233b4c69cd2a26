import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ROOT } from "../helpers/cli.ts";
import { openLab } from "../helpers/lab.ts";

/** The shell blocks of a page, in order; those marked `setup` are for a person's machine. */
function shellBlocks(page: string): string[] {
  const text = readFileSync(`${ROOT}${page}`, "utf8");
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? "");
}

const PAGES = ["README.md", ...readdirSync(`${ROOT}docs`).map((name) => `docs/${name}`)];

test("most pages have commands", () => {
  const counts = PAGES.map((page) => shellBlocks(page).length);
  expect(counts.filter((count) => count > 0).length).toBeGreaterThan(6);
  expect(counts[0]).toBeGreaterThan(8);
});

test.each(PAGES)("every command of %s runs, in the order in which it stands", async (page) => {
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
  for (const block of shellBlocks(page)) {
    const { code, stderr } = await lab.run("bash", ["-c", `${preamble}\n${block}`]);
    expect({ code, stderr: code === 0 ? "" : stderr }, block).toEqual({ code: 0, stderr: "" });
  }
});

test.each(PAGES)("every link of %s leads to a file", (page) => {
  const text = readFileSync(`${ROOT}${page}`, "utf8");
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)#?[^)]*\)/g)].map((match) => match[1] ?? "");
  const directory = `${ROOT}${page}`.replace(/[^/]*$/, "");
  expect(links.filter((link) => link !== "" && !existsSync(`${directory}${link}`))).toEqual([]);
});
