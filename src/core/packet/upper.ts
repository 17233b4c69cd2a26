import type { Layers } from "../event/layers.ts";
import type { Upper } from "./decoded.ts";
import { decodeDhcp, isDhcp } from "./dhcp.ts";
import { decodeDns, isDns } from "./dns.ts";
import { PROTOCOLS } from "./encode.ts";
import { decodeIcmp, decodeIcmpv6 } from "./icmp.ts";
import { decodePorts } from "./ports.ts";
import { decodeSctp } from "./sctp.ts";
import { decodeTcp } from "./tcp.ts";

const UDP_BYTES = 8;

/**
 * What stands above IP.
 * @param packet as far as the IP header says that it goes, and was copied
 * @param at where the layer begins, which may be behind its end
 */
export function decodeUpper(packet: Buffer, at: number, protocol: number): Upper {
  switch (protocol) {
    case PROTOCOLS.tcp:
      return decodeTcp(packet, at);
    case PROTOCOLS.udp:
      return decodeUdp(packet, at);
    case PROTOCOLS.icmp:
      return decodeIcmp(packet, at);
    case PROTOCOLS.icmpv6:
      return decodeIcmpv6(packet, at);
    case PROTOCOLS.sctp:
      return decodeSctp(packet, at);
    case 47:
      return decodeGre(packet, at);
    case 50:
      return decodeEsp(packet, at);
    default:
      return decodePorts(packet, at, protocol);
  }
}

/** UDP (RFC 768), and DNS or DHCP above it by their ports. */
function decodeUdp(packet: Buffer, at: number): Upper {
  const upper = decodePorts(packet, at, PROTOCOLS.udp);
  if (packet.length < at + UDP_BYTES) return upper;
  const len = packet.readUInt16BE(at + 4);
  upper.udp = { len };
  const data = packet.subarray(at + UDP_BYTES, len < UDP_BYTES ? packet.length : at + len);
  if (isDns(upper)) {
    const dns = decodeDns(data, data.length < len - UDP_BYTES);
    if (dns !== undefined) upper.dns = dns;
  } else if (isDhcp(upper)) {
    const dhcp = decodeDhcp(data);
    if (dhcp !== undefined) upper.dhcp = dhcp;
  }
  return upper;
}

const GRE = { checksum: 0x8000, routing: 0x4000, key: 0x2000, version: 7 } as const;

/** GRE (RFC 2784 and 2890); the key is that of version 0 only. */
function decodeGre(packet: Buffer, at: number): Upper {
  if (packet.length < at + 4) return {};
  const flags = packet.readUInt16BE(at);
  const gre: NonNullable<Layers["gre"]> = { protocol: packet.readUInt16BE(at + 2) };
  const keyAt = at + ((flags & (GRE.checksum | GRE.routing)) === 0 ? 4 : 8);
  const hasKey = (flags & GRE.key) !== 0 && (flags & GRE.version) === 0;
  if (hasKey && packet.length >= keyAt + 4) gre.key = packet.readUInt32BE(keyAt);
  return { gre };
}

/** ESP (RFC 4303, section 2). */
function decodeEsp(packet: Buffer, at: number): Upper {
  if (packet.length < at + 8) return {};
  return { esp: { spi: packet.readUInt32BE(at), seq: packet.readUInt32BE(at + 4) } };
}

/** What stands above IP, behind an authentication header if there was one. */
export function withAh(upper: Upper, ah: Layers["ah"]): Upper {
  if (ah === undefined) return upper;
  const { dns, dhcp, ...rest } = upper;
  const all: Upper = { ...rest, ah };
  if (dns !== undefined) all.dns = dns;
  if (dhcp !== undefined) all.dhcp = dhcp;
  return all;
}
