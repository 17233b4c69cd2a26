import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PacketEvent } from "../../src/core/event/event.ts";
import { encodePacket, type Layer4 } from "../../src/core/packet/encode.ts";
import { type Lab, openLab } from "../helpers/lab.ts";
import { eventsOf, frame, layCables, openStream, ruleset, sendFrames } from "../helpers/stream.ts";

const RULES = `
table inet t {
  chain out { type filter hook output priority 0; udp dport 9 meta mark set 7 log prefix "out " group 2; }
  chain in { type filter hook prerouting priority 0; iifname v0 meta mark set 0xdead log prefix "in " group 1; }
}
table arp t { chain in { type filter hook input priority 0; iifname v0 log prefix "arp " group 1; }; }
table bridge t { chain in { type filter hook input priority 0; ip saddr 198.51.100.1 log prefix "bridge " group 1; }; }
table netdev t {
  chain in {
    type filter hook ingress device v0 priority 0
    ether type 0x88b5 log prefix "raw " group 1 drop
    vlan id 5 log prefix "vlan " group 1 drop
  }
}
`;

const IS_ROOT = process.getuid?.() === 0;
const IP4 = 0x0800;
const IP6 = 0x86dd;

const ip4 = (layer4: Layer4): Buffer => encodePacket({ from: "192.0.2.2", to: "192.0.2.1", ttl: 61, layer4 });
const ip6 = (layer4: Layer4): Buffer => encodePacket({ from: "2001:db8::2", to: "2001:db8::1", ttl: 62, layer4 });
const udp = (text: string): Layer4 => ({ kind: "udp", sport: 40_000, dport: 9, data: Buffer.from(text) });
const icmp = (type: number, code: number, id: number, seq: number): Layer4 => ({
  kind: type < 128 ? "icmp" : "icmpv6",
  ...{ type, code, id, seq, data: Buffer.from("ping") },
});

/** A SYN with options: MSS 1460, SACK permitted, timestamps 5 and 0, no-op, window scale 7. */
function syn(packetOf: (layer4: Layer4) => Buffer, headBytes: number): Buffer {
  const options = Buffer.from("020405b40402080a000000050000000001030307", "hex");
  const packet = packetOf({ kind: "tcp", sport: 40_001, dport: 80, flags: ["syn"], seq: 99, ack: 0, data: options });
  packet[headBytes + 12] = 10 << 4;
  return packet;
}

/** The part of an IPv4 packet behind `offset` bytes of what stands above IP. */
function fragment(whole: Buffer, offset: number, end: number): Buffer {
  const part = Buffer.concat([whole.subarray(0, 20), whole.subarray(20 + offset, 20 + end)]);
  part.writeUInt16BE(part.length, 2);
  part.writeUInt16BE(0x77, 4);
  part.writeUInt16BE((20 + end < whole.length ? 0x2000 : 0) | (offset >> 3), 6);
  part.writeUInt16BE(0, 10);
  const sum = [...Array(10).keys()].reduce((total, at) => total + part.readUInt16BE(2 * at), 0);
  part.writeUInt16BE(~((sum & 0xffff) + (sum >> 16)) & 0xffff, 10);
  return part;
}

const SPOKEN4 = { family: "ip", src: "192.0.2.2", dst: "192.0.2.1", ttl: 61 } as const;
const SPOKEN6 = { family: "ip6", src: "2001:db8::2", dst: "2001:db8::1", ttl: 62 } as const;
const OPTIONS = { mss: 1460, window_scale: 7, sack_permitted: true, timestamp: [5, 0] };
const SYN = { tcp: { flags: ["SYN"], seq: 99, ack: 0, window: 0xffff, options: OPTIONS } };
const ABOUT_ITS_PORT = { src: "192.0.2.2", dst: "192.0.2.1", proto: "udp", sport: 40_000, dport: 9 };

