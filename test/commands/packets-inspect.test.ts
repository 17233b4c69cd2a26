import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { parseTestFile } from "../../src/core/log-test/test-file.ts";
import { ROOT, runCli } from "../helpers/cli.ts";
import { batchOf, TrialStore } from "../helpers/stored.ts";
import { endTerminals, openTerminal, PROGRAM, type TerminalOptions, type TerminalRun } from "../helpers/terminal.ts";

const EVENTS = "fixtures/inspect/events.ndjson";
const FOLDER = mkdtempSync(join(tmpdir(), "netlogctl-inspect-"));
const [ESCAPE, CTRL_C, PAGE_UP] = ["\u001b", "\u0003", "\u001b[5~"];
/** xterm: the cursor is shown, long lines are wrapped, the screen that was there before. */
const RESTORED = "\u001b[?7h\u001b[?25h\u001b[?1049l";

afterEach(endTerminals);
afterAll(() => rmSync(FOLDER, { recursive: true }));

async function inspect(args: readonly string[] = [EVENTS], options: TerminalOptions = {}): Promise<TerminalRun> {
  const terminal = await openTerminal([...PROGRAM, "packets", "inspect", ...args], options);
  await terminal.until(options.columns === undefined ? "all read" : "38 events");
  return terminal;
}

async function expectScreen(screen: string, name: string): Promise<void> {
  await expect(screen).toMatchFileSnapshot(`${ROOT}fixtures/inspect/${name}.txt`);
}

/** With a filter that leaves one event, so that it is the chosen one. */
async function inspectOne(where: string, options?: TerminalOptions): Promise<TerminalRun> {
  const terminal = await inspect([EVENTS, "--where", where], options);
  await terminal.until("shown");
  return terminal;
}

async function expectEnded(terminal: TerminalRun, code: number): Promise<void> {
  expect(await terminal.ended).toBe(code);
  expect(terminal.written()).toContain(RESTORED);
}

describe("what is on the screen", () => {
  test("a list that follows, and stays where one goes", async () => {
    const terminal = await inspect();
    await expectScreen(await terminal.until("203.0.113.30"), "10-list");
    terminal.send("g");
    await expectScreen(await terminal.until("> 11:37:01"), "11-oldest");
    terminal.send("jjjj");
    await terminal.until("> 11:37:05");
    terminal.send("G");
    await terminal.until("> 11:37:39");
    terminal.send(PAGE_UP);
    await terminal.until((screen) => !screen.includes("> 11:37:39"));
    terminal.send("q");
    await expectEnded(terminal, 0);
  });

  test("a filter of words, and an expression while it is typed", async () => {
    const terminal = await inspect();
    terminal.send("/ssh");
    await expectScreen(await terminal.until(/ 12 shown[\s\S]* words$/m), "20-filter-words");
    terminal.send("\u0015dport = 22");
    await expectScreen(await terminal.until(/ 12 shown[\s\S]* expression$/m), "21-filter-expression");
    terminal.send(" and ");
    await expectScreen(await terminal.until("expected"), "22-filter-unfinished");
    terminal.send("src in 203.0.113.0/28\r");
    await expectScreen(await terminal.until(/ 6 shown[\s\S]*\/dport = 22 and src in 203.0.113.0\/28$/m), "23-filter");
    terminal.send(ESCAPE);
    await terminal.until((screen) => !screen.includes("shown"));
    terminal.send(CTRL_C);
    await expectEnded(terminal, 0);
  });

  test("all of an event, with its bytes; the next one", async () => {
    const terminal = await inspect([EVENTS, "--prefix", "accept:*"]);
    await terminal.until("2 shown");
    terminal.send("k\r");
    await expectScreen(await terminal.until("1 to 22"), "30-details");
    terminal.send("G");
    await expectScreen(await terminal.until("0030"), "31-details-bytes");
    terminal.send("n");
    await terminal.until(/^kind +loss$/m);
    terminal.send("p");
    await terminal.until(/^kind +packet$/m);
    terminal.send(ESCAPE);
    await terminal.until("2 shown");
  });

  test("flows that are stored among packets, and all of one", async () => {
    const store = new TrialStore();
    const text = readFileSync(`${ROOT}fixtures/trail/events.ndjson`, "utf8").trimEnd();
    const writer = await store.write();
    writer.add(
      batchOf(
        text.split("\n").map((line) => JSON.parse(line)),
        1_790_000_000_000_000,
      ),
    );
    writer.commit(Date.now());
    const terminal = await openTerminal([...PROGRAM, "packets", "inspect", "--store", store.file]);
    await expectScreen(await terminal.until("10:33:00"), "90-flows");
    terminal.send("/change = destroy and reply.dst = 192.0.2.1\r");
    await terminal.until("2 shown");
    terminal.send("G\r");
    await expectScreen(await terminal.until(/^change +destroy$/m), "91-flow-details");
    terminal.send("q");
    store.remove();
  });

  test("keys, at once", async () => {
    const terminal = await inspect();
    terminal.send("?");
    await expectScreen(await terminal.until("match of nft"), "40-keys");
  });

  test("a small screen, and one that becomes small", async () => {
    const terminal = await inspect();
    terminal.resize(40, 10);
    const screen = await terminal.until(/^> 11:37:39 drop:web {2}tcp {2}203.0.113.30.*\nEnter/m);
    await expectScreen(screen, "50-small");
    terminal.resize(80, 24);
    await terminal.until("203.0.113.10");
    const small = await inspect([EVENTS], { columns: 40, rows: 10 });
    expect(await small.until(/17 lost {2}al[\s\S]*203.0.113.30.*\nEnter/)).toBe(screen);
  });
});

