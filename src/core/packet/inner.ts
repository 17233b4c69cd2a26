import type { Layers } from "../event/layers.ts";
import { ipv4Text, ipv6Text } from "./address.ts";
import { decodeExtensions } from "./ipv6-extensions.ts";
import { decodePorts } from "./ports.ts";
import { protocolName } from "./protocol-names.ts";

type Inner = NonNullable<NonNullable<Layers["icmp"]>["inner"]>;

/** The packet in an ICMP error, of which most often only the beginning is there; undefined where its addresses are not. */
export function decodeInner(packet: Buffer): Inner | undefined {
  const version = (packet[0] ?? 0) >> 4;
  if (version === 4 && packet.length >= 20) return decodeInner4(packet);
  return version === 6 && packet.length >= 40 ? decodeInner6(packet) : undefined;
}

function decodeInner4(packet: Buffer): Inner {
  const protocol = packet.readUInt8(9);
  const isLater = (packet.readUInt16BE(6) & 0x1fff) !== 0;
  const ports = isLater ? {} : decodePorts(packet, (packet.readUInt8(0) & 15) * 4, protocol);
  return { src: ipv4Text(packet, 12), dst: ipv4Text(packet, 16), proto: protocolName(protocol), ...ports };
}

function decodeInner6(packet: Buffer): Inner {
  const first = packet.readUInt8(6);
  const { protocol = first, at, fragment } = decodeExtensions(packet, 40, first);
  const ports = (fragment?.offset ?? 0) > 0 ? {} : decodePorts(packet, at, protocol);
  return { src: ipv6Text(packet, 8), dst: ipv6Text(packet, 24), proto: protocolName(protocol), ...ports };
}
