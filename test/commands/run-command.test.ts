import { describe, expect, test } from "vitest";
import { runCli } from "../helpers/cli.ts";

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

  test.each([["--version"], ["-v"], ["-V"]])("%s is the version, told at once", async (word) => {
    const { stdout } = await runCli([word]);
    expect(stdout).toMatch(/^netlogctl\/\d+\.\d+\.\d+ linux-\w+ node-v\d+\.\d+\.\d+\n$/);
    expect((await runCli([word, "more"])).stdout).toBe(stdout); // oclif's own
  });
});