describe("copies", () => {
  /** What a terminal would put into its clipboard. */
  const clipboard = (terminal: TerminalRun): string => {
    const [, base64 = ""] = /\]52;c;([A-Za-z0-9+/=]*)/.exec(terminal.written()) ?? [];
    return Buffer.from(base64, "base64").toString("utf8");
  };

  test("as a case of rules test, which is one", async () => {
    const terminal = await inspectOne("src = 198.51.100.7");
    terminal.send("gt");
    await expectScreen(await terminal.until("clipboard"), "60-copy-test");
    const file = join(FOLDER, "copied.test.yaml");
    const head = "version: 1\nintent: { version: 1, rules: [] }\ninterfaces: { eth0: [192.0.2.1/24] }\ntests:\n";
    writeFileSync(file, `${head}${clipboard(terminal)}`);
    expect(parseTestFile(readFileSync(file, "utf8"), file).tests).toHaveLength(1);
  });

  test("as a match of nft; hostile names are nowhere", async () => {
    const terminal = await inspectOne("proto = icmp");
    terminal.send("Gm");
    await expectScreen(await terminal.until("clipboard"), "61-copy-match");
    expect(clipboard(terminal)).toBe('iifname "eth0" ip saddr 192.0.2.66 ip daddr 192.0.2.1 icmp type 8\n');
  });

  test("to a file, one behind the other; of what has none it is said", async () => {
    const file = join(FOLDER, "copies");
    const terminal = await inspect([EVENTS, "--where", "proto = icmp", "--copy-to", file]);
    terminal.send("Gy");
    await terminal.until(`appended to ${file}`);
    terminal.send("\u001bm");
    await terminal.until("a match of nft");
    const [json = "", match] = readFileSync(file, "utf8").split("\n");
    expect(JSON.parse(json)).toMatchObject({ proto: "icmp", prefix: '\u001b[31mred\u001b[2J" \n$(reboot) ' });
    expect(match).toContain("icmp type 8");
    expect(terminal.written()).not.toContain("]52;");
    terminal.send("\u001bkt");
    await terminal.until("a test cannot say this");
  });
});

test("what is hostile does not reach the terminal", async () => {
  const terminal = await inspect();
  terminal.send("g");
  await terminal.until("> 11:37:01");
  terminal.send("jjj\rG");
  await expectScreen(await terminal.until(/event [\s\S]*questions/), "70-hostile-name");
  terminal.send("n");
  await expectScreen(await terminal.until(/event .*37:05[\s\S]*\$\(reboot\)/), "71-hostile-prefix");
  terminal.send("q");
  await terminal.until("38 events");
  terminal.send("q");
  await expectEnded(terminal, 0);
  for (const sequence of ["\u001b]0;", "\u001b[31mred", "\u0007"]) expect(terminal.written()).not.toContain(sequence);
});

test("paused: the list stands, and nothing is lost", async () => {
  const fifo = join(FOLDER, "fifo");
  execFileSync("mkfifo", [fifo]);
  const terminal = await openTerminal([...PROGRAM, "packets", "inspect", fifo]);
  const lines = readFileSync(`${ROOT}${EVENTS}`, "utf8").split("\n").slice(0, -1);
  const file = await open(fifo, "w");
  await file.write(`${lines.slice(0, 10).join("\n")}\n`);
  await terminal.until("10 events");
  terminal.send(" ");
  await terminal.until("paused, 0 came");
  await file.write(`${lines.slice(10).join("\n")}\n`);
  await expectScreen(await terminal.until("paused, 28 came"), "80-paused");
  await file.close();
  terminal.send(" ");
  await terminal.until("203.0.113.30");
});

