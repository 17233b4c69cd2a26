import { ICMP_TYPES, ICMPV6_TYPES } from "../../../packet/encode.ts";
import type { PacketEvent } from "../../event.ts";
import { endText } from "./ends.ts";

/** What else is to be told of a packet in short: flags, types, what it asks; who sent it. */
export function detailOf(event: PacketEvent): string[] {
  const { tcp, icmp, sctp, esp, ah, dns, dhcp } = event;
  return [
    ...fragmentText(event),
    ...(tcp === undefined || tcp.flags.length === 0 ? [] : [tcp.flags.join(",")]),
    ...(icmp === undefined ? [] : [icmpText(icmp, event.proto === "icmpv6")]),
    ...(sctp === undefined || sctp.chunks.length === 0 ? [] : [sctp.chunks.join(",")]),
    ...[esp, ah].flatMap((header) => (header === undefined ? [] : [`spi 0x${header.spi.toString(16)}`])),
    ...(dns === undefined ? [] : [dnsText(dns)]),
    ...(dhcp === undefined ? [] : [dhcpText(dhcp)]),
    ...senderText(event),
  ];
}

function fragmentText({ ip }: PacketEvent): string[] {
  const isMore = ip?.flags?.includes("MF") === true;
  if (!isMore && (ip?.offset ?? 0) === 0) return [];
  return [`fragment ${ip?.id ?? "?"} at ${ip?.offset ?? 0}${isMore ? "+" : ""}`];
}

type Icmp = NonNullable<PacketEvent["icmp"]>;

const NAMES4 = namesOf(ICMP_TYPES);
const NAMES6 = namesOf(ICMPV6_TYPES);

function namesOf(types: Readonly<Record<string, number>>): ReadonlyMap<number, string> {
  return new Map(Object.entries(types).map(([name, type]) => [type, name]));
}

function icmpText({ type, code, id, seq, mtu, gateway, target, inner }: Icmp, is6: boolean): string {
  const name = (is6 ? NAMES6 : NAMES4).get(type) ?? `type ${type}`;
  return [
    code === 0 ? name : `${name} code ${code}`,
    ...(id === undefined ? [] : [`id ${id}`]),
    ...(seq === undefined ? [] : [`seq ${seq}`]),
    ...(mtu === undefined ? [] : [`mtu ${mtu}`]),
    ...[gateway, target].filter((address) => address !== undefined),
    ...(inner === undefined ? [] : [innerText(inner)]),
  ].join(" ");
}

function innerText({ proto, src, sport, dst, dport }: NonNullable<Icmp["inner"]>): string {
  return `(${proto} ${endText(src, sport)} > ${endText(dst, dport)})`;
}

/** Response codes (IANA, DNS RCODEs). */
const RCODES = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"];
const ANSWERS_SHOWN = 3;

function dnsText({ qr, rcode, questions, answers }: NonNullable<PacketEvent["dns"]>): string {
  const asked = questions.map(({ name, type }) => `${type} ${name}`).join(",");
  if (qr === "query") return `${asked}?`;
  const said = answers.slice(0, ANSWERS_SHOWN).map(({ type, data }) => data ?? type);
  const more = answers.length > ANSWERS_SHOWN ? ["..."] : [];
  return [asked, RCODES[rcode] ?? `rcode ${rcode}`, ...said, ...more].join(" ");
}

function dhcpText({ type, operation, hostname, requested, yours }: NonNullable<PacketEvent["dhcp"]>): string {
  const address = yours ?? requested;
  return [type ?? `operation ${operation}`, ...[hostname, address].filter((text) => text !== undefined)].join(" ");
}

function senderText({ program, uid }: PacketEvent): string[] {
  if (program !== undefined) return [`by ${program}`];
  return uid === undefined ? [] : [`uid ${uid}`];
}
