import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodePacket, type Layer4 } from "../../src/core/packet/encode.ts";
import { filesIn, indexesIn, openCapture, tshark } from "../helpers/captures.ts";
import { type Lab, openLab } from "../helpers/lab.ts";
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
    const run = await openCapture(
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
    const [told] = await indexesIn(lab, ring);
    expect(told).toMatchObject({ link, from: "NFLOG group 1", packets: kept.length, lost: 0, ended: "end" });
    expect(told?.prefixes).toMatchObject({ "in ": 2, "bridge ": 1 });
  });

  test("less of each packet, if that is wished", async () => {
    const run = await openCapture(lab, "-g", "1", "-s", "30", "--ring", "/run/ring-short", "-c", "1");
    await sendFrames(lab, "v1", frame(0x0800, IP4));
    await run.ended();
    const [name] = await filesIn(lab, "/run/ring-short");
    expect(await tshark(lab, `/run/ring-short/${name}`, "frame.cap_len", "frame.len", "udp.dstport")).toEqual([
      ["44", String(14 + IP4.length), "9"],
    ]);
  });

  test("the comment says of a packet what its bytes do not", async () => {
    const run = await openCapture(lab, "-g", "1,2", "--ring", "/run/ring-said", "-c", "2");
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
    const run = await openCapture(
      lab,
      "-i",
      "lo",
      "--filter",
      "udp dst port 77",
      "-s",
      "40",
      "--ring",
      ring,
      "-c",
      "2",
    );
    await sendUdp(lab, 77, 78, 77);
    await run.ended();
    const [name] = await filesIn(lab, ring);
    const rows = await tshark(lab, `${ring}/${name}`, "frame.interface_name", "frame.cap_len", "udp.dstport", "ip.src");
    expect(rows).toEqual(Array(2).fill(["lo", "40", "77", "127.0.0.1"]));
    const told = { from: "interface lo: udp dst port 77", link: "ethernet", packets: 2, interfaces: ["lo"] };
    expect(await indexesIn(lab, ring)).toMatchObject([told]);
  });

  test("any says which interface it was; its end is awaited", async () => {
    const run = await openCapture(lab, "-i", "any", "--filter", "udp dst port 79", "--ring", "/run/ring-any");
    await sendUdp(lab, 79);
    await expect.poll(async () => await filesIn(lab, "/run/ring-any"), { timeout: 10_000 }).toHaveLength(1);
    await run.signal("TERM");
    await run.ended();
    const [told] = await indexesIn(lab, "/run/ring-any");
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