describe("in other programs", () => {
  /** Programs that stand for those that are not installed here. */
  const withPrograms = (scripts: Readonly<Record<string, string>>): string => {
    const folder = mkdtempSync(join(FOLDER, "bin-"));
    for (const [name, script] of Object.entries(scripts)) {
      writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    return `${folder}:/usr/bin:/bin`;
  };

  test("tshark and a pager have the terminal, then it goes on", async () => {
    const PATH = withPrograms({ tshark: 'echo "tshark $1 $2"; wc -c < "$3"', pager: "cat; read line < /dev/tty" });
    const terminal = await inspectOne("src = 198.51.100.7", { env: { PATH, PAGER: "pager" } });
    terminal.send("gw");
    await terminal.until("tshark -V -r");
    terminal.send("\r");
    await terminal.until("2 shown");
    terminal.send("q");
    await expectEnded(terminal, 0);
  });

  test("neither is installed: the packets are kept in a file that nobody else reads", async () => {
    const PATH = mkdtempSync(join(FOLDER, "bin-"));
    for (const name of ["script", "stty", "tty"]) symlinkSync(`/usr/bin/${name}`, join(PATH, name));
    const terminal = await inspectOne("src = 198.51.100.7", { env: { PATH, TMPDIR: FOLDER } });
    terminal.send("W");
    const screen = await terminal.until("or wireshark");
    const [, file = ""] = /(\/\S+) is kept/.exec(screen.replace(/\n(?=\S*\.pcapng)/, "")) ?? [];
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { stdout } = await runCli(["packets", "convert", file, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ src: "198.51.100.7", dport: 22, tcp: { flags: ["SYN"] } });
  });

  test("wireshark where there is a desktop", async () => {
    const seen = join(FOLDER, "seen");
    const PATH = withPrograms({ wireshark: `echo "$1" > ${seen}` });
    const terminal = await inspectOne("src = 198.51.100.7", { env: { PATH, DISPLAY: ":9", TMPDIR: FOLDER } });
    terminal.send("gw");
    await terminal.until("wireshark shows");
  });
});

describe("its end", () => {
  test.each(["SIGTERM", "SIGHUP", "SIGINT"] as const)("%s gives the terminal back", async (signal) => {
    const terminal = await inspect();
    process.kill(terminal.pid, signal);
    await expectEnded(terminal, 0);
  });

  test("a crash does, too, and is told behind it", async () => {
    const crash = join(FOLDER, "crash.cjs");
    writeFileSync(crash, 'process.once("SIGUSR2", () => { throw new Error("it broke"); });');
    const terminal = await inspect([EVENTS], { env: { NODE_OPTIONS: `--require=${crash}` } });
    process.kill(terminal.pid, "SIGUSR2");
    expect(await terminal.ended).not.toBe(0);
    const [before = "", behind = ""] = terminal.written().split(RESTORED);
    expect([before.includes("it broke"), behind.includes("it broke")]).toEqual([false, true]);
  });

  test("a file that is not there is a fault, said where one sees it", async () => {
    const terminal = await openTerminal([...PROGRAM, "packets", "inspect", "no-such-file"]);
    await expectEnded(terminal, 1);
    expect(terminal.screen()).toContain("no-such-file: no such file (ENOENT)");
  });
});

describe("where there is nothing to look at", () => {
  test.each([
    ["no terminal", [EVENTS], /standard output is no terminal[\s\S]*packets stream and packets convert/],
    ["JSON", [EVENTS, "--json"], /has no JSON/],
  ])("%s", async (_name, args, said) => {
    const { code, stdout, stderr } = await runCli(["packets", "inspect", ...args]);
    expect(code).toBe(2);
    expect(stdout + stderr).toMatch(said);
  });

  test.each([
    ["TERM=dumb", [EVENTS], { TERM: "dumb" }, "TERM=dumb"],
    ["a filter that is none", [EVENTS, "--where", "dport ="], {}, "the filter is wrong"],
    ["groups of files", [EVENTS, "--group", "1"], {}, "--group chooses nothing in files"],
  ])("%s", async (_name, args, env, said) => {
    const terminal = await openTerminal([...PROGRAM, "packets", "inspect", ...args], { env });
    expect(await terminal.ended).toBe(2);
    expect(terminal.screen()).toContain(said);
  });
});

test("without colours, and on the console of Linux, a list is a list", async () => {
  const terminal = await inspect([EVENTS], { env: { NO_COLOR: "1", TERM: "linux" } });
  for (const colour of ["31", "32", "33"]) expect(terminal.written()).not.toContain(`\u001b[${colour}m`);
  terminal.send("gt");
  await terminal.until("--copy-to FILE");
  expect(terminal.written()).not.toContain("]52;");
});

test("standard input, faster than anybody reads: keys are heard, and what was dropped is counted", async () => {
  const count = 200_000;
  const file = join(FOLDER, "many.ndjson");
  const [line = ""] = readFileSync(`${ROOT}${EVENTS}`, "utf8").split("\n");
  writeFileSync(file, `${line}\n`.repeat(count));
  const terminal = await openTerminal([...PROGRAM, "packets", "inspect", "-", "--keep", "1000"], { input: file });
  terminal.send("/ssh\r");
  await terminal.until("/ssh");
  await terminal.until(`${count} events  1000 shown  ${count - 1000} dropped  all read`);
  const [, peak = ""] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${terminal.pid}/status`, "utf8")) ?? [];
  expect(Number(peak)).toBeLessThan(300 * 1024);
  terminal.send("q");
  await expectEnded(terminal, 0);
});