const CASES: readonly [string, number, Buffer, object][] = [
  [
    "UDP",
    IP4,
    ip4(udp("hello")),
    { ...SPOKEN4, proto: "udp", sport: 40_000, dport: 9, len: 33, udp: { len: 13 }, ip: { flags: ["DF"] } },
  ],
  ["UDP over IPv6", IP6, ip6(udp("hello")), { ...SPOKEN6, proto: "udp", sport: 40_000, dport: 9, udp: { len: 13 } }],
  ["TCP", IP4, syn(ip4, 20), { ...SPOKEN4, proto: "tcp", sport: 40_001, dport: 80, len: 60, ...SYN }],
  ["TCP over IPv6", IP6, syn(ip6, 40), { ...SPOKEN6, proto: "tcp", sport: 40_001, dport: 80, len: 80, ...SYN }],
  [
    "an echo request",
    IP4,
    ip4(icmp(8, 0, 7, 3)),
    { ...SPOKEN4, proto: "icmp", icmp: { type: 8, code: 0, id: 7, seq: 3 } },
  ],
  [
    "an echo request of ICMPv6",
    IP6,
    ip6(icmp(128, 0, 7, 3)),
    { ...SPOKEN6, proto: "icmpv6", icmp: { type: 128, code: 0, id: 7, seq: 3 } },
  ],
  [
    "an error of ICMP",
    IP4,
    ip4({ kind: "icmp", type: 3, code: 4, id: 0, seq: 1400, data: ip4(udp("hello")) }),
    { ...SPOKEN4, proto: "icmp", icmp: { type: 3, code: 4, mtu: 1400, inner: ABOUT_ITS_PORT } },
  ],
  [
    "an error of ICMPv6",
    IP6,
    ip6({ kind: "icmpv6", type: 1, code: 4, id: 0, seq: 0, data: ip6(udp("hello")) }),
    {
      ...SPOKEN6,
      icmp: { type: 1, code: 4, inner: { ...ABOUT_ITS_PORT, src: SPOKEN6.src, dst: SPOKEN6.dst } },
    },
  ],
  [
    "the first fragment",
    IP4,
    fragment(ip4(udp("a".repeat(40))), 0, 24),
    { ...SPOKEN4, proto: "udp", sport: 40_000, dport: 9, len: 44, ip: { id: 0x77, flags: ["MF"] } },
  ],
  [
    "the last fragment",
    IP4,
    fragment(ip4(udp("a".repeat(40))), 24, 48),
    { ...SPOKEN4, proto: "udp", len: 44, ip: { id: 0x77, offset: 24 } },
  ],
  [
    "SCTP",
    IP4,
    ip4({ kind: "sctp", sport: 1, dport: 2, chunk: 1, tag: 0, data: Buffer.alloc(0) }),
    { ...SPOKEN4, proto: "sctp", sport: 1, dport: 2, sctp: { tag: 0, chunks: ["init"] } },
  ],
];

