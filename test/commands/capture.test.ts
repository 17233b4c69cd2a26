import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CaptureIndex } from "../../src/core/capture/capture-index.ts";
import { captureFileName, indexFileName } from "../../src/core/capture/file-name.ts";
import { FileTally } from "../../src/core/capture/file-tally.ts";
import { encodePacket } from "../../src/core/packet/encode.ts";
import { InterfaceNumbers, packetBlock, sectionBlock } from "../../src/core/pcap/block-writer.ts";
import { createCaptureReader } from "../../src/core/pcap/read.ts";
import { lockFile } from "../../src/host/lock-file.ts";
import { runCli } from "../helpers/cli.ts";

const HOUR = 3_600_000;
const BEGIN = Date.parse("2026-11-29T08:00:00Z");
const PLACE = mkdtempSync(join(tmpdir(), "netlogctl-captures-"));
const RING = join(PLACE, "ring");
const RAW = 101;
const ETHERNET = 1;
afterAll(() => rmSync(PLACE, { recursive: true, force: true }));

interface Made {
  readonly at: number;
  readonly prefix: string;
  readonly dport: number;
}

/** A capture with these packets, as the ring writes it, and its index. */
function madeOf(packets: readonly Made[], linkType = RAW): { bytes: Buffer; tally: FileTally } {
  const numbers = new InterfaceNumbers(linkType);
  const tally = new FileTally();
  const blocks = packets.flatMap(({ at, prefix, dport }) => {
    const { number, added } = numbers.of("eth0");
    const layer4 = { kind: "udp" as const, sport: 4000, dport, data: Buffer.from("hi") };
    const packet = encodePacket({ from: "192.0.2.1", to: "192.0.2.2", ttl: 64, layer4 });
    const bytes =
      linkType === RAW ? packet : Buffer.concat([Buffer.from("0200000000010200000000020800", "hex"), packet]);
    const moment = { seconds: Math.floor(at / 1000), nanoseconds: (at % 1000) * 1_000_000 };
    tally.add(tally.countOf(prefix), moment.seconds, moment.nanoseconds);
    const comment = `prefix "${prefix}" hook input in eth0`;
    return [...added, packetBlock({ number, moment, bytes, length: bytes.length, comment, direction: 1 })];
  });
  tally.keep();
  return { bytes: Buffer.concat([sectionBlock("netlogctl", "NFLOG group 5"), ...blocks]), tally };
}

function put(directory: string, begun: number, packets: readonly Made[], lost = 0): string {
  const file = captureFileName(begun, 0);
  const { bytes, tally } = madeOf(packets);
  const head = {
    file,
    link: "raw",
    from: "NFLOG group 5",
    host: "router",
    bytes: bytes.length,
    ended: "time",
  } as const;
  const index: CaptureIndex = { ...tally.indexOf(head), lost };
  writeFileSync(join(directory, file), bytes);
  writeFileSync(join(directory, indexFileName(file)), `${JSON.stringify(index)}\n`);
  return join(directory, file);
}

const drop = (at: number, dport = 22): Made => ({ at, prefix: "drop:input ", dport });
const wan = (at: number, dport = 443): Made => ({ at, prefix: "wan:in ", dport });

let files: string[];
beforeAll(() => {
  mkdirSync(RING);
  files = [
    put(RING, BEGIN, [drop(BEGIN), wan(BEGIN + 60_000)]),
    put(RING, BEGIN + HOUR, [wan(BEGIN + HOUR), wan(BEGIN + HOUR + 1000)], 7),
    put(RING, BEGIN + 2 * HOUR, [drop(BEGIN + 2 * HOUR + 32 * 60_000, 23)]),
  ];
  writeFileSync(join(RING, "pcap-20261129070000.pcap"), "of tcpdump");
  writeFileSync(join(RING, "notes.txt"), "of somebody");
});

const cli = async (...args: string[]) => await runCli(["capture", ...args], { env: { TZ: "UTC", NO_COLOR: "1" } });

/** What a capture holds, as one line a packet. */
function packetsIn(path: string): string[] {
  const reader = createCaptureReader();
  const packets = reader.push(readFileSync(path));
  expect(reader.end()).toBeUndefined();
  return packets.map(({ moment, interfaceName, comment, linkType, direction }) => {
    const time = new Date((moment?.seconds ?? 0) * 1000).toISOString().slice(11, 19);
    return `${time} ${linkType} ${interfaceName} ${direction} ${/"(.*?) "/.exec(comment ?? "")?.[1]}`;
  });
}

