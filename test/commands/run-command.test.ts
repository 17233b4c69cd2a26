import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT, runCli } from "../helpers/cli.ts";

const MACHINE = ["--machine", "fixtures/machine/router"];

describe("which command the words name", () => {
  test.each([
    [["logger", "list"], ["logger:list"]],
    [
      ["status", "--json"],
      ["status", "--json", "--"],
    ],
  ])("%j and %j are the same", async (words, others) => {
    const said = await runCli([...words.slice(0, 2), ...MACHINE]);
    expect(said).toMatchObject({ code: 0, stderr: "" });
    const [name = "", ...more] = others;
    expect(await runCli([name, ...MACHINE, ...more])).toEqual(said);
  });

  test.each([
    [["rules", "lint"], "--help"],
    [["rules", "lint"], "-h"],
    [["default", "log", "ip6"], "--help"],
  ])("%j %s is help, as with help in front", async (words, flag) => {
    const help = await runCli(["help", ...words]);
    expect(help.stdout).toContain("USAGE");
    expect(await runCli([...words, flag])).toEqual(help);
  });

  test.each([
    [["nothing"], 'there is no command "nothing"'],
    [["constructor"], 'there is no command "constructor"'],
    [["status", "now"], 'there is no command "status now"'],
    [["logger", "nothing"], 'there is no command "logger nothing"'],
    [["status", "--nothing"], "Nonexistent flag: --nothing"],
    [["status", "--", "now"], "Unexpected argument: now"],
  ])("%j is wrong usage", async (words, says) => {
    expect(await runCli(words)).toEqual({ code: 2, stdout: "", stderr: expect.stringContaining(`netlogctl: ${says}`) });
  });

  test.each([["--version"], ["-v"], ["-V"]])("%s is the versions of all that an answer depends on", async (word) => {
    const { stdout } = await runCli([word]);
    expect(stdout).toMatch(
      /^netlogctl\/\d+\.\d+\.\d+ linux-\w+ node-v\d+\.\d+\.\d+ nft-\d+\.\d+\.\d+ kernel-\d+\.\d+\S*\n$/,
    );
    expect(stdout).toContain(` node-${process.version} `);
    expect(stdout).toContain(` kernel-${release()}\n`);
    expect((await runCli([word, "more"])).stdout).toBe(stdout);
  });

  test("where nft is not installed, or is something else, the version says so", async () => {
    const directory = mkdtempSync(join(tmpdir(), "netlogctl-"));
    try {
      writeFileSync(join(directory, "nft"), "#!/bin/sh\necho something else\n", { mode: 0o755 });
      const { code, stdout } = await runCli(["--version"], { env: { PATH: directory } });
      expect([code, stdout]).toEqual([0, expect.stringContaining(" nft-none kernel-")]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test("--version --json is an object", async () => {
    const { stdout } = await runCli(["--version", "--json"]);
    expect(JSON.parse(stdout)).toEqual({
      netlogctl: expect.stringMatching(/^\d+\.\d+\.\d+/),
      platform: `linux-${process.arch}`,
      node: process.versions.node,
      v8: process.versions.v8,
      nft: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      kernel: release(),
      program: `${ROOT}dist/bin/netlogctl.cjs`,
    });
  });
});
