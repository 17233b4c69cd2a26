import { describe, expect, test } from "vitest";
import type { Layers } from "../../../src/core/event/layers.ts";
import { decodeNetwork } from "../../../src/core/packet/network.ts";
import { hex, ip4, ip6 } from "../../helpers/hex-packets.ts";

const layersOf4 = (packet: Buffer): Layers => decodeNetwork(packet, 0x0800).layers;
const layersOf6 = (packet: Buffer): Layers => decodeNetwork(packet, 0x86dd).layers;

describe("IPv4", () => {
  test("a whole packet", () => {
    expect(layersOf4(ip4(17, "04d2 162e 000b 0000 686869"))).toEqual({
      src: "10.0.0.1",
      dst: "10.0.0.2",
      proto: "udp",
      sport: 1234,
      dport: 5678,
      len: 31,
      ttl: 64,
      ip: { version: 4, tos: 0, id: 1 },
      udp: { len: 11 },
    });
  });

  test("options, before which the layer above does not begin", () => {
    const packet = hex("4600 0020 0000 4000 01 02 0000 0a000001 e0000016 94040000 2200f9fd e0000005");
    const layers = layersOf4(packet);
    expect(layers.ip).toEqual({ version: 4, tos: 0, id: 0, flags: ["DF"], options: "94040000" });
    expect(layers.proto).toBe("igmp");
    expect(layersOf4(packet.subarray(0, 22)).ip).toEqual({ version: 4, tos: 0, id: 0, flags: ["DF"] });
  });

  test.each([
    ["a first fragment", "2000", { ip: { version: 4, tos: 0, id: 1, flags: ["MF"] }, sport: 1234 }],
    ["a later fragment", "00b9", { ip: { version: 4, tos: 0, id: 1, offset: 1480 } }],
    ["the evil bit", "8000", { ip: { version: 4, tos: 0, id: 1, flags: ["RF"] }, sport: 1234 }],
  ])("%s", (_, control, expected) => {
    const { ip, sport, proto } = layersOf4(ip4(17, "04d2 162e 0009 0000 61", control));
    expect({ ip, sport }).toEqual({ sport: undefined, ...expected });
    expect(proto).toBe("udp");
  });

  test("a length of 0 (GSO), and one that is shorter than the header", () => {
    const packet = ip4(17, "04d2 162e 0008 0000");
    packet.writeUInt16BE(0, 2);
    expect(layersOf4(packet)).toMatchObject({ len: 28, sport: 1234 });
    packet.writeUInt16BE(5, 2);
    expect(layersOf4(packet)).toMatchObject({ len: 5, src: "10.0.0.1", proto: "udp" });
    expect(layersOf4(packet).sport).toBeUndefined();
  });

  test.each([
    ["", "there are no bytes of a network header"],
    ["60", "the IP version is 6, not 4"],
    ["44", "the length of the IPv4 header is 16"],
    ["4500 0014 0000", "the IPv4 header is cut: 6 of 20 bytes"],
  ])("%j: %s", (bytes, why) => {
    expect(decodeNetwork(hex(bytes), 0x0800).why).toBe(why);
  });

  test("an authentication header, behind which the layer above stands", () => {
    const { proto, ah, sport } = layersOf4(ip4(51, "1104 0000 00000abc 00000009 00000000 00000000 00000000 03e807d0"));
    expect({ proto, ah, sport }).toEqual({ proto: "udp", ah: { spi: 2748, seq: 9 }, sport: 1000 });
  });
});

describe("IPv6", () => {
  test.each([
    ["hop-by-hop, destination", 0, "3c00 010400000000 1100 010400000000 04d2162e", ["hbh", "dst"], "udp", 1234],
    ["routing", 43, "1102 0000 00000000 0000000000000000 0000000000000000 04d2162e", ["rt"], "udp", 1234],
    ["a fragment of its own", 44, "11 00 0000 00000007 04d2162e", ["frag"], "udp", 1234],
    ["a first fragment", 44, "11 00 0001 00000007 04d2162e", ["frag"], "udp", 1234],
    ["a later fragment", 44, "11 00 05a9 00000007 04d2162e", ["frag"], "udp", undefined],
    ["authentication", 51, "0602 0000 00000001 00000002 00000000 04d2162e", ["ah"], "tcp", 1234],
    ["no next header", 0, "3b00 010400000000", ["hbh"], "ipv6-nonxt", undefined],
    ["mobility is a message", 135, "3b00 0500 0000 0000", undefined, "mobility-header", undefined],
    ["a mobility header before another", 135, "1100 0500 0000 0000 04d2162e", ["mh"], "udp", 1234],
    ["HIP", 139, "3b04 0111 0000 0000", undefined, "hip", undefined],
    ["shim6", 140, "1100 0000 0000 0000 04d2162e", ["shim6"], "udp", 1234],
    ["one whose end is cut", 0, "1105 0104", ["hbh"], "udp", undefined],
    ["one of which nothing is there", 60, "", ["dst"], undefined, undefined],
  ])("extension headers: %s", (_, next, body, extensions, proto, sport) => {
    const layers = layersOf6(ip6(next, body));
    expect(layers.ip?.extensions).toEqual(extensions);
    expect({ proto: layers.proto, sport: layers.sport }).toEqual({ proto, sport });
  });

  test("the fragment header in numbers", () => {
    const { ip } = layersOf6(ip6(44, "11 00 05a9 00000007 04d2162e"));
    expect(ip).toEqual({
      version: 6,
      tos: 0,
      id: 7,
      flags: ["MF"],
      offset: 1448,
      flow_label: 0,
      extensions: ["frag"],
    });
  });

  test("no more than 16 extension headers are read", () => {
    const { ip, proto } = layersOf6(ip6(60, "3c00010400000000".repeat(40)));
    expect(ip?.extensions).toHaveLength(16);
    expect(proto).toBe("ipv6-opts");
  });

  test("a payload length of 0: of a jumbogram its own, else what was copied", () => {
    const jumbo = ip6(0, "0600 c204 00020000 04d2162e");
    jumbo.writeUInt16BE(0, 4);
    expect(layersOf6(jumbo)).toMatchObject({ len: 40 + 0x20000, cut: true, sport: 1234 });
    const big = ip6(17, "04d2162e");
    big.writeUInt16BE(0, 4);
    expect(layersOf6(big)).toMatchObject({ len: 44, sport: 1234 });
    expect(layersOf6(ip6(59, ""))).toMatchObject({ len: 40, proto: "ipv6-nonxt" });
  });

  test("traffic class and flow label", () => {
    const packet = ip6(59, "");
    packet.writeUInt32BE(0x6b812345, 0);
    expect(layersOf6(packet).ip).toEqual({ version: 6, tos: 0xb8, flow_label: 0x12345 });
  });
});

describe("ARP", () => {
  test.each([
    ["of Token Ring", "0006 0800 06 04 0001 02000000000a 0a000001 000000000000 0a000002", "10.0.0.1"],
    ["of eight-byte addresses", "0018 0800 08 04 0001 0200000000000000 0a000001 0000000000000000 0a000002", "10.0.0.1"],
    ["of another protocol", "0001 809b 06 04 0001 02000000000a 0a000001 000000000000 0a000002", undefined],
  ])("%s", (_, bytes, sender) => {
    const { layers } = decodeNetwork(hex(bytes), 0x0806);
    expect(layers.arp).toMatchObject({ operation: 1 });
    expect(layers.arp?.sender).toBe(sender);
    expect(layers.cut).toBeUndefined();
  });
});
