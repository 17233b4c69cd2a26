import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "../helpers/cli.ts";
import { openBench } from "../helpers/completion.ts";

/** A name that a shell would run, were it expanded. */
const HOSTILE = "$(touch ran)`touch ran`; touch ran";
let bench: ReturnType<typeof openBench>;
let hostile: ReturnType<typeof openBench>;

beforeAll(() => {
  bench = openBench({
    netns: ["blue", "black"],
    revision: ["rev:12", "rev:7"],
    "revision-number": ["12", "7"],
    template: ["dns"],
    group: ["3"],
    field: ["src", "sport"],
  });
  writeFileSync(join(bench.directory, "an intent.yaml"), "");
  mkdirSync(join(bench.directory, "records"));
  hostile = openBench({ netns: [HOSTILE], template: [HOSTILE] });
});
afterAll(() => {
  bench.close();
  hostile.close();
});

/** The line up to the cursor, and all that may follow. */
const LINES: readonly [string, readonly string[]][] = [
  ["netlogctl templ", ["template"]],
  ["netlogctl rules ap", ["apply"]],
  ["netlogctl rules r", ["remove", "render", "rollback"]],
  ["netlogctl help rules ro", ["rollback"]],
  ["netlogctl rules apply --confirm", ["--confirm-within"]],
  ["netlogctl rules apply --yes --y", []],
  ["netlogctl rules apply -y --y", []],
  ["netlogctl rules render --as ", ["json", "nft", "yaml"]],
  ["netlogctl rules render --as n", ["nft"]],
  ["netlogctl status --netns bl", ["black", "blue"]],
  ["netlogctl rules rollback ", ["12", "7"]],
  ["netlogctl logger bind ip nfn", ["nfnetlink_log"]],
  ["netlogctl default log ip6 u", ["user"]],
  ["netlogctl default log ip6 user group ", ["3"]],
  ["netlogctl module load nf_log_syslog nfn", ["nfnetlink_log"]],
  ["netlogctl template show d", ["dns"]],
  ["netlogctl serve i", ["import"]],
  ["netlogctl rules lint --templates rules --format s", ["sarif"]],
  ["netlogctl completion z", ["zsh"]],
  ["netlogctl nothing ", []],
];

describe("what may follow", () => {
  test.for(LINES)("in bash: %s", async ([line, expected]) => {
    expect((await bench.bash(line)).toSorted()).toEqual(expected);
  });

  test.for(LINES)("in fish: %s", async ([line, expected]) => {
    const offered = await bench.fish(line);
    const words = offered.map((each) => each.split("\t")[0] ?? "");
    const typed = line.split(" ").at(-1) ?? "";
    // fish offers, where nothing begins so, what holds the letters somewhere
    expect(words.filter((word) => word.startsWith(typed)).toSorted()).toEqual(expected);
  });

  test("bash parts words at = and :, and a list goes on behind its comma", async () => {
    expect(await bench.bash("netlogctl rules render --as=n")).toEqual(["nft"]);
    expect(await bench.bash("netlogctl rules diff rev:1")).toEqual(["12"]);
    expect(await bench.bash("netlogctl flows set acct=")).toEqual(["off", "on"]);
    expect(await bench.bash("netlogctl flows list --fields src,sp")).toEqual(["src,sport"]);
    expect(await bench.fish("netlogctl rules render --as=n")).toEqual(["--as=nft"]);
    expect(await bench.fish("netlogctl flows list --fields src,sp")).toEqual(["src,sport"]);
  });

  test("files and directories are those that are there", async () => {
    expect(await bench.fish("netlogctl rules apply -f an")).toEqual([expect.stringMatching(/^an\\? intent.yaml/)]);
    expect(await bench.fish("netlogctl status --machine rec")).toEqual([expect.stringMatching(/^records\//)]);
    expect(await bench.bash("netlogctl rules diff an")).toEqual(["an intent.yaml"]); // readline quotes it
  });

  test("what it is, is told beside it", async () => {
    expect(await bench.fish("netlogctl rules app")).toEqual([
      "apply\tMake the machine log what the intent says: all of it or nothing.",
    ]);
    expect(await bench.bash("netlogctl rules c", 63)).toContain(
      "confirm  (Keep what rules apply --confirm-within made.)",
    );
  });
});

describe.each(["bash", "zsh", "fish"] as const)("typed in %s", (shell) => {
  test("words, flags, values and files are completed", async () => {
    const called = await openAndType(shell, [
      "netlogctl rules app\t",
      "netlogctl rules apply --confirm\t60s",
      "netlogctl rules render --as j\t",
      "netlogctl rules render --as=y\t",
      "netlogctl status --netns blu\t",
      "netlogctl rules apply -f an\t",
      "netlogctl rules diff rev:1\t li\t",
      "netlogctl record rec\t",
    ]);
    expect(called).toEqual([
      "<rules><apply>",
      "<rules><apply><--confirm-within><60s>",
      "<rules><render><--as><json>",
      "<rules><render><--as=yaml>",
      "<status><--netns><blue>",
      "<rules><apply><-f><an intent.yaml>",
      "<rules><diff><rev:12><live>",
      expect.stringMatching(/^<record><records\/?>$/),
    ]);
  });

  test("a name that a shell would run is completed to itself", async () => {
    const called = await hostile.type(shell, [
      "netlogctl status --netns \t",
      "netlogctl status --netns=\t",
      "netlogctl template show \t",
    ]);
    expect(called.slice(-3)).toEqual([
      `<status><--netns><${HOSTILE}>`,
      `<status><--netns=${HOSTILE}>`,
      `<template><show><${HOSTILE}>`,
    ]);
    expect(existsSync(join(hostile.directory, "ran"))).toBe(false);
  });

  async function openAndType(which: typeof shell, lines: readonly string[]): Promise<string[]> {
    return (await bench.type(which, lines)).slice(-lines.length);
  }
});

test("in fish a hostile name is offered, and not run", async () => {
  expect(await hostile.fish("netlogctl status --netns ")).toEqual([HOSTILE]);
  expect(existsSync(join(hostile.directory, "ran"))).toBe(false);
});

describe("the command", () => {
  test("tells how a completion is installed", async () => {
    const { code, stdout } = await runCli(["completion"]);
    expect(code).toBe(0);
    for (const shell of ["bash", "zsh", "fish"]) expect(stdout).toContain(`netlogctl completion ${shell}`);
  });

  test.each(["bash", "zsh", "fish"])("prints that of %s", async (shell) => {
    const { code, stdout, stderr } = await runCli(["completion", shell]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("rules apply");
    expect(stdout).not.toContain("@WORDS@");
  });

  test("knows templates and fields, and nothing of what is not there", async () => {
    expect((await runCli(["completion", "--values", "template"])).stdout).toMatch(/^dns\ndropped\n/);
    expect((await runCli(["completion", "--values", "field"])).stdout).toContain("\nprefix\n");
    expect((await runCli(["completion", "csh"])).code).toBe(2);
  });
});
