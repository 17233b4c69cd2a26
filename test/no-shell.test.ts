import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The sources of the program, by their paths from the top. */
const sources = ["src", "commands"].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((path) => ({ path: relative(ROOT, path), text: readFileSync(path, "utf8") })),
);

function where(pattern: RegExp): string[] {
  return sources
    .filter(({ text }) => pattern.test(text))
    .map(({ path }) => path)
    .sort();
}

test("all sources are looked at", () => {
  expect(sources.length).toBeGreaterThan(500);
});

test("no program is started through a shell of node's or execa's", () => {
  expect(
    where(/\bshell: *(?:true|["'`])|\bexecSync\b|\bexecaCommand|import[^;]*\bexec\b[^;]*from "node:child_process"/),
  ).toEqual([]);
  expect(where(/\bexeca\(`|\bnew Function\(|\beval\(/)).toEqual([]);
});

test("a shell is named where a script of our own is handed words, and nowhere else", () => {
  expect(where(/"(?:\/bin\/)?(?:ba|da)?sh"/)).toEqual([
    "src/core/place/shell-command.ts",
    "src/host/places/open-place.ts",
    "src/verbs/completion.ts", // for whom a completion is printed
    "src/verbs/scratch.ts",
  ]);
});

test("nobody becomes another user, and no file another's program", () => {
  expect(where(/\bset(?:e?[ug]id|groups|resuid)\b\(|\bprocess\.(?:set[eu]|initgroups)/)).toEqual([]);
  expect(where(/chmod\w*\([^)]*0o[4-7][0-7]{3}\b/)).toEqual([]);
});