describe("list", () => {
  test("the oldest on top, and what its name says of one without an index", async () => {
    expect((await cli("list", "--ring", RING)).stdout).toBe(
      [
        "FILE                        BEGIN                 END                   PACKETS  LOST  SIZE   PREFIXES",
        "pcap-20261129070000.pcap    2026-11-29T07:00:00Z                                       10 B",
        "pcap-20261129080000.pcapng  2026-11-29T08:00:00Z  2026-11-29T08:01:00Z  2        0     344 B  drop:input, wan:in",
        "pcap-20261129090000.pcapng  2026-11-29T09:00:00Z  2026-11-29T09:00:01Z  2        7     340 B  wan:in",
        "pcap-20261129100000.pcapng  2026-11-29T10:32:00Z  2026-11-29T10:32:00Z  1        0     228 B  drop:input",
        "",
      ].join("\n"),
    );
  });

  test.each([
    [["--at", "2026-11-29 10:32"], ["100000"]],
    [["--at", "2026-11-29 10:33"], []],
    [["--since", "2026-11-29 09:00", "--until", "2026-11-29 10:00"], ["090000"]],
    [
      ["--prefix", "drop:*", "--since", "2026-11-29 08:00"],
      ["070000", "080000", "100000"],
    ],
  ])("%j", async (words, expected) => {
    const { stdout } = await cli("list", "--ring", RING, "-F", "csv", ...words);
    expect(
      stdout
        .split("\n")
        .slice(1, -1)
        .map((line) => line.slice(13, 19)),
    ).toEqual(expected);
  });

  test("as CSV, whole times, bytes, and prefixes as JSON", async () => {
    const { stdout } = await cli("list", "--ring", RING, "-F", "csv", "--until", "2026-11-29 08:30");
    expect(stdout).toBe(
      [
        "file,state,begin,end,packets,lost,bytes,prefixes",
        "pcap-20261129070000.pcap,closed,2026-11-29T07:00:00.000000000Z,,,,10,",
        'pcap-20261129080000.pcapng,closed,2026-11-29T08:00:00.000000000Z,2026-11-29T08:01:00.000000000Z,2,0,344,"{""drop:input "":1,""wan:in "":1}"',
        "",
      ].join("\n"),
    );
  });

  test("a file that nobody writes to is cut off", async () => {
    const ring = mkdtempSync(join(PLACE, "cut-"));
    writeFileSync(join(ring, "pcap-20261129070000.pcapng.part"), "begun");
    writeFileSync(join(ring, ".lock"), "");
    expect((await cli("list", "--ring", ring)).stdout).toContain("(cut off)");
    const holder = await lockFile(join(ring, ".lock"), { timeoutMs: 0 });
    expect((await cli("list", "--ring", ring)).stdout).toContain("(being written)");
    await holder.release();
  });

  test("where there is nothing that is said", async () => {
    const words = ["list", "--ring", RING, "--at", "2026-11-29 10:33"];
    expect(await cli(...words)).toEqual({ code: 0, stdout: "", stderr: `netlogctl: nothing of that is in ${RING}\n` });
    const reversed = await cli("list", "--ring", RING, "--since", "1m", "--until", "1h");
    expect(reversed).toMatchObject({ code: 2, stderr: expect.stringContaining("--since 1m is later") });
  });

  test("as JSON, all that the index says", async () => {
    const { stdout } = await cli("list", "--ring", RING, "--at", "2026-11-29 09:00", "--json");
    expect(JSON.parse(stdout)).toMatchObject([{ path: files[1], lost: 7, prefixes: { "wan:in ": 2 }, interfaces: [] }]);
  });

  test("the ring is that of the intent, if one is named", async () => {
    const intent = join(PLACE, "netlog.yaml");
    writeFileSync(intent, `version: 1\ncapture: { groups: [5], ring: { directory: ${RING} } }\n`);
    const words = ["-f", intent, "--json"];
    expect(JSON.parse((await cli("list", ...words, "--at", "2026-11-29 09:00")).stdout)).toMatchObject([
      { path: files[1] },
    ]);
    expect(JSON.parse((await cli("open", ...words)).stdout)).toMatchObject({ file: files[2] });
    const extracted = await cli(
      "extract",
      ...words,
      "-o",
      join(PLACE, "of-intent.pcapng"),
      "--since",
      "2026-11-29 09:30",
    );
    expect(JSON.parse(extracted.stdout)).toMatchObject({ packets: 1 });
    const none = await cli("list", "-f", join(PLACE, "none.yaml"));
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining("none.yaml") });
  });

  test("a directory without its flag is told how to be named", async () => {
    const { code, stderr } = await cli("list", "r3");
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("--ring r3") });
  });

  test("a directory that is not there is a fault", async () => {
    const { code, stderr } = await cli("list", "--ring", join(PLACE, "none"));
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("name their directory: --ring DIR"),
    });
  });
});

