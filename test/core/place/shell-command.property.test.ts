import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readMarks, shellArguments, shellCommand } from "../../../src/core/place/shell-command.ts";
import { quoted } from "../../../src/core/shell-word.ts";
import { RUNS } from "../../helpers/runs.ts";

const MARKS = { begun: "begun-1", ended: "ended-1" };

/** Whatever a word may be: also control bytes, quotes, line breaks and what a shell would act upon; no NUL. */
const word = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom("'", '"', "\\", "$", "`", "\n", " ", "-", "*", "!", ";", "é", "\u0001", "\u007f"),
  }),
);
const words = fc.array(
  word.map((text) => text.replaceAll("\0", "")),
  { maxLength: 5 },
);

function runShell(args: readonly string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync("sh", args, { encoding: "utf8", env: { LC_ALL: "C" } });
  return { code: status, stdout, stderr };
}

test("a shell reads every word back, and a shell behind a shell does", () => {
  const script = `for word; do printf '%s\\0' "$word"; done`;
  fc.assert(
    fc.property(words, (given) => {
      const expected = given.map((one) => `${one}\0`).join("") + MARKS.ended;
      const command = shellCommand(script, given, MARKS);
      expect(runShell(shellArguments(script, given, MARKS)).stdout).toBe(expected);
      expect(runShell(["-c", command]).stdout).toBe(expected);
      expect(runShell(["-c", `sh -c ${quoted(command)}`]).stdout).toBe(expected);
    }),
    { numRuns: Math.min(RUNS, 1000) },
  );
});

test.each([
  ["true", 0, ""],
  ["exit 7", 7, ""],
  ["set -e; false; true", 1, ""],
  ["echo no such thing >&2; exit 3", 3, "no such thing"],
  ["printf 'without an end' >&2", 0, "without an end"],
  ["echo ended-1 0 >&2; exit 4", 4, "ended-1 0"],
  ["kill -9 $(sh -c 'echo $PPID')", 137, ""],
])("how the script ended is told behind all that it says: %s", (script, code, says) => {
  const { stderr } = runShell(shellArguments(script, [], MARKS));
  expect(readMarks(stderr, MARKS)).toMatchObject({ hasBegun: true, code });
  expect(readMarks(stderr, MARKS).says).toContain(says);
});

test("a script that was not begun, and one that was not ended, are told apart", () => {
  expect(readMarks("ssh: connect to host: refused\n", MARKS)).toEqual({
    hasBegun: false,
    code: undefined,
    says: "ssh: connect to host: refused",
  });
  expect(readMarks("begun-1\nhalf\nended-1", MARKS)).toMatchObject({ hasBegun: true, code: undefined });
});
