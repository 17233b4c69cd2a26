import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { load } from "js-yaml";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../helpers/cli.ts";

const CI = `${ROOT}fixtures/ci`;
let repository: string;

const git = (...args: string[]) =>
  execa("git", ["-c", "user.name=test", "-c", "user.email=test@example.org", ...args], { cwd: repository });

/** Runs a command of the job as the runner does, with netlogctl in its path. */
async function step(command: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const netlogctl = `netlogctl() { '${process.execPath}' '${ROOT}dist/bin/netlogctl.cjs' "$@"; }`;
  const { exitCode, stdout, stderr } = await execa("bash", ["-e", "-o", "pipefail", "-c", `${netlogctl}\n${command}`], {
    cwd: repository,
    reject: false,
    env: { GITHUB_BASE_REF: "main" },
  });
  return { code: exitCode ?? 128, stdout, stderr };
}

beforeAll(async () => {
  repository = mkdtempSync(join(tmpdir(), "netlogctl-ci-"));
  cpSync(`${CI}/before`, repository, { recursive: true });
  await git("init", "--quiet");
  await git("add", ".");
  await git("commit", "--quiet", "--message", "before");
  await git("update-ref", "refs/remotes/origin/main", "HEAD");
  cpSync(`${CI}/after`, repository, { recursive: true });
});
afterAll(() => rmSync(repository, { recursive: true }));

describe("the job for pull requests", () => {
  const { jobs } = load(readFileSync(`${CI}/pull-request.yml`, "utf8")) as {
    jobs: { diff: { steps: { name?: string; run?: string }[] } };
  };
  const commandOf = (name: string): string => {
    const found = jobs.diff.steps.find((one) => one.name?.startsWith(name))?.run;
    if (found === undefined) throw new Error(`the job has no step "${name}"`);
    return found;
  };

  test("lints the intent and finds nothing", async () => {
    expect(await step(commandOf("Lint"))).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("compares it with the branch that it goes to, the templates of each side with it", async () => {
    expect(await step(commandOf("Compare"))).toEqual({ code: 0, stdout: "", stderr: "" });
    const comment = readFileSync(join(repository, "comment.md"), "utf8");
    await expect(comment).toMatchFileSnapshot(`${CI}/comment.md`);
    expect(comment).toContain("limit rate [-5-]{+1+}/[-minute-]{+second+}"); // edited in a template only
  });
});
