import { addressBytes } from "../../packet/address-bytes.ts";
import { protocolNumber } from "../../packet/protocol-names.ts";
import type { PacketEvent } from "../event.ts";
import { tcpHead } from "./rebuild-tcp.ts";

/**
 * The bytes of an event's packet from its network header on: those that were copied, else those that the event holds,
 * else heads made of its fields, with no checksum and nothing behind them. Undefined where there is not even an address.
 */
export function packetOf(event: PacketEvent, bytes: Buffer | undefined): Buffer | undefined {
  if (bytes !== undefined) return bytes;
  if (event.payload !== undefined) return Buffer.from(event.payload, event.payload_encoding ?? "hex");
  return rebuilt(event);
}

function rebuilt(event: PacketEvent): Buffer | undefined {
  const [source, target] = [addressBytes(event.src ?? ""), addressBytes(event.dst ?? "")];
  if (source === undefined || target === undefined || source.length !== target.length) return undefined;
  const body = (event.ip?.offset ?? 0) > 0 ? Buffer.alloc(0) : layer4(event);
  const addresses = Buffer.concat([source, target]);
  return source.length === 4 ? with4(event, addresses, body) : with6(event, addresses, body);
}

/** IANA keeps it for itself: the protocol of a packet of which it is not known. */
const RESERVED = 255;

function with4(event: PacketEvent, addresses: Buffer, body: Buffer): Buffer {
  const options = optionsOf(event);
  const head = Buffer.alloc(12);
  const length = 20 + options.length + body.length;
  head[0] = 0x40 | (5 + options.length / 4);
  head[1] = event.ip?.tos ?? 0;
  head.writeUInt16BE(Math.min(event.len ?? length, 0xffff), 2);
  head.writeUInt16BE((event.ip?.id ?? 0) & 0xffff, 4);
  head.writeUInt16BE(flagBits(event) | ((event.ip?.offset ?? 0) >> 3), 6);
  head[8] = event.ttl ?? 0;
  head[9] = protocolNumber(event.proto ?? "") ?? RESERVED;
  return Buffer.concat([head, addresses, options, body]);
}

function optionsOf(event: PacketEvent): Buffer {
  const options = Buffer.from(event.ip?.options ?? "", "hex");
  return options.length <= 40 && options.length % 4 === 0 ? options : Buffer.alloc(0);
}

function flagBits(event: PacketEvent): number {
  const flags = event.ip?.flags ?? [];
  return (
    (flags.includes("RF") ? 0x8000 : 0) | (flags.includes("DF") ? 0x4000 : 0) | (flags.includes("MF") ? 0x2000 : 0)
  );
}

const FRAGMENT = 44;

function with6(event: PacketEvent, addresses: Buffer, body: Buffer): Buffer {
  const protocol = protocolNumber(event.proto ?? "") ?? RESERVED;
  const { ip } = event;
  const isFragment = ip?.id !== undefined || ip?.offset !== undefined || ip?.flags?.includes("MF") === true;
  const fragment = isFragment ? fragmentHead(event, protocol) : Buffer.alloc(0);
  const head = Buffer.alloc(8);
  head.writeUInt32BE((0x6000_0000 | ((ip?.tos ?? 0) << 20) | ((ip?.flow_label ?? 0) & 0xf_ffff)) >>> 0, 0);
  head.writeUInt16BE(Math.min(Math.max((event.len ?? 40 + fragment.length + body.length) - 40, 0), 0xffff), 4);
  head[6] = isFragment ? FRAGMENT : protocol;
  head[7] = event.ttl ?? 0;
  return Buffer.concat([head, addresses, fragment, body]);
}

function fragmentHead(event: PacketEvent, protocol: number): Buffer {
  const head = Buffer.alloc(8);
  head[0] = protocol;
  head.writeUInt16BE(((event.ip?.offset ?? 0) & 0xfff8) | (event.ip?.flags?.includes("MF") === true ? 1 : 0), 2);
  head.writeUInt32BE(event.ip?.id ?? 0, 4);
  return head;
}

/** As far as the event has it: of some packets only the ports. */
function layer4(event: PacketEvent): Buffer {
  const { proto, icmp, sctp } = event;
  if (icmp !== undefined && (proto === "icmp" || proto === "icmpv6")) return icmpHead(icmp);
  const ports = portsOf(event);
  if (ports.length === 0) return ports;
  if (proto === "tcp" && event.tcp !== undefined) return Buffer.concat([ports, tcpHead(event.tcp)]);
  if (proto === "sctp" && sctp !== undefined) return Buffer.concat([ports, words(sctp.tag, 0)]);
  if (event.udp === undefined) return ports;
  return Buffer.concat([ports, words(event.udp.len * 0x1_0000)]);
}

function portsOf({ sport, dport }: PacketEvent): Buffer {
  return sport === undefined || dport === undefined ? Buffer.alloc(0) : words(sport * 0x1_0000 + dport);
}

function icmpHead({ type, code, id, seq, mtu }: NonNullable<PacketEvent["icmp"]>): Buffer {
  return words(type * 0x100_0000 + code * 0x1_0000, mtu ?? (id ?? 0) * 0x1_0000 + (seq ?? 0));
}

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, at) => {
    bytes.writeUInt32BE(value, at * 4);
  });
  return bytes;
}