describe("extract", () => {
  const out = join(PLACE, "out.pcapng");

  test("a day as one file, with interfaces, comments and ways", async () => {
    const { code, stderr } = await cli("extract", "--ring", RING, "--day", "2026-11-29", "-o", out, "--since", "1h");
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("--since") });
    rmSync(join(RING, "pcap-20261129070000.pcap"));
    const done = await cli("extract", "--ring", RING, "--day", "2026-11-29", "-o", out);
    expect(done).toMatchObject({ code: 0, stderr: "netlogctl: 5 packets of 3 captures, 676 B\n" });
    expect(packetsIn(out)).toEqual([
      "08:00:00 101 eth0 in drop:input",
      "08:01:00 101 eth0 in wan:in",
      "09:00:00 101 eth0 in wan:in",
      "09:00:01 101 eth0 in wan:in",
      "10:32:00 101 eth0 in drop:input",
    ]);
  });

  test.each([
    [["-w", "dport = 22"], ["08:00:00"]],
    [
      ["--prefix", "wan:*"],
      ["08:01:00", "09:00:00", "09:00:01"],
    ],
    [
      ["--since", "2026-11-29 09:00:01"],
      ["09:00:01", "10:32:00"],
    ],
    [["--until", "2026-11-29 08:30", "-w", 'prefix ~ "wan*"'], ["08:01:00"]],
  ])("%j", async (words, times) => {
    expect(await cli("extract", "--ring", RING, "-o", out, ...words)).toMatchObject({ code: 0 });
    expect(packetsIn(out).map((line) => line.slice(0, 8))).toEqual(times);
  });

  test("captures that overlap are put in order; one that is cut off is taken as far as it goes", async () => {
    const [one, two] = [join(PLACE, "one.pcapng"), join(PLACE, "two.pcapng")];
    writeFileSync(one, madeOf([drop(BEGIN), drop(BEGIN + 2000), drop(BEGIN + 4000)]).bytes);
    writeFileSync(two, madeOf([wan(BEGIN + 1000), wan(BEGIN + 3000)]).bytes.subarray(0, -10));
    const { code, stderr } = await cli("extract", two, one, "-o", out);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `netlogctl: ${two}: it is cut off in a block: what stands before that is taken, packets: 1\nnetlogctl: 4 packets of 2 captures, 564 B\n`,
    });
    expect(packetsIn(out).map((line) => line.slice(0, 8))).toEqual(["08:00:00", "08:00:01", "08:00:02", "08:00:04"]);
  });

  test("link types stand together only where that is asked for", async () => {
    const other = join(PLACE, "ethernet.pcapng");
    writeFileSync(other, madeOf([wan(BEGIN + 1)], ETHERNET).bytes);
    rmSync(out, { force: true });
    const refused = await cli("extract", other, files[0] ?? "", "-o", out);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("of different link types: ethernet and raw"),
    });
    expect(() => readFileSync(out)).toThrow("ENOENT");
    expect(await cli("extract", other, files[0] ?? "", "-o", out, "--mixed")).toMatchObject({ code: 0 });
    expect(packetsIn(out).map((line) => line.slice(9, 12))).toEqual(["101", "1 e", "101"]);
  });

  test("into a pipe nothing is written of what is no capture, or of several link types", async () => {
    const other = join(PLACE, "ethernet.pcapng");
    writeFileSync(other, madeOf([wan(BEGIN + HOUR)], ETHERNET).bytes);
    for (const words of [
      [files[0] ?? "", other],
      [files[0] ?? "", "README.md"],
      ["--ring", RING, "--mixed", "README.md"],
    ]) {
      expect(await cli("extract", ...words)).toMatchObject({ code: 1, stdout: "" });
    }
    const ring = mkdtempSync(join(PLACE, "mixed-"));
    put(ring, BEGIN, [wan(BEGIN)]);
    writeFileSync(join(ring, captureFileName(BEGIN + HOUR, 0)), readFileSync(other));
    expect(await cli("extract", "--ring", ring)).toMatchObject({ code: 1, stdout: "" });
    expect(await cli("extract", "--ring", ring, "--mixed", "-o", out)).toMatchObject({ code: 0 });
    expect(packetsIn(out)).toHaveLength(2);
  });

  test("what is piped in is read once", async () => {
    const words = ["capture", "extract", files[0] ?? "", "-", "-o", out];
    const { code, stderr } = await runCli(words, { input: readFileSync(files[1] ?? "") });
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining("4 packets of 2 captures") });
  });

  test.each([
    [["README.md", "-o", "OUT"], 1, "README.md is no capture"],
    [["none.pcap", "-o", "OUT"], 1, "no such file"],
    [["--ring", RING, "--since", "2030-01-01", "-o", "OUT"], 1, "no capture holds anything of that time"],
    [["--ring", RING, "--since", "1m", "--until", "1h", "-o", "OUT"], 2, "--since 1m is later than --until 1h"],
    [["--ring", RING, "--json"], 2, "name a file: -o FILE"],
    [["--ring", RING, "-o", "OUT", "-w", "dport ="], 2, "dport ="],
    [["--ring", RING, "-o", "OUT", "--day", "2026-02-30"], 2, "is no day"],
  ])("%j is refused", async (words, _code, says) => {
    rmSync(out, { force: true });
    const { code, stdout, stderr } = await cli("extract", ...words.map((word) => (word === "OUT" ? out : word)));
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain(says);
    expect(() => readFileSync(out)).toThrow("ENOENT");
  });
});

