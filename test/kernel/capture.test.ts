import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CaptureIndex } from "../../src/core/capture/capture-index.ts";
import { encodePacket, type Layer4 } from "../../src/core/packet/encode.ts";
import { HELPERS, type Lab, MAIN, openLab, type Running } from "../helpers/lab.ts";
import { frame, layCables, ruleset, sendFrames, sendUdp } from "../helpers/stream.ts";

const RULES = `
table inet t {
  chain in { type filter hook prerouting priority 0; iifname v0 meta mark set 7 log prefix "in " group 1; }
  chain out { type filter hook output priority 0; udp dport 9 log prefix "out:x " group 2; }
}
table arp t { chain in { type filter hook input priority 0; iifname v0 log prefix "arp " group 1; }; }
table bridge t { chain in { type filter hook input priority 0; ip saddr 198.51.100.1 log prefix "bridge " group 1; }; }
table netdev t { chain in { type filter hook ingress device v0 priority 0; vlan id 5 log prefix "vlan " group 1 drop; }; }
`;

const udp: Layer4 = { kind: "udp", sport: 40_000, dport: 9, data: Buffer.from("hello") };
const IP4 = encodePacket({ from: "192.0.2.2", to: "192.0.2.1", ttl: 61, layer4: udp });
const IP6 = encodePacket({ from: "2001:db8::2", to: "2001:db8::1", ttl: 62, layer4: udp });
const BRIDGED = encodePacket({ from: "198.51.100.1", to: "198.51.100.2", ttl: 63, layer4: udp });
const ARP = Buffer.from("0001080006040001020000000002c0000202000000000000c0000201", "hex");

/** A capture in a lab. */
interface Run {
  readonly running: Running;
  signal(name: string): Promise<void>;
  /** What it said once it captured, when it has ended well. */
  ended(): Promise<readonly string[]>;
}

/** nsenter stops with its child: there is one in between that does not. */
const HELD = 'sh -c "$0" sh "$@"; exit "$?"';

async function capture(lab: Lab, ...args: string[]): Promise<Run> {
  const script = 'echo "pid $$" >&2; exec "$@"';
  const words = ["capture", "run", "--timeout", "30s", "--free", "1KiB", ...args];
  const running = lab.start("sh", ["-c", HELD, script, process.execPath, MAIN, ...words]);
  const pid = (await running.line("pid ")).slice("pid ".length);
  await running.line("netlogctl: captures ");
  return {
    running,
    signal: async (name) => {
      expect(await lab.run("kill", [`-${name}`, pid])).toMatchObject({ code: 0 });
    },
    ended: async () => {
      expect(await running.ended).toBe(0);
      return running.rest();
    },
  };
}

async function tshark(lab: Lab, file: string, ...fields: string[]): Promise<string[][]> {
  const words = fields.flatMap((field) => ["-e", field]);
  const { code, stdout, stderr } = await lab.run("tshark", [
    "-n",
    "-r",
    file,
    "-T",
    "fields",
    "-E",
    "occurrence=f",
    ...words,
  ]);
  expect({ code, stderr: stderr.replace(/^Running as user.*\n/, "") }).toEqual({ code: 0, stderr: "" });
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split("\t"));
}

async function filesIn(lab: Lab, ring: string): Promise<string[]> {
  const { stdout } = await lab.run("ls", ["-A", ring]);
  return stdout.split("\n").filter((name) => name !== "" && name !== ".lock");
}

async function indexes(lab: Lab, ring: string): Promise<CaptureIndex[]> {
  const names = (await filesIn(lab, ring)).filter((name) => name.endsWith(".index.json"));
  return await Promise.all(
    names.map(async (name) => JSON.parse((await lab.text(`${ring}/${name}`)) ?? "") as CaptureIndex),
  );
}

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
  await layCables(lab);
  await ruleset(lab, RULES);
});
afterAll(async () => await lab?.[Symbol.asyncDispose]());

async function sendAll(): Promise<void> {
  await sendFrames(lab, "v1", frame(0x0800, IP4), frame(0x86dd, IP6), frame(0x0806, ARP));
  await sendFrames(lab, "v1", frame(0x8100, Buffer.concat([Buffer.from("00050800", "hex"), IP4])));
  await sendFrames(lab, "w1", frame(0x0800, BRIDGED, "020000000005"));
}

const SENT = ["in ", "in ", "arp ", "vlan ", "bridge "];
const NAMES = ["v0", "v0", "v0", "v0", "br0"];
const FIELDS = [
  "frame.comment",
  "frame.interface_name",
  "frame.time_epoch",
  "eth.src",
  "eth.dst",
  "ip.src",
  "ipv6.src",
];
const prefixOf = (comment = ""): string | undefined => /^prefix "(.*?)"/.exec(comment)?.[1];

