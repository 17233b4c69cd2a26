import type { PacketEvent } from "../event.ts";
import { presentAny } from "../present.ts";
import { actionOf, topicOf } from "../topic.ts";
import { layer4In } from "./iptables-layer4.ts";
import { addressOf, decimal, hexadecimal, macOf, macsIn, type Words, wordsIn } from "./iptables-words.ts";

/** What is known of a line from outside it. */
export interface LineOrigin {
  /** As events have it; the line itself has no time. */
  readonly ts: string;
  readonly host?: string;
  /** 0 emerg to 7 debug. */
  readonly level?: number;
}

const UNKNOWN: LineOrigin = { ts: "1970-01-01T00:00:00.000000000Z" };

/** The kernel writes none that is longer: its record has 1,024 bytes, and 4 for each that is escaped. */
const LENGTH_MAX = 8192;

/**
 * Reads the text that the kernel (net/netfilter/nf_log_syslog.c) or ulogd's LOGEMU wrote of a packet; undefined for any
 * other. Of a line whose head is lost what is left is read, without a prefix. The family is not told: a rule of family
 * bridge or netdev writes the same as one of ip.
 */
export function parseIptables(line: string, origin: LineOrigin = UNKNOWN): { event: PacketEvent } | undefined {
  const [text = ""] = line.slice(0, LENGTH_MAX).split("\n", 1);
  const start = /IN=\S{0,64} OUT=/.exec(text)?.index;
  const { outer, inner } = withoutInner(start === undefined ? text : text.slice(start));
  const [head = "", ...rest] = outer.split(/ PROTO=/);
  const words = wordsIn(head);
  const isNamed = start !== undefined && (words.values.get("IN") || words.values.get("OUT"));
  if (!isNamed && !isPacket(words)) return undefined;
  const body = rest.length === 0 ? undefined : `PROTO=${rest.join(" PROTO=")}`;
  return { event: eventOf(start === undefined ? "" : text.slice(0, start), origin, { head: words, body, inner }) };
}

interface Parts {
  readonly head: Words;
  /** From the protocol on. */
  readonly body: string | undefined;
  readonly inner: string | undefined;
}

/** The packet that an ICMP error is about stands in brackets, with the same words as the one around it. */
function withoutInner(text: string): { outer: string; inner: string | undefined } {
  const start = text.indexOf(" [SRC=");
  if (start === -1) return { outer: text, inner: undefined };
  const end = text.lastIndexOf("]");
  return end < start
    ? { outer: text.slice(0, start), inner: text.slice(start + 2) }
    : { outer: `${text.slice(0, start)} ${text.slice(end + 1)}`, inner: text.slice(start + 2, end) };
}

/** Enough to know a line by that has lost its head: such words stand in no other message of the kernel. */
function isPacket({ values }: Words): boolean {
  const [src, dst] = [addressOf(values.get("SRC")), addressOf(values.get("DST"))];
  return src !== undefined && dst !== undefined && decimal(values.get("LEN"), 0xffff_ffff) !== undefined;
}

function eventOf(prefix: string, origin: LineOrigin, { head, body, inner }: Parts): PacketEvent {
  const { values } = head;
  const layer4 = layer4In(body, inner);
  const [src, dst] = [addressOf(values.get("SRC")), addressOf(values.get("DST"))];
  const arp = arpIn(head);
  return presentAny<PacketEvent>({
    schema: 1,
    kind: src === undefined && arp === undefined ? "undecoded" : "packet",
    ts: origin.ts,
    ts_source: "log",
    host: origin.host,
    source: "kmsg",
    level: origin.level,
    prefix,
    topic: topicOf(prefix),
    action: actionOf(prefix, undefined),
    in: values.get("IN") || undefined,
    out: values.get("OUT") || undefined,
    phys_in: values.get("PHYSIN") || undefined,
    phys_out: values.get("PHYSOUT") || undefined,
    mark: layer4.mark || undefined,
    uid: layer4.uid,
    gid: layer4.gid,
    ether: macsIn(head),
    vlan: vlanIn(head),
    arp,
    src,
    dst,
    proto: layer4.proto,
    sport: layer4.sport,
    dport: layer4.dport,
    len: decimal(values.get("LEN"), 0xffff_ffff),
    ttl: decimal(values.get("TTL") ?? values.get("HOPLIMIT"), 255),
    ip: ipIn(head),
    tcp: layer4.tcp,
    udp: layer4.udp,
    icmp: layer4.icmp,
    esp: layer4.esp,
    ah: layer4.ah,
    why: src === undefined && arp === undefined ? "the line tells no addresses" : undefined,
  }) as PacketEvent;
}

/** The whole tag stands there as its number (skb_vlan_tag_get). */
function vlanIn({ values }: Words): PacketEvent["vlan"] {
  const protocol = hexadecimal(values.get("VPROTO"), 0xffff);
  const tag = decimal(values.get("VID"), 0xffff);
  if (protocol === undefined || tag === undefined) return undefined;
  return [{ protocol, id: tag & 0xfff, priority: tag >> 13, ...((tag & 0x1000) !== 0 && { dei: true as const }) }];
}

function arpIn({ values, arp }: Words): PacketEvent["arp"] {
  const operation = decimal(values.get("OPCODE"), 0xffff);
  if (operation === undefined || !arp) return undefined;
  return presentAny<NonNullable<PacketEvent["arp"]>>({
    operation,
    sender_mac: macOf(arp.get("MACSRC")),
    sender: addressOf(arp.get("IPSRC")),
    target_mac: macOf(arp.get("MACDST")),
    target: addressOf(arp.get("IPDST")),
  });
}

function ipIn(head: Words): PacketEvent["ip"] {
  return head.values.has("TC") ? ip6In(head) : ip4In(head);
}

function ip4In({ values, flags, fragment, options }: Words): PacketEvent["ip"] {
  const [tos, precedence] = [hexadecimal(values.get("TOS"), 255), hexadecimal(values.get("PREC"), 255)];
  if (tos === undefined) return undefined;
  const names = FLAGS4.filter(([word]) => flags.has(word)).map(([, name]) => name);
  return presentAny<NonNullable<PacketEvent["ip"]>>({
    version: 4,
    tos: tos | (precedence ?? 0),
    id: decimal(values.get("ID"), 0xffff),
    flags: names.length === 0 ? undefined : names,
    offset: fragment === undefined || fragment > 0x1fff ? undefined : fragment * 8,
    options,
  });
}

const FLAGS4 = [
  ["CE", "RF"],
  ["DF", "DF"],
  ["MF", "MF"],
] as const;

function ip6In({ values, flags, fragment, fragmentId }: Words): PacketEvent["ip"] {
  const tos = decimal(values.get("TC"), 255);
  if (tos === undefined) return undefined;
  return presentAny<NonNullable<PacketEvent["ip"]>>({
    version: 6,
    tos,
    id: fragmentId,
    flags: fragmentId !== undefined && flags.has("INCOMPLETE") ? ["MF"] : undefined,
    offset: fragment || undefined,
    flow_label: decimal(values.get("FLOWLBL"), 0xf_ffff) || undefined,
  });
}
