import { addressText } from "../../../packet/address.ts";
import type { Heads } from "../heads.ts";

/** A packet and where its layers are; where it was made of an event's fields, its checksums are not known. */
export interface Dissected {
  readonly bytes: Buffer;
  readonly heads: Heads;
  readonly isMade: boolean;
}

/** A key of ulogd's JSON and its number, each pair behind a comma. */
function pairs(fields: Readonly<Record<string, number | undefined>>): string {
  let text = "";
  for (const key in fields) if (fields[key] !== undefined) text += `, "${key}": ${fields[key]}`;
  return text;
}

/** The keys that ulogd's filter BASE finds in the bytes of a packet. */
export function baseText(packet: Dissected): string {
  return `${packet.heads.version === 4 ? ip4Text(packet) : ip6Text(packet)}${transportText(packet)}`;
}

/** The keys of its filter IP2STR. */
export function addressesText({ bytes, heads: { version } }: Dissected): string {
  const [from, length] = version === 4 ? [12, 4] : [8, 16];
  const [source, target] = [from, from + length].map((at) => addressText(bytes.subarray(at, at + length)));
  return `, "src_ip": "${source}", "dest_ip": "${target}"`;
}

function ip4Text({ bytes, heads, isMade }: Dissected): string {
  return pairs({
    "ip.protocol": heads.protocol,
    "ip.tos": bytes[1],
    "ip.ttl": bytes[8],
    "ip.totlen": bytes.readUInt16BE(2),
    "ip.ihl": (bytes[0] ?? 0) & 15,
    "ip.csum": isMade ? undefined : bytes.readUInt16BE(10),
    "ip.id": bytes.readUInt16BE(4),
    "ip.fragoff": bytes.readUInt16BE(6),
  });
}

const ESP = 50;

/** ulogd names no protocol where it looks no further: behind ESP, in fragments but the first. */
function ip6Text({ bytes, heads: { protocol, isLater, fragment } }: Dissected): string {
  const word = bytes.readUInt32BE(0);
  return pairs({
    "ip.protocol": isLater || protocol === ESP ? undefined : protocol,
    "ip6.payloadlen": bytes.readUInt16BE(4),
    "ip6.priority": (word >>> 20) & 0xff,
    "ip6.flowlabel": word & 0xf_ffff,
    "ip6.hoplimit": bytes[7],
    "ip6.nexthdr": protocol,
    "ip6.fragoff": fragment?.offset,
    "ip6.fragid": fragment?.id,
  });
}

function transportText({ bytes, heads, isMade }: Dissected): string {
  const body = bytes.subarray(heads.at, heads.end);
  const known = heads.isLater ? undefined : TRANSPORTS.get(heads.protocol);
  if (known === undefined || (known.version ?? heads.version) !== heads.version) return "";
  return body.length < known.bytesMin ? madePortsText(body, isMade && known.hasPorts) : known.text(body, isMade);
}

interface Transport {
  /** A shorter head tells ulogd nothing. */
  readonly bytesMin: number;
  readonly hasPorts: boolean;
  /** The only one of IP in which ulogd looks for it. */
  readonly version?: 4 | 6;
  readonly text: (body: Buffer, isMade: boolean) => string;
}

/** By IANA's protocol numbers. */
const TRANSPORTS: ReadonlyMap<number | undefined, Transport> = new Map<number | undefined, Transport>([
  [1, { bytesMin: 8, hasPorts: false, version: 4, text: icmpText }],
  [6, { bytesMin: 20, hasPorts: true, text: tcpText }],
  [17, { bytesMin: 8, hasPorts: true, text: udpText }],
  [58, { bytesMin: 8, hasPorts: false, version: 6, text: icmp6Text }],
  [132, { bytesMin: 12, hasPorts: true, version: 4, text: sctpText }],
]);

/** Ports that an event has, but no more of the head: ulogd itself gives none of one that is cut off. */
function madePortsText(body: Buffer, isWanted: boolean): string {
  return isWanted && body.length >= 4 ? portsText(body) : "";
}

function portsText(body: Buffer): string {
  return pairs({ src_port: body.readUInt16BE(0), dest_port: body.readUInt16BE(2) });
}

/** `tcp.offset` and `tcp.reserved` are 0 in each line of ulogd 2.0.8; `res2` has ECE and CWR. */
function tcpText(body: Buffer, isMade: boolean): string {
  const flags = body[13] ?? 0;
  const flag = (bit: number): number => (flags >> bit) & 1;
  return (
    portsText(body) +
    pairs({
      "tcp.seq": body.readUInt32BE(4),
      "tcp.ackseq": body.readUInt32BE(8),
      "tcp.window": body.readUInt16BE(14),
      "tcp.offset": 0,
      "tcp.reserved": 0,
      "tcp.urg": flag(5),
      "tcp.urgp": flag(5) === 1 ? body.readUInt16BE(18) : undefined,
      "tcp.ack": flag(4),
      "tcp.psh": flag(3),
      "tcp.rst": flag(2),
      "tcp.syn": flag(1),
      "tcp.fin": flag(0),
      "tcp.res1": (body[12] ?? 0) & 15,
      "tcp.res2": flags >> 6,
      "tcp.csum": isMade ? undefined : body.readUInt16BE(16),
    })
  );
}

function udpText(body: Buffer, isMade: boolean): string {
  const csum = isMade ? undefined : body.readUInt16BE(6);
  return portsText(body) + pairs({ "udp.len": body.readUInt16BE(4), "udp.csum": csum });
}

function sctpText(body: Buffer, isMade: boolean): string {
  return portsText(body) + pairs({ "sctp.csum": isMade ? undefined : body.readUInt32BE(8) });
}

const ECHO = [0, 8];
const ECHO6 = [128, 129];
const UNREACHABLE = 3;
const FRAGMENTATION_NEEDED = 4;

/** ulogd leaves the checksums of ICMP in the order of the network, which it takes for a little-endian machine's. */
function icmpText(body: Buffer, isMade: boolean): string {
  const [type, code] = [body[0] ?? 0, body[1] ?? 0];
  const isTooBig = type === UNREACHABLE && code === FRAGMENTATION_NEEDED;
  return pairs({
    "icmp.type": type,
    "icmp.code": code,
    "icmp.echoid": ECHO.includes(type) ? body.readUInt16BE(4) : undefined,
    "icmp.echoseq": ECHO.includes(type) ? body.readUInt16BE(6) : undefined,
    "icmp.fragmtu": isTooBig ? body.readUInt16BE(6) : undefined,
    "icmp.csum": isMade ? undefined : body.readUInt16LE(2),
  });
}

function icmp6Text(body: Buffer, isMade: boolean): string {
  const type = body[0] ?? 0;
  return pairs({
    "icmpv6.type": type,
    "icmpv6.code": body[1],
    "icmpv6.echoid": ECHO6.includes(type) ? body.readUInt16BE(4) : undefined,
    "icmpv6.echoseq": ECHO6.includes(type) ? body.readUInt16BE(6) : undefined,
    "icmpv6.csum": isMade ? undefined : body.readUInt16LE(2),
  });
}