describe("what is captured opens in tshark", () => {
  test.each(["ethernet", "raw", "nflog"])("link type %s", async (link) => {
    const ring = `/run/ring-${link}`;
    const run = await capture(
      lab,
      "-g",
      "1",
      "--linktype",
      link,
      "--ring",
      ring,
      "--count",
      link === "raw" ? "4" : "5",
    );
    const since = Date.now() / 1000;
    await sendAll();
    await run.ended();
    const [name = "", index = ""] = await filesIn(lab, ring);
    expect([name, index]).toEqual([expect.stringMatching(/^pcap-\d{14}\.pcapng$/), `${name}.index.json`]);
    const rows = await tshark(lab, `${ring}/${name}`, ...FIELDS);
    const kept = SENT.map((_, at) => at).filter((at) => link !== "raw" || SENT[at] !== "arp ");
    expect(rows.map(([comment]) => prefixOf(comment))).toEqual(kept.map((at) => SENT[at]));
    expect(rows.map(([, device]) => device)).toEqual(kept.map((at) => NAMES[at]));
    for (const [, , time] of rows) {
      expect(Number(time)).toBeGreaterThan(since - 1);
      expect(Number(time)).toBeLessThan(Date.now() / 1000 + 1);
    }
    expect(rows[0]?.slice(5)).toEqual(["192.0.2.2", ""]);
    expect(rows[1]?.slice(5)).toEqual(["", "2001:db8::2"]);
    expect(rows.at(-1)?.[5]).toBe("198.51.100.1");
    if (link === "ethernet") {
      expect(rows.map(([, , , source]) => source)).toEqual(SENT.map(() => "02:00:00:00:00:02"));
      expect(rows[0]?.[4]).toBe("02:00:00:00:00:01");
      expect(await tshark(lab, `${ring}/${name}`, "arp.src.proto_ipv4", "vlan.id")).toEqual([
        ...[
          ["", ""],
          ["", ""],
          ["192.0.2.2", ""],
          ["", "5"],
          ["", ""],
        ],
      ]);
    }
    const [told] = await indexes(lab, ring);
    expect(told).toMatchObject({ link, from: "NFLOG group 1", packets: kept.length, lost: 0, ended: "end" });
    expect(told?.prefixes).toMatchObject({ "in ": 2, "bridge ": 1 });
  });

  test("less of each packet, if that is wished", async () => {
    const run = await capture(lab, "-g", "1", "-s", "30", "--ring", "/run/ring-short", "-c", "1");
    await sendFrames(lab, "v1", frame(0x0800, IP4));
    await run.ended();
    const [name] = await filesIn(lab, "/run/ring-short");
    expect(await tshark(lab, `/run/ring-short/${name}`, "frame.cap_len", "frame.len", "udp.dstport")).toEqual([
      ["44", String(14 + IP4.length), "9"],
    ]);
  });

  test("the comment says of a packet what its bytes do not", async () => {
    const run = await capture(lab, "-g", "1,2", "--ring", "/run/ring-said", "-c", "2");
    await sendFrames(lab, "v1", frame(0x0800, IP4));
    await sendUdp(lab, 9);
    await run.ended();
    const [name] = await filesIn(lab, "/run/ring-said");
    const rows = await tshark(lab, `/run/ring-said/${name}`, "frame.comment", "frame.interface_name");
    expect(rows.toSorted()).toEqual([
      ['prefix "in " action blocked hook prerouting in v0 mark 0x7', "v0"],
      ['prefix "out:x " hook output out lo', "lo"],
    ]);
  });
});

