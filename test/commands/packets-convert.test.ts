import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ROOT, runCli } from "../helpers/cli.ts";

const CAPTURE = "fixtures/packets/nflog.pcap";
const FILE = join(tmpdir(), `netlogctl-convert-${process.pid}.pcap`);
afterAll(() => rmSync(FILE, { force: true }));

const convert = (args: readonly string[], input?: string | Uint8Array) =>
  runCli(["packets", "convert", ...args], input === undefined ? {} : { input });

/** Names of the files in fixtures/packets that hold the packets of the capture in each format. */
const FORMATS = [
  ["json", "nflog.json.ndjson"],
  ["text", "nflog.txt"],
  ["spr", "nflog.spr.ndjson"],
  ["ulogd", "nflog.ulogd.ndjson"],
  ["eve", "nflog.eve.ndjson"],
  ["ecs", "nflog.ecs.ndjson"],
  ["iptables", "nflog.log"],
] as const;

/** Those that have a place for the bytes of packets, if they are asked for. */
const PAYLOAD: readonly string[] = ["json", "eve", "ecs"];

test.for(FORMATS)("a capture of NFLOG as %s", async ([format, name], { expect }) => {
  const { code, stdout, stderr } = await convert([
    CAPTURE,
    "-F",
    format,
    ...(PAYLOAD.includes(format) ? ["--payload", "base64"] : []),
  ]);
  await expect(stdout).toMatchFileSnapshot(`${ROOT}fixtures/packets/${name}`);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

test.each(FORMATS.filter(([format]) => format !== "text"))("and back: %s", async (_, name) => {
  const capture = await convert([`fixtures/packets/${name}`, "-F", "pcap", "-o", FILE]);
  expect(capture).toEqual({ code: 0, stdout: "", stderr: "" });
  const { stdout } = await convert([FILE, "-F", "text"]);
  const prefixAndEnds = (text: string) => text.split("\n").map((line) => line.slice(14, 30) + line.slice(43, 90));
  expect(prefixAndEnds(stdout)).toEqual(prefixAndEnds(readFileSync(`${ROOT}fixtures/packets/nflog.txt`, "utf8")));
});

test("by way of JSON with its payload a capture keeps all that it says", async () => {
  expect((await convert(["fixtures/packets/nflog.json.ndjson", "-F", "pcap", "-o", FILE])).code).toBe(0);
  const { stdout } = await convert([FILE, "--payload", "base64"]);
  expect(stdout).toBe(readFileSync(`${ROOT}fixtures/packets/nflog.json.ndjson`, "utf8"));
});

test("a file may be converted into itself", async () => {
  writeFileSync(FILE, readFileSync(`${ROOT}${CAPTURE}`));
  expect((await convert([FILE, "-o", FILE])).code).toBe(0);
  expect((await convert([FILE, "-F", "text"])).stdout).toBe(readFileSync(`${ROOT}fixtures/packets/nflog.txt`, "utf8"));
});

describe("what is told", () => {
  test.each([
    ["prefix", ["--prefix", "drop:*"], 1],
    ["expression", ["-w", "proto = udp"], 2],
    ["count", ["-c", "3"], 3],
    ["several files", [CAPTURE], 8],
  ])("%s", async (_, args, count) => {
    const { stdout } = await convert([CAPTURE, ...args]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(count);
  });

  test("from standard input, with its losses", async () => {
    const loss = '{"schema":1,"kind":"loss","ts":"2026-11-21T11:37:36.418900123Z","count":3,"why":"no room"}\n';
    expect((await convert([], loss)).stdout).toBe(loss);
    expect(await convert(["-F", "text"], loss)).toEqual({
      code: 0,
      stdout: "11:37:36.418  3 events were lost: no room\n",
      stderr: "",
    });
    expect(await convert(["-F", "spr", "-"], loss)).toEqual({
      code: 0,
      stdout: "",
      stderr: "netlogctl: 1 event is left out, for which spr has no word: losses\n",
    });
  });

  test("nothing is nothing", async () => {
    expect(await convert([], "")).toEqual({ code: 0, stdout: "", stderr: "" });
  });
});

describe("flows", () => {
  const FLOWS = "fixtures/wire/conntrack-events.ndjson";
  const told = (name: string): string => readFileSync(`${ROOT}fixtures/wire/conntrack-events.${name}`, "utf8");
  const LOSS = '{"schema":1,"kind":"loss","ts":"2026-11-21T11:37:36.418900123Z","count":3,"why":"no room"}\n';
  const PACKET = '{"schema":1,"kind":"packet","ts":"2026-11-21T11:37:36.418900123Z","prefix":"a"}\n';

  test.each([
    ["json", "ndjson"],
    ["vyos", "vyos.txt"],
    ["conntrack", "conntrack.txt"],
  ])("as %s", async (format, name) => {
    expect(await convert([FLOWS, "-F", format])).toEqual({ code: 0, stdout: told(name), stderr: "" });
  });

  test("as VyOS's logger meant to tell them", async () => {
    const { stdout } = await convert([FLOWS, "-F", "vyos", "--fix", "-w", "change = destroy and proto = sctp"]);
    expect(stdout.split("\n")[1]).toMatch(
      / dport=5001 packets=4 bytes=168 .* dport=5000 packets=3 bytes=124 {2}\[ASSURED\] start=/,
    );
  });

  test.each(["eve", "ecs", "ipfix-json"])("as %s, every change", async (format) => {
    const { code, stdout, stderr } = await convert([FLOWS, "-F", format]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n")).toHaveLength(told("ndjson").split("\n").length);
  });

  test("as Zeek, those that ended, with their Community ID", async () => {
    const { stdout, stderr } = await convert([FLOWS, "-F", "zeek", "--community-id", "-w", "proto = tcp"]);
    const ended = told("ndjson").match(/"change":"destroy","topic":"ct:destroy:tcp"/g);
    expect(stdout.trimEnd().split("\n")).toHaveLength(ended?.length ?? 0);
    expect(JSON.parse(stdout.split("\n")[0] ?? "").community_id).toMatch(/^1:/);
    expect(stderr).toMatch(
      /^netlogctl: [0-9]+ events are left out, for which zeek has no word: flows that have not ended\n$/,
    );
  });

  test.each<[string, string, string]>([
    ["vyos", `${LOSS}${PACKET}${PACKET}`, "3 events are left out, for which vyos has no word: losses, packets"],
    ["conntrack", PACKET, "1 event is left out, for which conntrack has no word: packets"],
    ["spr", told("ndjson").split("\n", 1).join(), "1 event is left out, for which spr has no word: flows"],
    ["pcapng", told("ndjson").split("\n", 1).join(), "1 event is left out, for which pcapng has no word: flows"],
    [
      "vyos",
      readFileSync(`${ROOT}fixtures/wire/conntrack-listed.ndjson`, "utf8").split("\n", 1).join(),
      "1 event is left out, for which vyos has no word: flows of which nothing happened",
    ],
  ])("%s says what it has no word for", async (format, input, said) => {
    expect((await convert(["-F", format], input)).stderr).toBe(`netlogctl: ${said}\n`);
  });

  test("what is not wanted is not missed", async () => {
    expect(await convert([FLOWS, "-F", "spr", "-w", "sport = 1 and sport = 2"])).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
  });
});

describe("what cannot be read", () => {
  const EVENT = '{"schema":1,"kind":"packet","ts":"2026-11-21T11:37:36.418900123Z","prefix":"a"}\n';

  test("is told at the end", async () => {
    const { code, stdout, stderr } = await convert(["-F", "json"], `${EVENT}x\n{}\n${EVENT}[]\n1\n`);
    expect(stdout.trimEnd().split("\n")).toHaveLength(2);
    const places = "standard input:2, standard input:3, standard input:5, ...";
    expect({ code, stderr }).toEqual({ code: 0, stderr: `netlogctl: 4 lines were no events: ${places}\n` });
  });

  test("a capture that is cut off is read up to there", async () => {
    const capture = readFileSync(`${ROOT}${CAPTURE}`);
    const { code, stdout, stderr } = await convert(["-F", "text"], capture.subarray(0, capture.length - 1));
    expect(stdout.trimEnd().split("\n")).toHaveLength(3);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: "netlogctl: standard input: it is cut off in packet 4\n",
    });
  });

  test.each([
    ["no events at all", ["LICENSE"], "LICENSE: it is in no format that is known"],
    ["another format", ["--from", "eve", "fixtures/packets/nflog.txt"], "4 lines were no events"],
    ["no capture", ["--from", "pcap", "LICENSE"], "LICENSE: it begins as neither pcap nor pcapng does"],
  ])("%s is a fault", async (_, args, message) => {
    const { code, stdout, stderr } = await convert(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(`there is nothing to convert: ${message}`);
  });

  test.each([
    ["a file that is not there", ["/nowhere"], /cannot read a file: \/nowhere: no such file/],
    ["a directory", ["src"], /cannot read a file: src: it is a directory/],
    ["a place that is not there", [CAPTURE, "-o", "/nowhere/f"], /cannot write the file: \/nowhere\/f: no such file/],
    ["two formats", [CAPTURE, "--json", "-F", "pcap"], /--json and --format pcap exclude each other/],
    ["text", ["--from", "text", CAPTURE], /Expected --from=text to be one of/],
    [
      "a payload without a place for it",
      [CAPTURE, "-F", "spr", "--payload", "hex"],
      /--payload has no place in the format spr/,
    ],
    ["a filter that is none", [CAPTURE, "-w", "src ="], /the filter is wrong: expected/],
  ])("%s is refused", async (_, args, message) => {
    const { code, stdout, stderr } = await convert(args);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(message);
  });
});

test("a file of the kernel log is a source of packets stream, too", async () => {
  const args = ["packets", "stream", "--source", "kmsg", "--json", "--file"];
  const fromFile = await runCli([...args, "fixtures/packets/nflog.log"]);
  const { stdout } = await convert(["fixtures/packets/nflog.log", "--json"]);
  expect(fromFile).toMatchObject({ code: 0, stdout });
  expect(stdout.trim().split("\n")).toHaveLength(4);
  expect((await runCli(["packets", "stream", "--file", "kern.log"])).stderr).toContain("add --source kmsg");
});
