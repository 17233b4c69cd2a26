import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT, runCli } from "../helpers/cli.ts";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "netlogctl-"));
});
afterAll(() => rmSync(directory, { recursive: true }));
const rule = (more: string): string => `version: 1\nrules:\n  - { name: a, hook: input, ${more} }\n`;

/** One fault: nothing on stdout, what is wrong and what to do on stderr, nothing that a terminal acts upon, no stack. */
async function expectFault(args: string[], code: number, says: string, input?: string): Promise<void> {
  const result = await runCli(args, input === undefined ? {} : { input });
  expect(result.stdout).toBe("");
  expect(result.stderr).toMatch(/^netlogctl: [^\n]+\n( {2}[^\n]+\n)?$/);
  expect(result.stderr).not.toMatch(/\p{Cc}(?<!\n)|\u202e| at .+:\d+:\d+\)/u);
  expect(result.stderr).toContain(says);
  expect(result.code).toBe(code);
}

describe.concurrent("without root, nft and a kernel", () => {
  // Nothing can be run but node itself.
  const env = { PATH: "/nonexistent" };

  test.each([
    [["render", "-f", "fixtures/intent/router.yaml"]],
    [["render", "-f", "fixtures/intent/router.yaml", "--as", "nft"]],
    [["lint", "-f", "fixtures/intent/router.yaml"]],
    [["lint", "-f", "fixtures/rulesets/hosts/home-router.json"]],
    [["diff", "fixtures/intent/router.yaml", "fixtures/intent/router-later.yaml"]],
    [["diff", "fixtures/rulesets/hosts/spr.json", "fixtures/rulesets/hosts/spr.1.1.7.json"]],
    [["convert", "-f", "fixtures/rulesets/hosts/spr.json"]],
    [["schema"]],
    [["init", "-f", "-"]],
  ])("rules %j", async (args) => {
    const { code, stderr } = await runCli(["rules", ...args], { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });
});

describe("rules init", () => {
  test("writes what lints clean, once", async () => {
    const path = join(directory, "new.yaml");
    const { code, stdout } = await runCli([
      "rules",
      "init",
      "-f",
      path,
      "--template",
      "packet-logs",
      "--template",
      "dropped",
    ]);
    const tests = join(directory, "new.test.yaml");
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `${path} written: next netlogctl rules lint -f ${path}\n${tests} written: next netlogctl rules test ${tests}\n`,
    });
    expect((await runCli(["rules", "lint", "-f", path])).code).toBe(0);

    writeFileSync(path, "mine");
    await expectFault(["rules", "init", "-f", path], 1, "is there already");
    expect(readFileSync(path, "utf8")).toBe("mine");
    expect((await runCli(["rules", "init", "-f", path, "--force"])).code).toBe(0);
  });

  test("a template that is not there writes nothing", async () => {
    const path = join(directory, "other.yaml");
    await expectFault(["rules", "init", "-f", path, "--template", "packet-log"], 1, 'did you mean "packet-logs"?');
    expect(existsSync(path)).toBe(false);
  });
});

describe("an intent of a git revision", () => {
  test("is rendered with the templates of that revision", async () => {
    const repository = join(directory, "repository");
    const git = (...args: string[]): void =>
      void execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], { cwd: repository });
    const template = (group: number): string =>
      `{{!--\npurpose: p\nexample: "{ use: own }"\n--}}\n- { name: a, hook: input, log: { group: ${group} } }\n`;
    mkdirSync(join(repository, "templates"), { recursive: true });
    writeFileSync(join(repository, "netlog.yaml"), "version: 1\nrules: [{ use: own }]\n");
    writeFileSync(join(repository, "templates", "own.yaml.hbs"), template(1));
    git("init", "--quiet");
    git("add", ".");
    git("commit", "--quiet", "--message", "one");
    writeFileSync(join(repository, "templates", "own.yaml.hbs"), template(2));

    const { exitCode, stdout } = await (await import("execa")).execa(
      process.execPath,
      [
        `${ROOT}dist/bin/netlogctl.cjs`,
        "rules",
        "diff",
        "HEAD:netlog.yaml",
        "netlog.yaml",
        "--templates",
        "templates",
        "--format",
        "summary",
      ],
      { cwd: repository, reject: false },
    );
    expect(exitCode).toBe(0);
    expect(stdout).toContain("counter log group [-1-]{+2+}");
  });
});

