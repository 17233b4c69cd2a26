import { describe, expect, test } from "vitest";
import { decodeEthernet, decodeTag } from "../../../src/core/packet/ether.ts";
import { decodeFrame } from "../../../src/core/packet/frame.ts";
import { decodeNetwork } from "../../../src/core/packet/network.ts";
import { hex, ip4, ip6 } from "../../helpers/hex-packets.ts";

/** From port 1234 to 5678. */
const IP4 = ip4(17, "04d2162e");
const IP6 = ip6(17, "04d2162e");

describe("the link", () => {
  const ETHER = "02000000000b 02000000000a";
  const ether = { src: "02:00:00:00:00:0a", dst: "02:00:00:00:00:0b" };

  test("an Ethernet header, as NFULA_HWHEADER has it", () => {
    expect(decodeEthernet(hex(`${ETHER} 86dd`))).toEqual({
      layers: { ether: { ...ether, type: 0x86dd } },
      networkAt: 14,
      etherType: 0x86dd,
    });
    expect(decodeEthernet(hex(ETHER))).toEqual({ layers: { ether }, networkAt: 12, etherType: 0 });
    expect(decodeEthernet(hex("02000000000b"))).toEqual({
      layers: { ether: { dst: ether.dst } },
      networkAt: 6,
      etherType: 0,
    });
    expect(decodeEthernet(hex("0200"))).toEqual({ layers: {}, networkAt: 2, etherType: 0 });
  });

  test("VLAN tags, the outermost first", () => {
    const { layers, networkAt, etherType } = decodeEthernet(hex(`${ETHER} 88a8 0064 8100 b00a 0800`));
    expect(layers.vlan).toEqual([
      { protocol: 0x88a8, id: 100, priority: 0 },
      { protocol: 0x8100, id: 10, priority: 5, dei: true },
    ]);
    expect({ networkAt, etherType }).toEqual({ networkAt: 22, etherType: 0x0800 });
  });

  test("a VLAN tag before the network header, where the EtherType is its", () => {
    const packet = Buffer.concat([hex("2005 0800"), IP4]);
    expect(decodeNetwork(packet, 0x8100).layers).toMatchObject({
      vlan: [{ protocol: 0x8100, id: 5, priority: 1 }],
      sport: 1234,
    });
    expect(decodeNetwork(hex("20"), 0x8100)).toEqual({ layers: { cut: true }, why: "the VLAN tag is cut" });
    expect(decodeNetwork(hex("2005"), 0x8100).layers.vlan).toHaveLength(1);
  });

  test.each([
    [0xb00a, { protocol: 0x8100, id: 10, priority: 5, dei: true }],
    [0xefff, { protocol: 0x8100, id: 4095, priority: 7 }],
    [0, { protocol: 0x8100, id: 0, priority: 0 }],
  ])("the control information %i of a tag, as NFULA_VLAN_TCI has it", (control, expected) => {
    expect(decodeTag(0x8100, control)).toEqual(expected);
  });

  test("no more than eight VLAN tags are read", () => {
    const { layers, why } = decodeFrame(hex(`${ETHER} ${"8100 0001".repeat(20)} 0800`), 1);
    expect(layers.vlan).toHaveLength(8);
    expect(why).toBe("what EtherType 0x8100 stands for is not known");
  });

  test.each([
    [101, IP4, 0x0800],
    [12, IP6, 0x86dd],
    [228, IP4, 0x0800],
    [229, IP6, 0x86dd],
  ])("link type %i has the network header at its beginning", (linkType, bytes, etherType) => {
    expect(decodeFrame(bytes, linkType)).toMatchObject({ layers: { sport: 1234 }, networkAt: 0, etherType });
  });

  test.each([
    [1, `${ETHER} 88cc 0207`, "what EtherType 0x88cc stands for is not known", 14],
    [1, `${ETHER} 0026 4242`, "what EtherType 0x0026 stands for is not known", 14],
    [1, `${ETHER} 0800`, "there are no bytes of a network header", 14],
    [113, "0000 0001 0006", "there are no bytes of a network header", 6],
    [239, "0200", "link type 239 is not known", 0],
  ])("link type %i, %s: %s", (linkType, bytes, why, networkAt) => {
    expect(decodeFrame(hex(bytes), linkType)).toMatchObject({ why, networkAt });
  });
});