describe("packets stream, on the real kernel:", () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await openLab();
    await layCables(lab);
    await ruleset(lab, RULES);
    const bind = "cd /proc/sys/net/netfilter/nf_log; echo NONE > 2; echo nfnetlink_log > 10";
    expect(await lab.run("sh", ["-c", bind])).toMatchObject({ code: 0 });
  });
  afterAll(async () => await lab[Symbol.asyncDispose]());

  test("what was sent is what the events say, in order, and no binding is another", async () => {
    const before = await lab.bound();
    expect(before).toMatchObject({ 2: "NONE", 10: "nfnetlink_log" });
    const stream = await openStream(lab, "--group", "1", "--count", String(CASES.length));
    expect(await lab.bound()).toEqual(before);
    await sendFrames(lab, "v1", ...CASES.map(([, etherType, packet]) => frame(etherType, packet)));
    const events = await eventsOf(stream);
    expect(events).toMatchObject(
      CASES.map(([, type, , says], seq) => ({
        ...{ kind: "packet", ts_source: "kernel", source: "nflog", group: 1, prefix: "in ", topic: "nft:in", seq },
        ...{ action: "blocked", hook: "prerouting", in: "v0", mark: 0xdead },
        ether: { src: "02:00:00:00:00:02", dst: "02:00:00:00:00:01", type, hw_type: 1 },
        ...says,
      })),
    );
    for (const event of events) expect(event).not.toHaveProperty("payload");
    expect((events[0] as PacketEvent).in_index).toBe(
      Number((await lab.run("ip", ["-o", "link", "show", "v0"])).stdout.split(":")[0]),
    );
    expect(await lab.bound()).toEqual(before);
  });

  test("ARP", async () => {
    const stream = await openStream(lab, "--group", "1", "--where", "family = arp", "--count", "1");
    const request = Buffer.from("0001080006040001020000000002c0000202000000000000c0000201", "hex");
    await sendFrames(lab, "v1", frame(0x0806, request));
    expect(await eventsOf(stream)).toMatchObject([
      {
        ...{ kind: "packet", prefix: "arp ", hook: "input", family: "arp", in: "v0" },
        ether: { src: "02:00:00:00:00:02", type: 0x0806 },
        arp: {
          operation: 1,
          ...{ sender_mac: "02:00:00:00:00:02", sender: "192.0.2.2" },
          ...{ target_mac: "00:00:00:00:00:00", target: "192.0.2.1" },
        },
      },
    ]);
  });

  test("a bridge: itself and its port", async () => {
    const stream = await openStream(lab, "--count", "1");
    const packet = encodePacket({ from: "198.51.100.1", to: "198.51.100.2", ttl: 5, layer4: udp("x") });
    await sendFrames(lab, "w1", frame(IP4, packet, "020000000005"));
    expect(await eventsOf(stream)).toMatchObject([
      {
        ...{ prefix: "bridge ", hook: "input", family: "bridge", in: "br0", phys_in: "w0" },
        ...{ src: "198.51.100.1", ttl: 5, proto: "udp", ether: { dst: "02:00:00:00:00:05", type: IP4 } },
      },
    ]);
  });

  test("ingress: what nobody knows is told with its bytes, a VLAN by its tag", async () => {
    const stream = await openStream(lab, "--count", "2");
    const tagged = Buffer.concat([Buffer.from("60050800", "hex"), ip4(udp("v"))]);
    await sendFrames(lab, "v1", frame(0x88b5, Buffer.from("0badcafe", "hex")), frame(0x8100, tagged));
    const ingress = { ts_source: "kernel", hook: "ingress", family: "netdev", in: "v0" };
    expect(await eventsOf(stream)).toMatchObject([
      {
        ...{ kind: "undecoded", prefix: "raw ", ...ingress, ether: { type: 0x88b5 } },
        ...{ payload: "0badcafe", payload_encoding: "hex", why: expect.stringContaining("0x88b5") },
      },
      {
        ...{ kind: "packet", prefix: "vlan ", ...ingress, ether: { type: IP4 } },
        ...{ vlan: [{ protocol: 0x8100, id: 5, priority: 3 }], src: "192.0.2.2", dport: 9 },
      },
    ]);
  });

  test("output: who sent it, stamped when it is read, with its mark", async () => {
    const stream = await openStream(lab, "--group", "2", "--count", "1");
    const sender = IS_ROOT ? ["--reuid=1234", "--regid=2345", "--clear-groups"] : ["--inh-caps=-all"];
    const send = "exec > /dev/udp/127.0.0.1/9; echo";
    expect(await lab.run("setpriv", [...sender, "bash", "-c", send])).toMatchObject({ code: 0 });
    const [event] = (await eventsOf(stream)) as PacketEvent[];
    expect(event).toMatchObject({
      ...{ ts_source: "reader", prefix: "out ", hook: "output", family: "ip", out: "lo", mark: 7 },
      ...(IS_ROOT ? { uid: 1234, gid: 2345 } : { uid: 0, gid: 0 }),
      ...{ dst: "127.0.0.1", proto: "udp", dport: 9, len: 29 },
    });
    expect(event).not.toHaveProperty("in");
    expect(event).not.toHaveProperty("ether");
  });

  test("--names: of /etc/hosts and of an answer of DNS", async () => {
    const hosts = "echo 192.0.2.2 printer.example > /run/hosts; mount --bind /run/hosts /etc/hosts";
    expect(await lab.run("sh", ["-c", hosts])).toMatchObject({ code: 0 });
    const stream = await openStream(lab, "--group", "1", "--names", "--count", "2");
    const name = "03777777076578616d706c6503636f6d00"; // www.example.com
    const answer = Buffer.from(`000181800001000100000000${name}00010001c00c000100010000003c0004c6336407`, "hex");
    const dns = ip4({ kind: "udp", sport: 53, dport: 40_000, data: answer });
    const later = encodePacket({ from: "192.0.2.2", to: "198.51.100.7", ttl: 61, layer4: udp("x") });
    await sendFrames(lab, "v1", frame(IP4, dns), frame(IP4, later));
    expect(await eventsOf(stream)).toMatchObject([
      { src_name: "printer.example", dns: { questions: [{ name: "www.example.com", type: "A" }] } },
      { src_name: "printer.example", dst: "198.51.100.7", dst_name: "www.example.com" },
    ]);
  });

  test("--conntrack: a kernel that cannot add the flow of a packet is named, and the group is free again", async () => {
    const command = ["packets", "stream", "--group", "1", "--conntrack", "--timeout", "1s"];
    const { code, stderr } = await lab.netlogctl(...command);
    const isAble = code === 0; // CONFIG_NETFILTER_NETLINK_GLUE_CT
    expect(stderr).toContain(
      isAble ? "reading NFLOG group 1" : "with what conntrack knows: this kernel does not add it",
    );
    expect(await lab.netlogctl("packets", "stream", "--group", "1", "--timeout", "1s")).toMatchObject({ code: 0 });
  });

  test("--community-id", async () => {
    const stream = await openStream(lab, "--group", "1", "--community-id", "--count", "1");
    await sendFrames(lab, "v1", frame(IP4, ip4(udp("x"))));
    // Seed 0, the lower end first: 192.0.2.1 port 9, 192.0.2.2 port 40000, of UDP.
    const digest = createHash("sha1").update(Buffer.from("0000c0000201c0000202110000099c40", "hex")).digest("base64");
    expect(await eventsOf(stream)).toMatchObject([{ community_id: `1:${digest}` }]);
  });
});
