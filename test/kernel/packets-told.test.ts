import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PacketEvent } from "../../src/core/event/event.ts";
import { parseEcs } from "../../src/core/event/formats/ecs.ts";
import { parseEve } from "../../src/core/event/formats/eve.ts";
import { parseIptables } from "../../src/core/event/formats/iptables.ts";
import { parseSpr } from "../../src/core/event/formats/spr.ts";
import { parseUlogd } from "../../src/core/event/formats/ulogd.ts";
import { type Lab, openLab } from "../helpers/lab.ts";
import { eventsOf, openStream, ruleset, sendUdp } from "../helpers/stream.ts";

const RULES = `
table inet t {
  chain out {
    type filter hook output priority 0
    udp dport 9 log prefix "drop:one " group 1
    udp dport 10 log prefix "accept:two " group 2
    udp dport 11 log prefix "  three" group 1
    udp dport 12 log prefix "wan:out " group 0
    tcp dport 13 log prefix "drop:input " group 1
  }
  chain in { type filter hook input priority 0; udp dport 4000 log prefix "in " group 3; }
}
`;

/** How what `echo 9 > /dev/udp/127.0.0.1/9` sends ends: behind the heads of IPv4 and UDP. */
const DATA = "9\n";
const COMPACT = "schema kind ts prefix hook out src dst proto sport dport".split(" ");

/** Keeps a socket of UDP, under a name of its own. */
const HOLDER = `process.title = "holder"; require("dgram").createSocket("udp4").bind(4000, "127.0.0.1", () => console.log("bound"))`;

