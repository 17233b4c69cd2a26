import { execa } from "execa";
import { expect, test } from "vitest";
import { MAIN } from "../helpers/lab.ts";

const NOBODY = ["--reuid=65534", "--regid=65534", "--clear-groups", "--"];

/** netlogctl in the machine's own namespace as a user without any capability. */
async function asUser(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = [process.execPath, MAIN, ...args];
  const [file = "", ...rest] = process.getuid?.() === 0 ? ["setpriv", ...NOBODY, ...command] : command;
  const { exitCode, stdout, stderr } = await execa(file, rest, { reject: false, stdin: "ignore" });
  return { code: exitCode ?? 128, stdout, stderr };
}

test("reading works", async () => {
  for (const args of [
    ["default", "log"],
    ["status"],
    ["logger", "list"],
    ["module", "list"],
    ["netns", "show"],
    ["flows", "settings"],
  ]) {
    expect(await asUser(...args)).toMatchObject({ code: 0, stderr: "" });
  }
});

test("what only root may see is said to be so", async () => {
  expect((await asUser("status")).stdout).toContain("NFLOG groups: only root may see them");
  const { stdout, stderr } = await asUser("doctor", "--fail-on", "never");
  expect(stderr).toBe("");
  expect(stdout.match(/\(root only\); who reads which group \(root only\) \[not-seen\]/g)).toHaveLength(1);
});

test.each([
  [["default", "log", "ip", "kernel"]],
  [["logger", "bind", "ip", "nfnetlink_log"]],
  [["logger", "unbind", "ip"]],
  [["netns", "allow"]],
  [["module", "load", "nfnetlink_log"]],
  [["flows", "set", "acct=on"]],
  [["restore"]],
])("%j is a fault that names the capability", async (args) => {
  const { code, stdout, stderr } = await asUser(...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^netlogctl: .*permission denied \(EACCES\)\n {2}run it as root \(CAP_NET_ADMIN\)/);
});

test("a plan can be seen without any privilege", async () => {
  expect((await asUser("default", "log", "ip", "none", "--dry-run")).stdout).toMatch(/^would change:\n/);
});
