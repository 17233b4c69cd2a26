import type { Layers } from "../event/layers.ts";
import { ipv4Text, ipv6Text } from "./address.ts";
import type { Upper } from "./decoded.ts";
import { ICMP_TYPES, ICMPV6_TYPES } from "./encode.ts";
import { decodeInner } from "./inner.ts";

type Icmp = NonNullable<Layers["icmp"]>;

const HEAD_BYTES = 8;
const FRAGMENTATION_NEEDED = 4;

/** Echo, timestamp, information and address mask, each with its reply: RFC 792 and 950. */
const QUERIES = [0, 8, 13, 14, 15, 16, 17, 18];
/** They have the beginning of the packet that they are about. */
const ERRORS: readonly number[] = [
  ICMP_TYPES["destination-unreachable"],
  ICMP_TYPES["source-quench"],
  ICMP_TYPES.redirect,
  ICMP_TYPES["time-exceeded"],
  ICMP_TYPES["parameter-problem"],
];

/** ICMP (RFC 792); the MTU of RFC 1191. */
export function decodeIcmp(packet: Buffer, at: number): Upper {
  if (packet.length < at + 2) return {};
  const [type, code] = [packet.readUInt8(at), packet.readUInt8(at + 1)];
  const icmp: Icmp = { type, code };
  if (packet.length < at + HEAD_BYTES) return { icmp };
  if (QUERIES.includes(type)) addNumbers(icmp, packet, at);
  const isUnreachable = type === ICMP_TYPES["destination-unreachable"];
  if (isUnreachable && code === FRAGMENTATION_NEEDED) icmp.mtu = packet.readUInt16BE(at + 6);
  if (type === ICMP_TYPES.redirect) icmp.gateway = ipv4Text(packet, at + 4);
  if (ERRORS.includes(type)) addInner(icmp, packet, at);
  return { icmp };
}

/** ICMPv6 (RFC 4443), and neighbour discovery (RFC 4861). */
export function decodeIcmpv6(packet: Buffer, at: number): Upper {
  if (packet.length < at + 2) return {};
  const [type, code] = [packet.readUInt8(at), packet.readUInt8(at + 1)];
  const icmp: Icmp = { type, code };
  if (packet.length < at + HEAD_BYTES) return { icmp };
  switch (type) {
    case ICMPV6_TYPES["echo-request"]:
    case ICMPV6_TYPES["echo-reply"]:
      addNumbers(icmp, packet, at);
      break;
    case ICMPV6_TYPES["packet-too-big"]:
      icmp.mtu = packet.readUInt32BE(at + 4);
      break;
    case ICMPV6_TYPES["nd-neighbor-solicit"]:
    case ICMPV6_TYPES["nd-neighbor-advert"]:
    case ICMPV6_TYPES["nd-redirect"]:
      if (packet.length >= at + HEAD_BYTES + 16) icmp.target = ipv6Text(packet, at + HEAD_BYTES);
      break;
  }
  if (type <= ICMPV6_TYPES["parameter-problem"]) addInner(icmp, packet, at);
  return { icmp };
}

function addNumbers(icmp: Icmp, packet: Buffer, at: number): void {
  icmp.id = packet.readUInt16BE(at + 4);
  icmp.seq = packet.readUInt16BE(at + 6);
}

function addInner(icmp: Icmp, packet: Buffer, at: number): void {
  const inner = decodeInner(packet.subarray(at + HEAD_BYTES));
  if (inner !== undefined) icmp.inner = inner;
}
