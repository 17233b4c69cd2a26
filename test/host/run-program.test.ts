import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { runProgram } from "../../src/host/run-program.ts";
import { runWithInput } from "../../src/host/run-with-input.ts";
import type { Limits } from "../../src/host/time-limit.ts";

const LIMITS = { timeoutMs: 300, patienceMs: 200 };
const PATIENT = { ...LIMITS, timeoutMs: 60_000 };
/** Long enough that a test which waits for its end fails. */
const FOR_LONG = "3600";

const RUNNERS = {
  runProgram: (script: string, limits: Limits) => runProgram("sh", ["-c", script], undefined, limits),
  runWithInput: (script: string, limits: Limits) => runWithInput("sh", ["-c", script], { limits }),
};

function isAlive(pid: string): boolean {
  return /^\d+$/.test(pid) && !/^State:\s*[ZX]/m.test(statusOf(pid));
}

function statusOf(pid: string): string {
  try {
    return execFileSync("cat", [`/proc/${pid}/status`], { stdio: ["ignore", "pipe", "ignore"] }).toString();
  } catch {
    return "State: X";
  }
}

describe.each(Object.entries(RUNNERS))("%s", (_name, run) => {
  test.each([
    ["a program that hangs", `exec sleep ${FOR_LONG}`],
    ["one that does not heed SIGTERM", `trap '' TERM; while :; do sleep ${FOR_LONG}; done`],
    ["one whose child holds its output", `sleep ${FOR_LONG}; :`],
  ])("%s is ended, and that is said", async (_what, script) => {
    await expect(run(script, LIMITS)).rejects.toMatchObject({ code: "ETIMEDOUT" });
  });

  test("who has ended is not waited for because something that it left behind holds its output", async () => {
    const { code, stderr } = await run(`setsid sleep ${FOR_LONG} & echo $! >&2; exit 3`, PATIENT);
    expect(code).toBe(3);
    expect(isAlive(stderr.trim())).toBe(true);
    process.kill(Number(stderr), "SIGKILL");
  });
});

test.each(Object.entries(RUNNERS))(
  "%s: what was started and does not heed SIGTERM is ended behind it",
  async (name, run) => {
    const mark = `heeds-nothing-${process.pid}-${name}`;
    const script = `# ${mark}\n( trap '' TERM; while :; do sleep ${FOR_LONG}; done )\n:`;
    await expect(run(script, LIMITS)).rejects.toMatchObject({ code: "ETIMEDOUT" });
    const look = `grep -lsa '[h]${mark.slice(1)}' /proc/[0-9]*/cmdline || echo none`;
    await expect.poll(() => execFileSync("sh", ["-c", look]).toString()).toBe("none\n");
  },
);

test("the signal ends a program and its children", async () => {
  const ending = new AbortController();
  const ran = runProgram("sh", ["-c", `trap '' TERM; sleep ${FOR_LONG}; :`], ending.signal, PATIENT);
  ending.abort();
  await expect(ran).rejects.toMatchObject({ code: "ABORT_ERR" });
});
