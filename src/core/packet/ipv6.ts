import type { Layers } from "../event/layers.ts";
import { ipv6Text } from "./address.ts";
import { type Decoded, ipLayers, type Upper } from "./decoded.ts";
import { decodeExtensions, type Extensions } from "./ipv6-extensions.ts";
import { protocolName } from "./protocol-names.ts";
import { decodeUpper, withAh } from "./upper.ts";

const HEAD_BYTES = 40;
const HOP_BY_HOP = 0;
const NO_NEXT = 59;

/** An IPv6 packet (RFC 8200), of a byte at least, its extension headers and what it carries; of a later fragment only the headers. */
export function decodeIpv6(bytes: Buffer): Decoded {
  const version = bytes.readUInt8(0) >> 4;
  if (version !== 6) return { layers: {}, why: `the IP version is ${version}, not 6` };
  if (bytes.length < HEAD_BYTES) {
    return { layers: { cut: true }, why: `the IPv6 header is cut: ${bytes.length} of ${HEAD_BYTES} bytes` };
  }
  const len = lengthOf(bytes);
  const packet = bytes.subarray(0, len);
  const extensions = decodeExtensions(packet, HEAD_BYTES, bytes.readUInt8(6));
  const { protocol } = extensions;
  const head = {
    src: ipv6Text(bytes, 8),
    dst: ipv6Text(bytes, 24),
    proto: protocol === undefined ? undefined : protocolName(protocol),
    len,
    ttl: bytes.readUInt8(7),
    ip: decodeHead(bytes, extensions),
    copied: bytes.length,
  };
  return { layers: ipLayers(head, upperOf(packet, extensions)) };
}

/** A payload length of 0 stands for that of a jumbo option (RFC 2675), or for what the card or BIG TCP knows. */
function lengthOf(bytes: Buffer): number {
  const payload = bytes.readUInt16BE(4);
  if (payload > 0 || bytes[6] === NO_NEXT) return HEAD_BYTES + payload;
  const isJumbo = bytes[6] === HOP_BY_HOP && bytes.length >= 48 && bytes.readUInt16BE(42) === 0xc204;
  return isJumbo ? Math.min(HEAD_BYTES + bytes.readUInt32BE(44), 0xffff_ffff) : bytes.length;
}

function decodeHead(bytes: Buffer, { names, fragment }: Extensions): NonNullable<Layers["ip"]> {
  const word = bytes.readUInt32BE(0);
  const ip: NonNullable<Layers["ip"]> = { version: 6, tos: (word >>> 20) & 0xff };
  if (fragment !== undefined) {
    ip.id = fragment.id;
    if (fragment.hasMore) ip.flags = ["MF"];
    if (fragment.offset > 0) ip.offset = fragment.offset;
  }
  ip.flow_label = word & 0xfffff;
  if (names.length > 0) ip.extensions = [...names];
  return ip;
}

function upperOf(packet: Buffer, { protocol, at, fragment, ah }: Extensions): Upper {
  const isLater = (fragment?.offset ?? 0) > 0;
  return withAh(isLater || protocol === undefined ? {} : decodeUpper(packet, at, protocol), ah);
}