describe("an interface is captured by tcpdump", () => {
  test("with its filter, and as little of each packet as is wished", async () => {
    const ring = "/run/ring-lo";
    const run = await capture(lab, "-i", "lo", "--filter", "udp dst port 77", "-s", "40", "--ring", ring, "-c", "2");
    await sendUdp(lab, 77, 78, 77);
    await run.ended();
    const [name] = await filesIn(lab, ring);
    const rows = await tshark(lab, `${ring}/${name}`, "frame.interface_name", "frame.cap_len", "udp.dstport", "ip.src");
    expect(rows).toEqual(Array(2).fill(["lo", "40", "77", "127.0.0.1"]));
    const told = { from: "interface lo: udp dst port 77", link: "ethernet", packets: 2, interfaces: ["lo"] };
    expect(await indexes(lab, ring)).toMatchObject([told]);
  });

  test("any says which interface it was; its end is awaited", async () => {
    const run = await capture(lab, "-i", "any", "--filter", "udp dst port 79", "--ring", "/run/ring-any");
    await sendUdp(lab, 79);
    await expect.poll(async () => await filesIn(lab, "/run/ring-any"), { timeout: 10_000 }).toHaveLength(1);
    await run.signal("TERM");
    await run.ended();
    const [told] = await indexes(lab, "/run/ring-any");
    expect(told).toMatchObject({ link: "cooked2", interfaces: ["lo"] });
  });

  test.each([
    [["-i", "lo", "--filter", "udp prt 9"], "can't parse filter expression: syntax error"],
    [["-i", "nope0"], "No such device"],
  ])("what is wrong with %j is told in its words", async (words, says) => {
    const { code, stderr } = await lab.netlogctl("capture", "run", "--ring", "/run/ring-bad", ...words);
    expect(code).toBe(1);
    expect(stderr).toContain(says);
    expect(await filesIn(lab, "/run/ring-bad")).toEqual([]);
  });
});

test("by a clock that was handed in a file ends with its hour, also where nothing comes, and none spans midnight", async () => {
  const ring = "/run/ring-clock";
  const intent = `version: 1\ncapture: { groups: [2], ring: { directory: ${ring}, free: 1KiB } }\n`;
  await lab.run("tee", ["/run/clock.yaml"], intent);
  // At 22:59:00 of that day, an hour passes in a second and a half.
  const begin = new Date(2026, 5, 1, 22, 59, 0).getTime() - Date.now();
  const words = [`${HELPERS}/capture-clock.js`, "/run/clock.yaml", String(begin), "2400"];
  const running = lab.start(process.execPath, words);
  await running.line("captures ");
  const closed = async (count: number): Promise<void> => {
    await expect.poll(async () => (await indexes(lab, ring)).length, { timeout: 20_000, interval: 50 }).toBe(count);
  };
  await sendUdp(lab, 9);
  await closed(1);
  await sendUdp(lab, 9);
  await closed(2);
  await sendUdp(lab, 9);
  running.endInput();
  expect(await running.ended).toBe(0);
  const told = await indexes(lab, ring);
  expect(told.map(({ ended, packets }) => [ended, packets])).toEqual([
    ["time", 1],
    ["time", 1],
    ["end", 1],
  ]);
  for (const { file, first = "", last = "" } of told) {
    const local = [first, last]
      .map((one) => new Date(one))
      .map((one) => `${one.getMonth()} ${one.getDate()} ${one.getHours()}`);
    expect(local[0]).toBe(local[1]);
    const begun = new Date(first);
    expect(file.slice(5, 15)).toBe(
      `2026${String(begun.getMonth() + 1).padStart(2, "0")}${String(begun.getDate()).padStart(2, "0")}${String(begun.getHours()).padStart(2, "0")}`,
    );
  }
});

test("a killed run leaves a file that can be read, and the next one closes it", async () => {
  const ring = "/run/ring-killed";
  const run = await capture(lab, "-g", "2", "--ring", ring);
  await sendUdp(lab, 9, 9, 9);
  await expect.poll(async () => await filesIn(lab, ring), { timeout: 10_000, interval: 50 }).toHaveLength(1);
  const second = await lab.netlogctl("capture", "run", "-g", "5", "--ring", ring);
  expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining("another netlogctl captures into it") });
  await run.signal("KILL");
  await run.running.ended;
  const [part = ""] = await filesIn(lab, ring);
  expect(part).toMatch(/^pcap-\d{14}\.pcapng\.part$/);
  expect(await tshark(lab, `${ring}/${part}`, "udp.dstport")).toEqual([["9"], ["9"], ["9"]]);
  await lab.run("sh", ["-c", `head -c 50 /dev/zero >> ${ring}/${part}`]);
  const next = await capture(lab, "-g", "2", "--ring", ring);
  await next.signal("INT");
  await next.ended();
  const [told] = await indexes(lab, ring);
  expect(told).toMatchObject({ ended: "cut-off", packets: 3, prefixes: { "out:x ": 3 }, from: "NFLOG group 2" });
  expect(await tshark(lab, `${ring}/${part.replace(".part", "")}`, "udp.dstport")).toHaveLength(3);
});