describe("packets stream", () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await openLab();
    await ruleset(lab, RULES);
  });
  afterAll(async () => await lab[Symbol.asyncDispose]());

  /** What is told of a packet to each of the ports 9, 10 and 11. */
  async function told(...args: string[]): Promise<PacketEvent[]> {
    const stream = await openStream(lab, ...args);
    await sendUdp(lab, 9, 10, 11);
    await stream.signal("TERM");
    return (await eventsOf(stream)) as PacketEvent[];
  }

  test.each([
    [
      ["--group", "1,2"],
      [9, 10, 11],
    ],
    [
      ["--group", "2", "--group", "1"],
      [9, 10, 11],
    ],
    [
      ["--group", "1"],
      [9, 11],
    ],
    [
      ["--group", "1,2", "--prefix", "drop:*", "--prefix", "thre?"],
      [9, 11],
    ],
    [["--group", "1,2", "--where", "dport > 9 and not prefix ~ *three"], [10]],
    [["--group", "1,2", "--where", "dport in 10-20", "--prefix", "three"], [11]],
  ])("%j: packets to ports %j", async (args, ports) => {
    const events = await told(...args);
    expect(events.map(({ dport }) => dport).sort((a = 0, b = 0) => a - b)).toEqual(ports);
  });

  test("without --group it reads what the rules log to", async () => {
    const stream = await openStream(lab);
    expect(stream.groups).toBe("0, 1, 2, 3");
    await stream.signal("TERM");
    expect(await eventsOf(stream)).toEqual([]);
  });

  test("--fields compact; --payload in hex and base64, and as much of it as is wanted", async () => {
    const [compact] = await told("--group", "1", "--fields", "compact");
    expect(Object.keys(compact ?? {})).toEqual(COMPACT);
    const [hex] = await told("--group", "1", "--payload", "hex");
    const bytes = Buffer.from(hex?.payload ?? "", "hex");
    expect([bytes.length, bytes.toString("latin1", 28), hex?.payload_encoding]).toEqual([30, DATA, "hex"]);
    const [cut] = await told("--group", "1", "--payload", "base64", "--payload-max", "20", "--fields", "compact");
    expect(Object.keys(cut ?? {})).toEqual([...COMPACT, "payload", "payload_encoding", "payload_cut"]);
    expect(cut).toMatchObject({ payload_encoding: "base64", payload_cut: 10 });
    expect(Buffer.from(cut?.payload ?? "", "base64").toString("hex")).toMatch(/^4500001e.{16}7f0000017f000001$/);
  });

  test("--snaplen: what was not copied is said to be missing", async () => {
    const [event] = await told("--group", "1", "--snaplen", "24", "--payload", "hex");
    expect(event).toMatchObject({ len: 30, proto: "udp", sport: expect.any(Number), dport: 9, cut: true });
    expect(event?.payload).toHaveLength(48);
    const [short] = await told("--group", "1", "--snaplen", "20");
    expect(short).toMatchObject({ dst: "127.0.0.1", proto: "udp", cut: true });
    expect(short).not.toHaveProperty("dport");
  });

  test("--program: who holds the socket", async () => {
    const holder = lab.start(process.execPath, ["-e", HOLDER]);
    await holder.line("bound");
    const stream = await openStream(lab, "--group", "3", "--program", "--count", "1");
    await sendUdp(lab, 4000);
    expect(await eventsOf(stream)).toMatchObject([{ prefix: "in ", dport: 4000, program: "holder" }]);
  });

  const PARSERS = { spr: parseSpr, ulogd: parseUlogd, eve: parseEve, ecs: parseEcs, iptables: parseIptables };

  test.each(Object.entries(PARSERS))("--format %s can be read back", async (format, parse) => {
    const stream = await openStream(lab, "--group", "1", "--format", format);
    await sendUdp(lab, 9, 11);
    await stream.signal("TERM");
    const { code, lines, said } = await stream.ended();
    expect({ code, said }).toEqual({ code: 0, said: [] });
    expect(lines.map((line) => parse(line)?.event)).toMatchObject(
      [9, 11].map((dport) => ({ src: "127.0.0.1", dst: "127.0.0.1", proto: "udp", dport, out: "lo", ttl: 64 })),
    );
  });

  test("--format text tells it to people", async () => {
    const stream = await openStream(lab, "--group", "1", "--format", "text", "--count", "1");
    await sendUdp(lab, 9);
    expect((await stream.ended()).lines).toEqual([
      expect.stringMatching(/drop:one .*127\.0\.0\.1:\d+.*127\.0\.0\.1:9/),
    ]);
  });

  /** What SPR's script makes of a line: its table of packets. */
  function tableOf(line: string): string {
    const { Timestamp, UDP, TCP, IP, Prefix } = JSON.parse(line);
    const [name, ports] = UDP == null ? ["TCP", TCP] : ["UDP", UDP];
    return [Timestamp, name, Prefix, `${IP.SrcIP}:${ports.SrcPort}`, `${IP.DstIP}:${ports.DstPort}`].join();
  }

  test("--format spr: groups 0 and 1, with the paths that SPR's script picks", async () => {
    const stream = await openStream(lab, "--format", "spr", "--timeout", "0");
    expect(stream.groups).toBe("0, 1");
    await sendUdp(lab, 12);
    await lab.run("bash", ["-c", "echo > /dev/tcp/127.0.0.1/13"]);
    await stream.signal("TERM");
    const { code, lines, said } = await stream.ended();
    expect({ code, said }).toEqual({ code: 0, said: [] });
    const time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z";
    expect(lines.map(tableOf).sort((a, b) => b.split(",")[1]?.localeCompare(a.split(",")[1] ?? "") ?? 0)).toEqual([
      expect.stringMatching(`^${time},UDP,wan:out ,127.0.0.1:\\d+,127.0.0.1:12$`),
      expect.stringMatching(`^${time},TCP,drop:input ,127.0.0.1:\\d+,127.0.0.1:13$`),
    ]);
    expect(lines.map((line) => JSON.parse(line).Action).sort()).toEqual(["allowed", "blocked"]);
  });

  test("--format spr ends by itself, when it is told to", async () => {
    const stream = await openStream(lab, "--format", "spr", "--timeout", "1s");
    expect(await stream.ended()).toEqual({ code: 0, lines: [], said: [] });
  });
});