describe("open", () => {
  test.each([
    [["--ring", RING], "pcap-20261129100000.pcapng"],
    [["--ring", RING, "--at", "2026-11-29 08:01"], "pcap-20261129080000.pcapng"],
  ])("%j", async (words, name) => {
    const { stdout } = await cli("open", ...words, "--with", "tshark", "--json");
    expect(JSON.parse(stdout)).toEqual({ file: join(RING, name), with: "tshark" });
  });

  const openedWith = async (viewer: string, env: Record<string, string>, programs: Record<string, string> = {}) => {
    const bin = mkdtempSync(join(PLACE, "bin-"));
    for (const [name, text] of Object.entries(programs)) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    }
    const words = ["capture", "open", files[0] ?? "", "--with", viewer];
    return await runCli(words, { env: { DISPLAY: "", WAYLAND_DISPLAY: "", ...env, PATH: `${bin}:/nowhere` } });
  };

  test.each([
    ["wireshark", { DISPLAY: ":0" }, {}, "wireshark is not installed"],
    ["wireshark", {}, { wireshark: "exit 0" }, "there is no desktop for wireshark"],
    ["wireshark", { DISPLAY: ":0" }, { wireshark: "exit 1" }, "wireshark ended at once"],
    ["tshark", {}, {}, "tshark is not installed"],
    ["tshark", {}, { tshark: "echo 'tshark: no such thing' >&2; exit 2" }, "tshark: no such thing"],
  ])("%s that cannot show it is a fault (%j)", async (viewer, env, programs, says) => {
    const { code, stdout, stderr } = await openedWith(viewer, env, programs);
    expect({ code, stdout, stderr }).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining(says) });
  });

  test("in a pipe tshark tells a line of each packet, and wireshark lives on", async () => {
    const piped = await openedWith("tshark", {}, { tshark: 'echo "$1 $3"' });
    expect(piped).toMatchObject({ code: 0, stdout: "-r \n", stderr: "" });
    const shown = await openedWith("wireshark", { WAYLAND_DISPLAY: "w" }, { wireshark: "exit 0" });
    expect(shown).toMatchObject({ code: 0, stderr: `netlogctl: wireshark shows ${files[0]}\n` });
  });

  test("of a time that no capture holds there is nothing to look at", async () => {
    const { code, stderr } = await cli("open", "--ring", RING, "--at", "2026-11-29 12:00");
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("no capture holds that time") });
  });
});

describe("run refuses what it cannot do, and begins nothing", () => {
  test.each([
    [["-g", "70000"], "is no NFLOG group"],
    [["-g", "1", "--size", "12"], '--size: "12" is no size such as 64MiB'],
    [["-g", "1", "--every", "soon"], '--every: "soon" is no age such as 1h'],
    [["-i", "lo", "--linktype", "raw"], "a link type is chosen for groups"],
    [["-g", "1", "--filter", "arp"], "a filter is of an interface"],
    [["-g", "1", "-i", "lo"], "--interface"],
    [["-f", "README.md"], "README.md"],
  ])("%j", async (words, says) => {
    const ring = join(PLACE, "never");
    const { code, stderr } = await cli("run", "--ring", ring, ...words);
    expect(code).not.toBe(0);
    expect(stderr).toContain(says);
    expect(() => readFileSync(join(ring, ".lock"))).toThrow("ENOENT");
  });
});
