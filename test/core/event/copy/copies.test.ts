import { describe, expect, test } from "vitest";
import { nftMatchOf } from "../../../../src/core/event/copy/nft-match.ts";
import { testCaseOf } from "../../../../src/core/event/copy/test-case.ts";
import type { PacketEvent } from "../../../../src/core/event/event.ts";

const EVENT: PacketEvent = {
  ...{ schema: 1, kind: "packet", ts: "2026-11-21T11:37:01.123456789Z", ts_source: "kernel", source: "nflog" },
  ...{ group: 5, prefix: "ssh:new ", topic: "nft:ssh:new", in: "eth0", in_index: 2 },
};
const IP4 = { src: "198.51.100.7", dst: "192.0.2.1", ttl: 61 };
const IP6 = { src: "2001:db8::7", dst: "2001:db8::1", ttl: 61 };
const TCP: Partial<PacketEvent> = { proto: "tcp", sport: 40_000, dport: 22, tcp: { flags: ["SYN"], window: 1 } };
const UDP: Partial<PacketEvent> = { proto: "udp", sport: 68, dport: 67, udp: { len: 308 } };
const ARP: Partial<PacketEvent> = { arp: { operation: 1, sender: "10.0.0.5", target: "10.0.0.1" } };
const ERROR = { src: "10.0.0.1", dst: "10.0.0.2", proto: "udp" };

describe("as a match of nft", () => {
  test.each<[string, Partial<PacketEvent>, string | undefined]>([
    ["TCP", { ...IP4, ...TCP }, 'iifname "eth0" ip saddr 198.51.100.7 ip daddr 192.0.2.1 tcp dport 22'],
    [
      "an answer",
      { ...IP6, ...TCP, sport: 22, dport: 40_000 },
      "ip6 saddr 2001:db8::7 ip6 daddr 2001:db8::1 tcp sport 22",
    ],
    ["DHCP", { ...IP4, ...UDP }, "udp sport 68 udp dport 67"],
    ["neither port is a service's", { ...IP4, ...UDP, sport: 5000, dport: 6000 }, "192.0.2.1 udp dport 6000"],
    ["ICMP", { ...IP4, proto: "icmp", icmp: { type: 3, code: 1 } }, "icmp type 3 icmp code 1"],
    ["ICMPv6", { ...IP6, proto: "icmpv6", icmp: { type: 128, code: 0 } }, "ip6 daddr 2001:db8::1 icmpv6 type 128"],
    ["ICMPv6 over IPv4", { ...IP4, proto: "icmpv6", icmp: { type: 128, code: 0 } }, "192.0.2.1 meta l4proto 58"],
    ["GRE", { ...IP4, proto: "gre" }, "meta l4proto 47"],
    ["ARP", ARP, 'iifname "eth0" arp operation 1 arp saddr ip 10.0.0.5 arp daddr ip 10.0.0.1'],
    ["both interfaces", { out: "wg0", out_index: 3 }, 'iifname "eth0" oifname "wg0"'],
    ["a name that is an index", { in: "2", out: "eth*" }, undefined],
    ["addresses of two versions", { src: "10.0.0.1", dst: "::1", in: "a b", proto: "no-such" }, undefined],
  ])("%s", (_name, fields, expected) => {
    const match = nftMatchOf({ ...EVENT, ...fields });
    if (expected === undefined) expect(match).toBeUndefined();
    else expect(match).toMatch(new RegExp(`${expected.replaceAll(/[*.[\]]/g, "\\$&")}$`));
  });
});

/** What a case says of its packet and of its line. */
function said(fields: Partial<PacketEvent>, bytes?: Buffer): string[] | undefined {
  const text = testCaseOf({ ...EVENT, ...fields }, bytes);
  return text
    ?.split("\n")
    .slice(2, -1)
    .map((line) => line.trim().replace(/^- /, ""));
}

