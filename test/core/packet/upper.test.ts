import { describe, expect, test } from "vitest";
import type { Layers } from "../../../src/core/event/layers.ts";
import { decodeNetwork } from "../../../src/core/packet/network.ts";
import { ip4, ip6 } from "../../helpers/hex-packets.ts";

const layersOf4 = (packet: Buffer): Layers => decodeNetwork(packet, 0x0800).layers;
const layersOf6 = (packet: Buffer): Layers => decodeNetwork(packet, 0x86dd).layers;

describe("TCP", () => {
  const head = (length: number, flags: string) => `01bb 9c40 00000001 00000002 ${length}${flags} 0400 0000 0007`;

  test("all flags, and the urgent pointer", () => {
    expect(layersOf4(ip4(6, head(5, "1ff"))).tcp).toEqual({
      flags: ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE"],
      seq: 1,
      ack: 2,
      window: 1024,
      urgent: 7,
    });
  });

  test.each([
    ["in any order", 8, "0101 0402 0303 07 02 04 05b4 00", { mss: 1460, window_scale: 7, sack_permitted: true }],
    ["selective acknowledgement", 8, "0101 050a 00000001 00000002", { sack: [[1, 2]] }],
    ["another, twice", 7, "fd03 aa fd03 bb 0000", { other: ["aa", "bb"].map((data) => ({ kind: 253, data })) }],
    ["one of a wrong length", 6, "0203 05 00", { other: [{ kind: 2, data: "05" }] }],
    ["behind the end", 6, "00 0204 05", undefined],
    ["without a length", 6, "0101 0100", undefined],
    ["of length 0 and 1", 7, "0303 07 0200 0201 05", { window_scale: 7 }],
    ["longer than the header", 6, "0303 07 02", { window_scale: 7 }],
    ["a header that is too short", 4, "0204 05b4", undefined],
  ])("options: %s", (_, length, options, expected) => {
    expect(layersOf4(ip4(6, `${head(length, "010")} ${options}`)).tcp?.options).toEqual(expected);
  });
});

describe("ICMP", () => {
  test.each([
    ["timestamp", "0d00 0000 0007 0001", { type: 13, code: 0, id: 7, seq: 1 }],
    ["router advertisement", "0900 0000 0102 0708", { type: 9, code: 0 }],
    ["a header that is cut", "0800 0000", { type: 8, code: 0 }],
    ["fragmentation needed", "0304 0000 0000 0578", { type: 3, code: 4, mtu: 1400 }],
    ["redirect", "0501 0000 0a000009", { type: 5, code: 1, gateway: "10.0.0.9" }],
    ["an inner packet that is no packet", `0b00 0000 00000000 ${"50".repeat(40)}`, { type: 11, code: 0 }],
    [
      "an inner later fragment",
      "0b01 0000 00000000 4500 0400 0000 0001 01 11 0000 0a000002 0a000001 04d2162e",
      { type: 11, code: 1, inner: { src: "10.0.0.2", dst: "10.0.0.1", proto: "udp" } },
    ],
  ])("%s", (_, body, expected) => {
    expect(layersOf4(ip4(1, body)).icmp).toEqual(expected);
  });

  test("version 6: an inner packet behind extension headers", () => {
    const inner = ip6(60, "1100 010400000000 04d2162e").toString("hex");
    expect(layersOf6(ip6(58, `0200 0000 00000500 ${inner}`)).icmp).toEqual({
      type: 2,
      code: 0,
      mtu: 1280,
      inner: { src: "::1", dst: "::2", proto: "udp", sport: 1234, dport: 5678 },
    });
  });
});

describe("other protocols", () => {
  test.each<[string, number, string, Layers]>([
    ["GRE with checksum and key", 47, "a000 0800 00000000 0000004d", { gre: { protocol: 0x800, key: 77 } }],
    ["GRE of PPTP", 47, "3001 880b 0020 0001 00000000", { gre: { protocol: 0x880b } }],
    ["ESP", 50, "00c0ffee 00000005", { esp: { spi: 0xc0ffee, seq: 5 } }],
    ["AH that is cut", 51, "1104 0000 00000abc", {}],
    ["UDP-Lite", 136, "03e8 07d0 0008 0000", { sport: 1000, dport: 2000 }],
    ["DCCP", 33, "03e8 07d0", { sport: 1000, dport: 2000 }],
    ["VRRP", 112, "21010164", {}],
    [
      "SCTP: a chunk of length 0, and one without a name",
      132,
      "0007 0009 00000001 00000000 03000000 fe000004",
      { sport: 7, dport: 9, sctp: { tag: 1, chunks: ["sack", "254"] } },
    ],
  ])("%s", (_, protocol, body, expected) => {
    const { src, dst, len, ttl, ip, proto, ...upper } = layersOf4(ip4(protocol, body));
    expect(upper).toEqual(expected);
  });

  test("of SCTP no more than 32 chunks are read", () => {
    const { sctp } = layersOf4(ip4(132, `0007 0009 00000001 00000000 ${"00000000".repeat(99)}`));
    expect(sctp?.chunks).toHaveLength(32);
  });
});

test("what is no DNS and no DHCP message on their ports is UDP", () => {
  expect(layersOf4(ip4(17, "04d2 0035 000c 0000 61626364"))).not.toHaveProperty("dns");
  expect(layersOf4(ip4(17, "0044 0043 000c 0000 61626364"))).not.toHaveProperty("dhcp");
});

test("a DNS message in a TCP segment, if it is whole", () => {
  const head = "9c40 0035 00000001 00000002 5018 0400 0000 0000";
  const dns = "0001 0100 0001 0000 0000 0000 0178 00 0001 0001";
  expect(layersOf4(ip4(6, `${head} 0013 ${dns} ffff`)).dns?.questions).toEqual([{ name: "x", type: "A" }]);
  expect(layersOf4(ip4(6, `${head} 0014 ${dns}`)).dns).toBeUndefined();
  expect(layersOf4(ip4(6, `${head} 00`)).dns).toBeUndefined();
});

test("an authentication header stands before what is above UDP", () => {
  const body = "1104 0000 00000abc 00000009 00000000 00000000 00000000";
  const dns = "0001 0100 0001 0000 0000 0000 0178 00 0001 0001";
  const layers = layersOf4(ip4(51, `${body} 04d2 0035 001b 0000 ${dns}`));
  expect(Object.keys(layers).slice(-3)).toEqual(["udp", "ah", "dns"]);
  const dhcp = `0101 0600 ${"00".repeat(40)}`;
  expect(Object.keys(layersOf4(ip4(51, `${body} 0044 0043 0034 0000 ${dhcp}`))).slice(-3)).toEqual([
    "udp",
    "ah",
    "dhcp",
  ]);
});