test("a ring keeps as many files as it may, says which it deleted, and touches nothing else", async () => {
  const ring = "/run/ring-bounds";
  await lab.run("sh", ["-c", `mkdir -p ${ring}; touch ${ring}/notes.txt ${ring}/pcap-20200101000000.pcap`]);
  const run = await capture(lab, "-g", "2", "--ring", ring, "--files", "2");
  for (const count of [1, 2, 3]) {
    await sendUdp(lab, 9);
    await expect.poll(async () => (await filesIn(lab, ring)).some((name) => name.endsWith(".part"))).toBe(true);
    await run.signal("HUP");
    await run.running.line("begins a new file");
    expect(await indexes(lab, ring)).toHaveLength(Math.min(count, 2));
  }
  await run.signal("INT");
  await run.ended();
  const files = await filesIn(lab, ring);
  expect(files).toContain("notes.txt");
  expect(files).toContain("pcap-20200101000000.pcap");
  const removed = ((await lab.text(`${ring}/removed.ndjson`)) ?? "")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(removed).toEqual([
    {
      file: expect.stringMatching(/^pcap-.*pcapng$/),
      packets: 1,
      first: expect.any(String),
      last: expect.any(String),
      why: "files",
      ts: expect.any(String),
    },
  ]);
  expect(files).not.toContain(removed[0].file);
});

test("on a full disk the oldest goes; where nothing is left, packets are counted until there is room", async () => {
  const ring = "/run/ring-full";
  await lab.run("sh", ["-ec", `mkdir -p ${ring}; mount -t tmpfs -o size=64k small ${ring}`]);
  const run = await capture(lab, "-g", "2", "--ring", ring);
  await sendUdp(lab, 9);
  await expect.poll(async () => (await filesIn(lab, ring)).length, { timeout: 10_000, interval: 50 }).toBe(1);
  await run.signal("HUP");
  await run.running.line("begins a new file");
  const flood = Array(1000).fill(9) as number[];
  await sendUdp(lab, ...flood);
  await run.running.line("there is no room");
  expect((await lab.text(`${ring}/removed.ndjson`)) ?? "").toMatch(/"why":"free"|^$/);
  await lab.run("mount", ["-o", "remount,size=4m", ring]);
  await sendUdp(lab, 9);
  await run.running.line("there is room");
  await run.signal("INT");
  await run.ended();
  const told = await indexes(lab, ring);
  expect(told).toHaveLength(1);
  const [{ packets, lost, file } = { packets: 0, lost: 0, file: "" }] = told;
  expect(lost).toBeGreaterThan(0);
  expect(packets + lost).toBe(1001);
  expect(await tshark(lab, `${ring}/${file}`, "udp.dstport")).toHaveLength(packets);
});

test("what the intent says is captured, and the service manager is told: ready, alive, stopping", async () => {
  const intent =
    "version: 1\ncapture: { groups: [2], linktype: raw, ring: { directory: /run/ring-unit, free: 1KiB } }\n";
  await lab.run("sh", ["-c", "cat > /run/capture.yaml"], intent);
  const manager = lab.start(process.execPath, [`${HELPERS}/notify-listen.js`, "/run/notify"]);
  await manager.line("listening");
  const environment = [
    "NOTIFY_SOCKET=/run/notify",
    "WATCHDOG_USEC=100000",
    "sh",
    "-c",
    'echo "pid $$"; exec "$@"',
    "sh",
  ];
  const run = ["capture", "run", "-f", "/run/capture.yaml", "--snaplen", "28"];
  const running = lab.start("env", [...environment, process.execPath, MAIN, ...run]);
  const pid = (await running.line("pid ")).slice("pid ".length);
  await manager.line("READY=1");
  expect(await manager.line("STATUS=")).toBe("STATUS=captures NFLOG group 2 into /run/ring-unit");
  await manager.line("WATCHDOG=1");
  await sendUdp(lab, 9);
  await lab.run("kill", ["-TERM", pid]);
  await manager.line("STOPPING=1");
  expect(await running.ended).toBe(0);
  const [told] = await indexes(lab, "/run/ring-unit");
  expect(told).toMatchObject({ link: "raw", packets: 1 });
  expect(await tshark(lab, `/run/ring-unit/${told?.file}`, "frame.cap_len")).toEqual([["28"]]);
  expect((await lab.run("stat", ["-c", "%a", "/run/ring-unit", `/run/ring-unit/${told?.file}`])).stdout).toBe(
    "750\n640\n",
  );
});

test("what found no room is counted in the index, and said", async () => {
  const ring = "/run/ring-lost";
  const run = await capture(lab, "-g", "2", "--ring", ring, "--room", "1");
  await run.signal("STOP");
  await lab.run(process.execPath, [`${HELPERS}/send-many.js`, "20000", "9"]);
  await run.signal("CONT");
  await run.signal("INT");
  const said = (await run.ended()).join("\n");
  const [told] = await indexes(lab, ring);
  expect(told?.lost).toBeGreaterThan(0);
  expect(said).toContain(`at least ${told?.lost} packets are not in it`);
});