describe("as a case of rules test", () => {
  test("all of it", () => {
    expect(testCaseOf({ ...EVENT, ...IP6, ...TCP }, undefined)).toBe(`\
  - name: "tcp [2001:db8::7]:40000 > [2001:db8::1]:22, 11:37:01.123456789"
    packets:
      - in: eth0
        from: "2001:db8::7"
        to: "2001:db8::1"
        ttl: 61
        tcp: { sport: 40000, dport: 22, flags: [syn] }
    logged:
      - { prefix: "ssh:new ", to: group 5, in: eth0 }
`);
  });

  test.each<[string, Partial<PacketEvent>, string[]]>([
    ["no flags", { ...TCP, tcp: { flags: [], window: 1 } }, ["tcp: { sport: 40000, dport: 22, flags: none }"]],
    ["data", UDP, ["udp: { sport: 68, dport: 67, size: 300 }"]],
    [
      "an echo",
      { proto: "icmp", icmp: { type: 8, code: 0, id: 7, seq: 1 } },
      ["icmp: { type: 8, code: 0, id: 7, seq: 1 }"],
    ],
    [
      "SCTP",
      { proto: "sctp", sport: 1, dport: 2, sctp: { tag: 3, chunks: ["init"] } },
      ["sctp: { sport: 1, dport: 2, chunk: init, tag: 3 }"],
    ],
    ["a number", { proto: "gre" }, ["protocol: 47"]],
    ["forwarded: one hop before", { ...UDP, hook: "forward" }, ["ttl: 62"]],
    ["sent", { ...UDP, in: "2", out: "eth1" }, ["out: eth1", '{ prefix: "ssh:new ", to: group 5, out: eth1 }']],
    ["at lo", { ...UDP, in: "lo" }, ["out: lo", '{ prefix: "ssh:new ", to: group 5, in: lo }']],
    ["of a capture", { ...UDP, in: "2" }, ["in: eth0", '{ prefix: "ssh:new ", to: group 5 }']],
    ["of the kernel log", { ...UDP, source: "kmsg" }, ['{ prefix: "ssh:new ", to: kernel, in: eth0 }']],
    ["a hostile prefix", { ...UDP, prefix: '\u001b"\n' }, ['{ prefix: "\\u001b\\"\\n", to: group 5, in: eth0 }']],
  ])("%s", (_name, fields, expected) => {
    const lines = said({ ...IP4, ...fields });
    for (const line of expected) expect(lines).toContain(line);
  });

  const whole = Buffer.from("4500001c000100003d2f0000c6336407c000020100000800deadbeef", "hex");

  test.each<[string, Partial<PacketEvent>, string | undefined]>([
    ["another protocol", { ...IP4, proto: "gre" }, `hex: "${whole.toString("hex")}"`],
    ["a fragment", { ...IP4, ...UDP, ip: { version: 4, tos: 0, offset: 8 } }, "hex: "],
    ["an error", { ...IP4, proto: "icmp", icmp: { type: 3, code: 1, inner: ERROR } }, "hex: "],
    ["cut", { ...IP4, proto: "gre", cut: true }, "protocol: 47"],
    ["known by its fields", { ...IP4, ...TCP }, "tcp: "],
  ])("%s, where all bytes are there", (_name, fields, expected) => {
    expect(said(fields, whole)?.some((line) => line.startsWith(expected ?? ""))).toBe(true);
  });

  test("what is no packet of IP is a frame, where its ends are known", () => {
    const ether = { src: "02:00:00:00:00:02", dst: "02:00:00:00:00:01", type: 0x88b5 };
    const bytes = Buffer.from("0badcafe", "hex");
    expect(said({ kind: "undecoded", ether }, bytes)).toContain('frame: "02000000000102000000000288b50badcafe"');
    expect(said({ kind: "undecoded" }, bytes)).toBeUndefined();
    expect(said({ kind: "undecoded", ether, in: "lo" }, bytes)).toBeUndefined();
    expect(said({ kind: "undecoded", ether }, undefined)).toBeUndefined();
  });

  test.each<[string, Partial<PacketEvent>]>([
    ["no addresses", TCP],
    ["no ports", { ...IP4, proto: "tcp" }],
    ["no ports of UDP", { ...IP4, proto: "udp" }],
    ["no ports of SCTP", { ...IP4, proto: "sctp" }],
    ["no type", { ...IP4, proto: "icmp" }],
    ["ICMP of the other version", { ...IP6, proto: "icmp", icmp: { type: 8, code: 0 } }],
    ["a protocol that nobody knows", { ...IP4, proto: "no-such" }],
  ])("%s: none", (_name, fields) => {
    expect(testCaseOf({ ...EVENT, ...fields }, undefined)).toBeUndefined();
  });
});