describe.concurrent("bad input is one fault", () => {
  test.each<[string, string[], number, string, string?]>([
    ["nothing to apply", ["rules", "apply", "-f", "/nonexistent/netlog.yaml"], 1, "rules init drafts an intent"],
    ["no intent", ["rules", "render", "-f", "/nonexistent/netlog.yaml"], 1, "no such file"],
    ["a directory", ["rules", "render", "-f", "/tmp"], 1, "it is a directory"],
    ["nothing on standard input", ["rules", "render", "-f", "-"], 1, "standard input is empty", ""],
    ["a hostile prefix", ["rules", "render", "-f", "-"], 1, "log.prefix", rule('log: { prefix: "\\e[2J\\u202e" }')],
    ["a hostile key", ["rules", "render", "-f", "-"], 1, "\\u001b[2J: there is no such key", rule('"\\e[2J": 1')],
    [
      "a group in quotes in expr",
      ["rules", "render", "-f", "-"],
      1,
      "expr[0].log",
      rule('expr: [{ log: { group: "0" } }]'),
    ],
    ["a verdict in expr", ["rules", "render", "-f", "-"], 1, "expr[0].drop", rule("expr: [{ drop: null }]")],
    [
      "a misspelt key in expr",
      ["rules", "render", "-f", "-"],
      1,
      'expr[0].match.rigth: there is no such key (did you mean "right"?)',
      rule("expr: [{ match: { op: ==, left: { meta: { key: cpu } }, rigth: 0 } }]"),
    ],
    [
      "a quote in expr",
      ["rules", "render", "-f", "-"],
      1,
      "must not hold a double quote",
      rule("expr: [{ match: { op: ==, left: { meta: { key: iifname } }, right: 'a\"b' } }]"),
    ],
    ["a fraction", ["rules", "render", "-f", "-"], 1, "log.group", rule("log: { group: 1.0 }")],
    ["two documents", ["rules", "render", "-f", "-"], 1, "holds 2 documents", "version: 1\n---\nversion: 1\n"],
    [
      "a bomb of aliases",
      ["rules", "render", "-f", "-"],
      1,
      "uses an alias",
      "version: 1\na: &a [x, x]\nb: &b [*a, *a]\nrules: [*b, *b]\n",
    ],
    [
      "deep nesting",
      ["rules", "render", "-f", "-"],
      1,
      "cannot read standard input",
      `version: 1\nrules: ${"[".repeat(5000)}\n`,
    ],
    [
      "an unknown set",
      ["rules", "render", "-f", "-"],
      1,
      'there is no set "x" of type ip',
      rule('match: { ip: { saddr: "@x" } }'),
    ],
    [
      "a set of nft's words",
      ["rules", "render", "-f", "-"],
      1,
      "sets.counter",
      "version: 1\nsets: { counter: { type: ip } }\n",
    ],
    [
      "two limits of one name",
      ["rules", "render", "-f", "-"],
      1,
      'the limit "l" would be two different ones',
      "version: 1\nrules:\n  - { name: a, hook: input, limit: { rate: 1/second, name: l } }\n  - { name: b, hook: input, limit: { rate: 2/second, name: l } }\n",
    ],
    [
      "a device where none belongs",
      ["rules", "render", "-f", "-"],
      1,
      "device: only goes with hook ingress or egress",
      rule("device: eth0"),
    ],
    [
      "no device",
      ["rules", "render", "-f", "-"],
      1,
      "hook ingress needs a device",
      "version: 1\nrules: [{ name: a, hook: ingress }]\n",
    ],
    ["a form that is none", ["rules", "render", "-f", "-", "--as", "xml"], 2, "--as=xml"],
    ["one side", ["rules", "diff", "fixtures/intent/router.yaml"], 2, "Missing 1 required arg"],
    ["a git option", ["rules", "diff", "--", "--upload-pack=x:y", "fixtures/intent/router.yaml"], 1, "no such file"],
    [
      "a revision that is none",
      ["rules", "diff", "no-such-rev:package.json", "fixtures/intent/router.yaml"],
      1,
      "git says",
    ],
    [
      "a revision that was never applied",
      ["rules", "diff", "rev:999999999", "fixtures/intent/router.yaml"],
      1,
      "there is no revision 999999999",
    ],
    [
      "JSON that is nested too deeply",
      ["rules", "lint", "-f", "-"],
      2,
      "nested too deeply",
      `{"nftables":[${'{"a":'.repeat(2000)}1${"}".repeat(2000)}]}`,
    ],
    ["a text that includes a file", ["rules", "convert", "-f", "-"], 1, "has an include", 'include "/etc/passwd"\n'],
    [
      "a prefix that cannot be seen",
      ["rules", "render", "-f", "-"],
      1,
      "one that cannot be seen",
      rule('log: { prefix: "a\\u200b" }'),
    ],
    [
      "a mask that the value is not in",
      ["rules", "render", "-f", "-"],
      1,
      "tcp.flags",
      rule("match: { tcp: { flags: syn/fin } }"),
    ],
    [
      "a limit that the kernel cannot count",
      ["rules", "render", "-f", "-"],
      1,
      "more than the kernel can count",
      rule("limit: 1 mbytes/day"),
    ],
    [
      "a burst of more than 32 bits",
      ["rules", "render", "-f", "-"],
      1,
      "more than the kernel can count",
      rule("limit: 5 kbytes/second burst 4194304 kbytes"),
    ],
    [
      "a source that is forgotten too soon",
      ["rules", "render", "-f", "-"],
      1,
      "must be at least 3600 seconds",
      rule("limit: { rate: 5/hour burst 5, per: saddr, timeout: 60 }"),
    ],
    ["a device for an intent", ["rules", "init", "-f", "/dev/null", "--force"], 1, "it is no regular file"],
    ["standard input twice", ["rules", "diff", "-", "-"], 2, "can be read only once"],
    ["an intent to convert", ["rules", "convert", "-f", "fixtures/intent/router.yaml"], 1, "is an intent"],
    [
      "what text cannot say",
      ["rules", "convert", "-f", "-"],
      1,
      "knows no text",
      '{"nftables":[{"table":{"family":"ip","name":"t"}},{"chain":{"family":"ip","table":"t","name":"c"}},{"rule":{"family":"ip","table":"t","chain":"c","expr":[{"log":{"prefix":"a\\" drop #"}}]}}]}',
    ],
    ["lint in trouble", ["rules", "lint", "-f", "/nonexistent"], 2, "no such file"],
    ["a severity that is none", ["rules", "lint", "-f", "-", "--fail-on", "fatal"], 2, "--fail-on=fatal"],
  ])("%s", async (_what, args, code, says, input) => {
    await expectFault(args, code, says, input);
  });
});
