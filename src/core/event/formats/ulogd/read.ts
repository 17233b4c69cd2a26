import { protocolName } from "../../../packet/protocol-names.ts";
import type { PacketEvent } from "../../event.ts";
import type { Layers } from "../../layers.ts";
import { present } from "../../present.ts";
import { type Fields, numberOf, U8, U16, U32, wordOf } from "../json-fields.ts";

/** What the layers of a packet are by a line of ulogd's JSON. */
export function layersIn(fields: Fields): Layers {
  const ip = fields["ip6.payloadlen"] === undefined ? ip4In(fields) : ip6In(fields);
  const protocol = numberOf(fields["ip.protocol"] ?? fields["ip6.nexthdr"], U8);
  return present<Layers>({
    ether: etherIn(fields),
    src: wordOf(fields["src_ip"]),
    dst: wordOf(fields["dest_ip"]),
    proto: protocol === undefined ? undefined : protocolName(protocol),
    sport: numberOf(fields["src_port"], U16),
    dport: numberOf(fields["dest_port"], U16),
    len: lengthIn(fields),
    ttl: numberOf(fields["ip.ttl"] ?? fields["ip6.hoplimit"], U8),
    ip,
    tcp: tcpIn(fields),
    udp: udpIn(fields),
    icmp: icmpIn(fields, "icmp") ?? icmpIn(fields, "icmpv6"),
    cut: isCut(fields) ? true : undefined,
  });
}

function lengthIn(fields: Fields): number | undefined {
  const payload = numberOf(fields["ip6.payloadlen"], U16);
  return payload === undefined ? numberOf(fields["ip.totlen"], U16) : 40 + payload;
}

function isCut(fields: Fields): boolean {
  const [copied, length] = [numberOf(fields["raw.pktlen"], U32), lengthIn(fields)];
  return copied !== undefined && length !== undefined && copied < length;
}

type Ether = NonNullable<PacketEvent["ether"]>;

/** `mac.str`: of the target, of the source, EtherType. */
const MAC_STR = /^((?:[0-9a-f]{2}:){5}[0-9a-f]{2}):((?:[0-9a-f]{2}:){5}[0-9a-f]{2}):([0-9a-f]{2}):([0-9a-f]{2})$/;

function etherIn(fields: Fields): Ether | undefined {
  const [, dst, src, high, low] = MAC_STR.exec(wordOf(fields["mac.str"]) ?? "") ?? [];
  const ether = present<Ether>({
    src: wordOf(fields["mac.saddr.str"]) ?? src,
    dst: wordOf(fields["mac.daddr.str"]) ?? dst,
    type: high === undefined || low === undefined ? undefined : Number.parseInt(high + low, 16),
    hw_type: numberOf(fields["raw.type"], U16),
  });
  return Object.keys(ether).length === 0 ? undefined : ether;
}

type Ip = NonNullable<PacketEvent["ip"]>;

function ip4In(fields: Fields): Ip | undefined {
  const tos = numberOf(fields["ip.tos"], U8);
  if (tos === undefined) return undefined;
  const fragment = numberOf(fields["ip.fragoff"], U16) ?? 0;
  const flags = (["RF", "DF", "MF"] as const).filter((_, bit) => (fragment & (0x8000 >> bit)) !== 0);
  return present<Ip>({
    version: 4,
    tos,
    id: numberOf(fields["ip.id"], U16),
    flags: flags.length === 0 ? undefined : flags,
    offset: (fragment & 0x1fff) * 8 || undefined,
  });
}

function ip6In(fields: Fields): Ip {
  return present<Ip>({
    version: 6,
    tos: numberOf(fields["ip6.priority"], U8) ?? 0,
    id: numberOf(fields["ip6.fragid"], U32),
    offset: numberOf(fields["ip6.fragoff"], U16) || undefined,
    flow_label: numberOf(fields["ip6.flowlabel"], 0xf_ffff) || undefined,
  });
}

type Tcp = NonNullable<PacketEvent["tcp"]>;

/** Flags that have a key of their own, then those in `res2` and `res1`. */
const FLAGS: readonly (readonly [Tcp["flags"][number], string, number])[] = [
  ["FIN", "tcp.fin", 1],
  ["SYN", "tcp.syn", 1],
  ["RST", "tcp.rst", 1],
  ["PSH", "tcp.psh", 1],
  ["ACK", "tcp.ack", 1],
  ["URG", "tcp.urg", 1],
  ["ECE", "tcp.res2", 1],
  ["CWR", "tcp.res2", 2],
  ["AE", "tcp.res1", 1],
];

function tcpIn(fields: Fields): Tcp | undefined {
  const seq = numberOf(fields["tcp.seq"], U32);
  if (seq === undefined) return undefined;
  const isSet = (key: string, bit: number): boolean => ((numberOf(fields[key], U8) ?? 0) & bit) !== 0;
  return present<Tcp>({
    flags: FLAGS.filter(([, key, bit]) => isSet(key, bit)).map(([flag]) => flag),
    seq,
    ack: numberOf(fields["tcp.ackseq"], U32) ?? 0,
    window: numberOf(fields["tcp.window"], U16) ?? 0,
    urgent: numberOf(fields["tcp.urgp"], U16),
  });
}

function udpIn(fields: Fields): Layers["udp"] {
  const len = numberOf(fields["udp.len"], U16);
  return len === undefined ? undefined : { len };
}

function icmpIn(fields: Fields, kind: "icmp" | "icmpv6"): Layers["icmp"] {
  const [type, code] = [numberOf(fields[`${kind}.type`], U8), numberOf(fields[`${kind}.code`], U8)];
  if (type === undefined || code === undefined) return undefined;
  return present<NonNullable<Layers["icmp"]>>({
    type,
    code,
    id: numberOf(fields[`${kind}.echoid`], U16),
    seq: numberOf(fields[`${kind}.echoseq`], U16),
    mtu: numberOf(fields[`${kind}.fragmtu`], U32),
  });
}
