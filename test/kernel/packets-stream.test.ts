import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PacketEvent } from "../../src/core/event/event.ts";
import { encodePacket, type Layer4 } from "../../src/core/packet/encode.ts";
import { type Lab, openLab } from "../helpers/lab.ts";
import { eventsOf, frame, layCables, openStream, ruleset, sendFrames } from "../helpers/stream.ts";

const RULES = `
table inet t {
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
    { ...SPOKEN4, proto: "sctp", sport: 1, dport: 2, sctp: { tag: 0, chunks: ["INIT"] } },
  ],
];

describe("packets stream, on the real kernel:", () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await openLab();
    await layCables(lab);
    await ruleset(lab, RULES);
  });
  afterAll(async () => await lab[Symbol.asyncDispose]());

  test("what was sent is what the events say, in order, and no binding is another", async () => {
    const before = await lab.bound();
    const stream = await openStream(lab, "--count", String(CASES.length));
    expect(await lab.bound()).toEqual(before);
    await sendFrames(lab, "v1", ...CASES.map(([, etherType, packet]) => frame(etherType, packet)));
    const events = await eventsOf(stream);
    expect(events).toMatchObject(
      CASES.map(([, type, , says], seq) => ({
        ...{ kind: "packet", ts_source: "kernel", source: "nflog", group: 1, prefix: "in ", topic: "nft:in", seq },
        ...{ seq_global: seq, action: "blocked", hook: "prerouting", in: "v0", mark: 0xdead },
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
    console.log(JSON.stringify(await eventsOf(stream)));
  });
  test("bridge, raw, vlan", async () => {
    const stream = await openStream(lab, "--group", "1", "--count", "3");
    const f = encodePacket({ from: "198.51.100.1", to: "198.51.100.2", ttl: 5, layer4: udp("x") });
    const fr = frame(IP4, f);
    Buffer.from("020000000005", "hex").copy(fr, 0);
    await sendFrames(lab, "w1", fr);
    await sendFrames(
      lab,
      "v1",
      frame(0x88b5, Buffer.from("0badcafe", "hex")),
      frame(0x8100, Buffer.concat([Buffer.from("60050800", "hex"), ip4(udp("v"))])),
    );
    console.log(JSON.stringify(await eventsOf(stream)));
  });
});
