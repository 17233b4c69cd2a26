import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT, runCli } from "../helpers/cli.ts";

const MACHINE = ["--machine", `${ROOT}fixtures/machine/router`, "--dry-run"];
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "netlogctl-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** One fault: a line that says what, a line that says what to do, nothing on stdout, no stack. */
async function expectFault(args: string[], code: number, says: string, input?: Uint8Array): Promise<void> {
  const result = await runCli([...args, ...MACHINE], input === undefined ? {} : { input });
  expect(result.stdout).toBe("");
  expect(result.stderr).toMatch(/^netlogctl: [^\n]+\n( {2}[^\n]+\n)?$/);
  expect(result.stderr).toContain(says);
  expect(result.stderr).not.toMatch(/ at .+:\d+:\d+\)/);
  expect(result.code).toBe(code);
}

describe.concurrent("words of the command line", () => {
  test.each<[string[], string]>([
    [["ipx", "kernel"], 'word 1: expected a family (ip, arp, netdev, bridge, ip6, inet), found "ipx"'],
    [["ip"], "word 2: expected"],
    [["ip ip6", "kernel"], 'found "ip ip6"'],
    [["ip", "ip6", "kernel"], 'word 2: expected "kernel", "user", "user group N" or "none", found "ip6"'],
    [["ip", "user", "group", "-1"], 'found "-1"'],
    [["ip", "user", "group", "65536"], 'found "65536"'],
    [["ip", "user", "group", "1.0"], 'found "1.0"'],
    [["ip", "user", "group", "0x1"], 'found "0x1"'],
    [["ip", "user", "group", "1 2"], 'found "1 2"'],
    [["ip", "user", "group", "1", "2"], "expected the end of the statement"],
    [["ip", "user", "group", "٣"], 'found "٣"'],
    [["ip", "user", "group"], "expected a group"],
    [["", ""], 'found ""'],
    [["ip", "kernel\u001b[2J"], 'found "kernel\\u001b[2J"'],
    [["ip", "kernel", "--no-such-flag"], "Nonexistent flag: --no-such-flag"],
    [["ip", "kernel", "--lock-timeout", "soon"], "lock-timeout"],
    [["ip", "kernel", "-f", "some"], "both -f some and the words"],
    [["--persist"], "word 1: expected a family"],
  ])("default log %j is wrong usage", async (words, says) => {
    await expectFault(["default", "log", ...words], 2, says);
  });

  test.each<[string[], string]>([
    [["nonsense"], 'there is no command "nonsense"'],
    [["logger", "bind"], "Missing 2 required args"],
    [["logger", "bind", "ip"], "Missing 1 required arg"],
    [["logger", "unbind", "ip", "ip6"], "Unexpected argument: ip6"],
    [["module", "load", "../../evil"], '"../../evil" is no module of netfilter logging'],
    [["restore", "now"], 'there is no command "restore now"'],
  ])("%j is wrong usage", async (args, says) => {
    await expectFault(args, 2, says);
  });

  test("what is missing is said at once", async () => {
    const { code, stderr } = await runCli(["archive", "fetch", "2025-08-31"]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: "netlogctl: Missing required flag to\n  see --help\n" });
  });

  test("--netns and --machine exclude each other", async () => {
    await expectFault(["default", "log", "ip", "none", "--netns", "blue"], 2, "exclude each other");
  });
});

