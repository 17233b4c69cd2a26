import type { Json } from "../nft/json.ts";
import { addressKind, INTERFACE, type Kind, MAC, MARK, markOf, numberKind, wordKind } from "./values.ts";

/** A word of the match vocabulary: what it looks at, and what it may be compared with. */
export interface Field {
  /** Where it stands in the intent, such as `tcp.dport`. */
  readonly path: string;
  /** What is compared, in libnftables-JSON (libnftables-json(5), expressions). */
  readonly left: Json;
  readonly kind: Kind;
  /** A set of bits: `ct state new` matches any packet that has the bit. */
  readonly isBits?: boolean;
  /** Takes VALUE/MASK as well. */
  readonly isMasked?: boolean;
}

const ICMP_TYPES =
  "echo-reply destination-unreachable source-quench redirect echo-request router-advertisement router-solicitation time-exceeded parameter-problem timestamp-request timestamp-reply info-request info-reply address-mask-request address-mask-reply".split(
    " ",
  );
const ICMPV6_TYPES =
  "destination-unreachable packet-too-big time-exceeded parameter-problem echo-request echo-reply mld-listener-query mld-listener-report mld-listener-done nd-router-solicit nd-router-advert nd-neighbor-solicit nd-neighbor-advert nd-redirect router-renumbering ind-neighbor-solicit ind-neighbor-advert mld2-listener-report".split(
    " ",
  );
const L4_PROTOCOLS = "icmp igmp tcp udp dccp gre esp ah ipv6-icmp sctp".split(" ");
const CT_STATES = "invalid established related new untracked".split(" ");
const CT_STATUS = "expected seen-reply assured confirmed snat dnat dying".split(" ");
const PACKET_TYPES = "host broadcast multicast other".split(" ");
const TCP_FLAGS = "fin syn rst psh ack urg ecn cwr".split(" ");
const FIB_TYPES = "unicast local broadcast anycast multicast blackhole unreachable prohibit".split(" ");

const PORT = numberKind(65_535);
const meta = (key: string): Json => ({ meta: { key } });
const payload = (path: string): Json => ({
  payload: { protocol: path.split(".")[0] ?? "", field: path.split(".")[1] ?? "" },
});
const fib = (flag: string): Json => ({ fib: { result: "type", flags: [flag] } });

/** Every word of the vocabulary, in the order in which a rule compares. */
export const FIELDS: readonly Field[] = [
  { path: "iifname", left: meta("iifname"), kind: INTERFACE },
  { path: "oifname", left: meta("oifname"), kind: INTERFACE },
  { path: "pkttype", left: meta("pkttype"), kind: wordKind(PACKET_TYPES) },
  { path: "mark", left: meta("mark"), kind: MARK, isMasked: true },
  { path: "fib.saddr", left: fib("saddr"), kind: wordKind(FIB_TYPES) },
  { path: "fib.daddr", left: fib("daddr"), kind: wordKind(FIB_TYPES) },
  { path: "l4proto", left: meta("l4proto"), kind: wordKind(L4_PROTOCOLS) },
  // nft joins comparisons of neighbouring bytes and lists them by offset: in each header the first field comes first, and
  // nothing stands between those of the link and those of the network.
  { path: "ether.daddr", left: payload("ether.daddr"), kind: MAC },
  { path: "ether.saddr", left: payload("ether.saddr"), kind: MAC },
  { path: "vlan.id", left: payload("vlan.id"), kind: numberKind(4095) },
  { path: "ip.saddr", left: payload("ip.saddr"), kind: addressKind(4) },
  { path: "ip.daddr", left: payload("ip.daddr"), kind: addressKind(4) },
  { path: "ip6.saddr", left: payload("ip6.saddr"), kind: addressKind(6) },
  { path: "ip6.daddr", left: payload("ip6.daddr"), kind: addressKind(6) },
  { path: "icmp.type", left: payload("icmp.type"), kind: wordKind(ICMP_TYPES) },
  { path: "icmpv6.type", left: payload("icmpv6.type"), kind: wordKind(ICMPV6_TYPES) },
  { path: "tcp.sport", left: payload("tcp.sport"), kind: PORT },
  { path: "tcp.dport", left: payload("tcp.dport"), kind: PORT },
  { path: "tcp.flags", left: payload("tcp.flags"), kind: wordKind(TCP_FLAGS), isBits: true, isMasked: true },
  { path: "udp.sport", left: payload("udp.sport"), kind: PORT },
  { path: "udp.dport", left: payload("udp.dport"), kind: PORT },
  { path: "sctp.sport", left: payload("sctp.sport"), kind: PORT },
  { path: "sctp.dport", left: payload("sctp.dport"), kind: PORT },
  { path: "ct.state", left: { ct: { key: "state" } }, kind: wordKind(CT_STATES), isBits: true },
  { path: "ct.status", left: { ct: { key: "status" } }, kind: wordKind(CT_STATUS), isBits: true },
  { path: "ct.mark", left: { ct: { key: "mark" } }, kind: MARK, isMasked: true },
];

/** The value and the mask of `VALUE/MASK`, in libnftables-JSON; undefined if it is none. */
export function parseMasked(field: Field, item: string | number): { value: Json; mask: Json } | undefined {
  if (field.isMasked !== true) return undefined;
  const [value, mask, ...more] = String(item).split("/");
  if (value === undefined || mask === undefined || more.length > 0) return undefined;

  const read = (part: string): Json | undefined => (field.isBits === true ? bitsOf(field, part) : markOf(part));
  const [left, right] = [read(value), read(mask)];
  if (left === undefined || right === undefined || !isWithin(left, right)) return undefined;
  return { value: left, mask: right };
}

/** Only bits of the mask can ever be compared. */
function isWithin(value: Json, mask: Json): boolean {
  if (typeof value === "number") return mask !== 0 && BigInt(value) === (BigInt(value) & BigInt(Number(mask)));
  const [some, all] = [value, mask].map((bits) => (Array.isArray(bits) ? bits : [bits]));
  return some?.every((bit) => all?.includes(bit)) === true;
}

/** `syn,ack` as libnftables spells it: one word alone, several as a list. */
function bitsOf({ kind }: Field, text: string): Json | undefined {
  const words = text.split(",");
  if (words.some((word) => kind.parse(word) === undefined)) return undefined;
  return words.length === 1 ? (words[0] as Json) : TCP_FLAGS.filter((flag) => words.includes(flag));
}

/** Words of several bits in the order of the kernel's bits. */
export function bitOrder(field: Field): readonly string[] {
  return field.path === "tcp.flags" ? TCP_FLAGS : field.path === "ct.state" ? CT_STATES : CT_STATUS;
}
