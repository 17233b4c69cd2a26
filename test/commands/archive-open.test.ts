import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { writeFiles } from "../helpers/archives.ts";
import { ROOT, runCli } from "../helpers/cli.ts";
import { DAY, logLine, MESSAGES, writeFetchedDay } from "../helpers/opened-days.ts";
import { endTerminals, openTerminal, PROGRAM, type TerminalOptions, type TerminalRun } from "../helpers/terminal.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "netlogctl-day-"));
const BASE = join(FOLDER, "NetLogs");
const OPEN = ["archive", "open", "--dir", BASE];

beforeAll(() => {
  writeFetchedDay(BASE);
  writeFetchedDay(BASE, "2025-08-30");
});
afterEach(endTerminals);
afterAll(() => rmSync(FOLDER, { recursive: true }));

/** What is written, with the directory of this run called BASE. */
async function open(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await runCli([...OPEN, ...args]);
  return { code, stdout: stdout.replaceAll(BASE, "BASE"), stderr: stderr.replaceAll(BASE, "BASE") };
}

describe("without a terminal", () => {
  test("the newest day is a list of captures, and the last lines of logs", async () => {
    const { code, stdout, stderr } = await open();
    expect(code).toBe(0);
    await expect(stdout).toMatchFileSnapshot(`${ROOT}fixtures/archive/open-list.txt`);
    expect(stderr).toContain("note: sys-firewall: left out: ");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  test("with --json all of it is there, and nothing that a terminal acts upon", async () => {
    const { stdout } = await open(DAY, "--json");
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({
      day: DAY,
      machines: [{ machine: "sys-dns" }, { machine: "sys-firewall", notes: [expect.stringContaining("left out")] }],
      captures: [
        { number: 0, machine: "sys-dns", index: { packets: 5, lost: 2 } },
        { number: 1, machine: "sys-dns" },
      ],
      last: [{ machine: "sys-firewall", kind: "kernel-log" }],
    });
    expect(answer.last[0].lines).toHaveLength(4);
    expect(stdout).toMatch(/^[\n -~]*$/);
  });

  test("a line and the packets of both directions that belong to it, and those of nobody else", async () => {
    const { stdout } = await open("--where", "dport = 443", "--at", "2025-08-31T10:32:00Z");
    await expect(stdout).toMatchFileSnapshot(`${ROOT}fixtures/archive/open-correlated.txt`);
    const { events } = JSON.parse((await open("--where", "dport = 443", "--json")).stdout);
    expect(
      events.map(({ packets }: { packets: { after_ms: number }[] }) => packets.map((one) => one.after_ms)),
    ).toEqual([[2, 20.5], []]);
  });

  test("what is left out of too many lines is said, and so is that none is so", async () => {
    expect((await open("--where", "has src", "--limit", "1")).stderr).toContain("note: 2 more lines are left out");
    expect((await open("--where", "dport = 22")).stderr).toContain("no line of the day's logs is so");
    const { stderr } = await open(DAY, "--at", `${DAY} 10:40:00.5Z`);
    expect(stderr).toContain(
      "no line of the day's logs is so\nnetlogctl: [00] sys-dns pcap-20250831100000.pcapng holds",
    );
    expect(stderr).toContain(`--capture N opens`);
    expect(stderr).toContain(`rm -r BASE/${DAY}/sys-dns BASE/${DAY}/sys-firewall\n`);
  });

  test("a bundle that cannot be read is said, and is no success", async () => {
    const base = join(FOLDER, "unread");
    writeFiles(base, { [`${DAY}/sys-dns.tgz`]: "no gzip" });
    const { code, stderr } = await runCli(["archive", "open", "--dir", base]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("note: sys-dns: its bundle cannot be read")]);
  });

  test("a capture is opened by its number; a opens all", async () => {
    const { stdout } = await open("--capture", "00");
    expect(stdout.split("\n").filter((line) => line.includes("TCP"))).toHaveLength(4);
    const all = await open("--capture", "a", "--json");
    expect(JSON.parse(all.stdout).captures).toHaveLength(2);
  });

  test.each([
    [["--capture", "2"], 2, 'there is no capture of the number "2"'],
    [["2025-02-30"], 2, '"2025-02-30" is no day'],
    [["2025-09-01"], 1, "nothing of 2025-09-01 is archived in BASE\n  there are days from 2025-08-30 to 2025-08-31"],
    [["--machine", "sys-vpn"], 1, `nothing of that machine was archived on ${DAY}`],
    [["--where", "port ="], 2, "netlogctl: "],
  ])("%j ends with %i", async (args, code, says) => {
    const result = await open(...args);
    expect(result.code).toBe(code);
    expect(result.stderr).toContain(says);
  });

  test("a vault is opened, too: the intent's unless another is said", async () => {
    const vault = join(FOLDER, "vault");
    const intent = join(FOLDER, "netlog.yaml");
    writeFiles(vault, { [`edge/${DAY}/nft-${DAY}.log.gz`]: gzipSync(logLine("10:32:00.000000", MESSAGES.syn)) });
    writeFileSync(intent, `version: 1\narchive: { vault: ${vault}, machines: { edge: { captures: true } } }\n`);
    const to = ["--to", join(FOLDER, "opened"), "--json"];
    for (const from of [
      ["--dir", vault],
      ["--file", intent],
      ["--dir", `here:${vault}`],
    ]) {
      const { stdout } = await runCli(["archive", "open", ...from, ...to]);
      expect(JSON.parse(stdout)).toMatchObject({ day: DAY, last: [{ machine: "edge" }] });
    }
    const none = await runCli(["archive", "open", "--dir", join(FOLDER, "nowhere"), ...to]);
    expect(JSON.parse(none.stdout)).toMatchObject({ error: { code: "not-found" } });
  });
});

describe("on a terminal", () => {
  const screenOf = async (screen: string, name: string): Promise<void> => {
    await expect(screen.replaceAll(BASE, "BASE")).toMatchFileSnapshot(`${ROOT}fixtures/archive/${name}.txt`);
  };

  async function look(options: TerminalOptions = {}): Promise<TerminalRun> {
    const terminal = await openTerminal([...PROGRAM, ...OPEN], options);
    await terminal.until("q end");
    return terminal;
  }

  test("the files of a day, what a log holds, what belongs to a line, and back", async () => {
    const terminal = await look();
    await screenOf(terminal.screen(), "screen-10-day");
    terminal.send("G");
    await terminal.until(/^> +nft-/m);
    terminal.send("\r");
    await screenOf(await terminal.until("all read"), "screen-20-log");
    terminal.send("k");
    await terminal.until(/^> .*50001/m);
    terminal.send("c");
    await screenOf(await terminal.until(/^within 5 s.*all read/m), "screen-30-correlated");
    terminal.send("q");
    await terminal.until(/^> .*50001/m);
    terminal.send("\u001b");
    await terminal.until(/^> +nft-/m);
    terminal.send("q");
    expect(await terminal.ended).toBe(0);
  });

  test("a capture opens in a list, and in another program", async () => {
    const bin = mkdtempSync(join(FOLDER, "bin-"));
    const seen = join(bin, "seen");
    writeFileSync(join(bin, "wireshark"), `#!/bin/sh\necho "$1" > ${seen}\n`, { mode: 0o755 });
    const terminal = await look({ env: { PATH: `${bin}:/usr/bin:/bin`, DISPLAY: ":9" } });
    terminal.send("w");
    await terminal.until("wireshark shows");
    expect(readFileSync(seen, "utf8")).toContain("sys-dns/netpcap/pcap-20250831100000.pcapng");
    terminal.send("\r");
    await terminal.until(/pcap-20250831100000.pcapng.*5 events/);
    terminal.send("?");
    await terminal.until("packets of the day that belong to it");
    terminal.send("\u0003");
    expect(await terminal.ended).toBe(0);
  });
});