describe.concurrent("files", () => {
  test.each<[string, string | Uint8Array, string]>([
    ["empty", "", "empty:1:1: "],
    ["only a comment", "# nothing\n", ":1:1: "],
    ["binary", new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2]), ":1:1: cannot read"],
    ["Latin-1", new Uint8Array([...Buffer.from("default log ip k"), 0xe9]), ":1:17: cannot read"],
    ["ten megabytes", "default log ip kernel\n".repeat(480_000), "it is longer than such a file can be (EFBIG)"],
    ["one long line", `default log ip ${"x".repeat(900_000)}`, ':1:16: expected "kernel"'],
    [
      "five families, the last impossible",
      "default log { ip none; arp none; netdev none; bridge none; ip6 user group 70000 }",
      ":1:75: ",
    ],
    ["twice", "default log ip kernel\ndefault log ip none\n", ":2:13: ip is given twice"],
    ["nft text", "table inet filter { }\n", ':1:1: expected "default", found "table"'],
    ["a byte order mark", "\ufeffdefault log ip kernel\n", "U+FEFF has no meaning here"],
  ])("%s", async (name, content, says) => {
    const path = join(directory, name.replaceAll(" ", "-"));
    writeFileSync(path, content);
    await expectFault(["default", "log", "-f", path], 1, says.replace("empty:", `${path}:`));
    await expectFault(
      ["default", "log", "-f", "-"],
      1,
      says.replace("empty:", "standard input:"),
      Buffer.from(content),
    );
  });

  test("a directory, and a file that is not there", async () => {
    await expectFault(["default", "log", "-f", directory], 1, "it is a directory (EISDIR)");
    await expectFault(["default", "log", "-f", join(directory, "missing")], 1, "no such file (ENOENT)");
  });

  test("a file that never ends", async () => {
    await expectFault(["default", "log", "-f", "/dev/zero"], 1, "EFBIG");
  });
});

describe.concurrent("intents and templates", () => {
  const render = (text: string) => runCli(["rules", "render", "-f", "-"], { input: text });

  test.each([
    ["nested without end", `version: 1\nrules: ${"[".repeat(20_000)}`, "cannot read standard input"],
    [
      "a key that is every object's own",
      "version: 1\nrules: [{ use: dns, with: { __proto__: { tag: X } } }]\n",
      "__proto__",
    ],
    ["a template that is a path", "version: 1\nrules: [{ use: ../dns }]\n", "rules[0].use: "],
    ["escape codes in a key", 'version: 1\n"\\e[31mx": 1\n', "\\u001b[31mx: there is no such key"],
  ])("%s", async (_what, text, says) => {
    const { code, stdout, stderr } = await render(text);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(says);
    expect(stderr).toMatch(/^netlogctl: [^\n]+\n {2}[^\n]+\n$/);
  });

  test("a directory of templates that is named and not there", async () => {
    const { code, stderr } = await runCli(["template", "list", "--templates", "/nowhere"]);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("/nowhere: no such file") });
  });

  test("what reorders text on a terminal is spelt out where it is shown", async () => {
    const listing = JSON.stringify({ nftables: [{ table: { family: "ip", name: "\u202eabc" } }] });
    for (const format of ["unified", "summary", "json", "markdown", "github"]) {
      const { code, stdout } = await runCli(["rules", "diff", "/dev/null", "-", "--format", format], {
        input: listing,
      });
      expect(code).toBe(0);
      expect(stdout).toContain("\\u202eabc");
      expect(stdout).not.toContain("\u202e");
    }
  });
});

describe.concurrent("every command", () => {
  const COMMANDS = [
    "default log",
    "logger list",
    "logger bind",
    "logger unbind",
    "module list",
    "module load",
    "netns show",
    "netns allow",
    "netns deny",
    "restore",
    "rules render",
    "rules schema",
    "service install",
    "service render",
    "status",
    "template list",
    "template show",
  ];
  test.each(COMMANDS)("%s has help with examples", async (command) => {
    const { stdout, code } = await runCli([...command.split(" "), "--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^EXAMPLES\n/m);
    expect(stdout).toMatch(/^USAGE\n/m);
  });

  test("the list of commands is whole", async () => {
    const { stdout } = await runCli(["--help"]);
    for (const topic of new Set(COMMANDS.map((command) => command.split(" ")[0]))) expect(stdout).toContain(topic);
  });

  test("no colours in a pipe, and none under NO_COLOR", async () => {
    const { stdout } = await runCli(["status", "--machine", "fixtures/machine/router"]);
    expect(stdout).not.toContain("\u001b");
    const forced = await runCli(["status", "--machine", "fixtures/machine/router"], { env: { FORCE_COLOR: "1" } });
    expect(forced.stdout).toContain("\u001b[31merror:");
  });
});
