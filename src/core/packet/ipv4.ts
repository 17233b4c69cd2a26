import type { Layers } from "../event/layers.ts";
import { ipv4Text } from "./address.ts";
import { type Decoded, ipLayers, type Upper } from "./decoded.ts";
import { decodeAh } from "./ipv6-extensions.ts";
import { protocolName } from "./protocol-names.ts";
import { decodeUpper, withAh } from "./upper.ts";

const HEAD_BYTES = 20;
const AUTHENTICATION = 51;
const FLAGS = [
  [0x8000, "RF"],
  [0x4000, "DF"],
  [0x2000, "MF"],
] as const;

/** An IPv4 packet (RFC 791), of a byte at least, and what it carries; of a later fragment only the header. */
export function decodeIpv4(bytes: Buffer): Decoded {
  const version = bytes.readUInt8(0) >> 4;
  const headBytes = (bytes.readUInt8(0) & 15) * 4;
  if (version !== 4) return { layers: {}, why: `the IP version is ${version}, not 4` };
  if (headBytes < HEAD_BYTES) return { layers: {}, why: `the length of the IPv4 header is ${headBytes}` };
  if (bytes.length < HEAD_BYTES) {
    return { layers: { cut: true }, why: `the IPv4 header is cut: ${bytes.length} of ${HEAD_BYTES} bytes` };
  }
  // 0 stands for more than 65,535 bytes (net/ipv4: BIG TCP), or is filled in by the card
  const len = bytes.readUInt16BE(2) || bytes.length;
  const { protocol, upper } = decodeBody(bytes, bytes.subarray(0, len), headBytes);
  const head = {
    src: ipv4Text(bytes, 12),
    dst: ipv4Text(bytes, 16),
    proto: protocolName(protocol),
    len,
    ttl: bytes.readUInt8(8),
    ip: decodeHead(bytes, headBytes),
    copied: bytes.length,
  };
  return { layers: ipLayers(head, upper) };
}

function decodeHead(bytes: Buffer, headBytes: number): NonNullable<Layers["ip"]> {
  const control = bytes.readUInt16BE(6);
  const flags = FLAGS.flatMap(([bit, name]) => ((control & bit) === 0 ? [] : [name]));
  const ip: NonNullable<Layers["ip"]> = { version: 4, tos: bytes.readUInt8(1), id: bytes.readUInt16BE(4) };
  if (flags.length > 0) ip.flags = flags;
  if (offsetOf(bytes) > 0) ip.offset = offsetOf(bytes);
  if (headBytes > HEAD_BYTES && bytes.length >= headBytes) ip.options = bytes.toString("hex", HEAD_BYTES, headBytes);
  return ip;
}

function offsetOf(bytes: Buffer): number {
  return (bytes.readUInt16BE(6) & 0x1fff) * 8;
}

/** What stands behind the header, and behind an authentication header if that is there. */
function decodeBody(bytes: Buffer, packet: Buffer, at: number): { readonly protocol: number; readonly upper: Upper } {
  const protocol = bytes.readUInt8(9);
  if (offsetOf(bytes) > 0) return { protocol, upper: {} };
  const ah = protocol === AUTHENTICATION ? decodeAh(packet, at) : undefined;
  if (ah === undefined) return { protocol, upper: decodeUpper(packet, at, protocol) };
  const next = packet.readUInt8(at);
  const behind = at + (packet.readUInt8(at + 1) + 2) * 4;
  return { protocol: next, upper: withAh(decodeUpper(packet, behind, next), ah) };
}
