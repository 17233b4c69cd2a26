import { parseAddress } from "../../intent/addresses.ts";
import { protocolNumber } from "../../packet/protocol-names.ts";
import type { PacketEvent } from "../event.ts";

export { parseIptables } from "./iptables-line.ts";

/**
 * The event as the kernel writes it for a log rule without flags, and with UID and GID where they are known
 * (net/netfilter/nf_log_syslog.c). What the event does not know is left out, of the inner packet of an ICMP error all
 * but addresses, protocol and ports. The blank at the end is the kernel's.
 */
export function encodeIptables(event: PacketEvent): string {
  const physical =
    word("PHYSIN", otherThan(event.in, event.phys_in)) + word("PHYSOUT", otherThan(event.out, event.phys_out));
  return `${event.prefix}IN=${event.in ?? ""} OUT=${event.out ?? ""} ${physical}${packetOf(event)}`;
}

function otherThan(name: string | undefined, physical: string | undefined): string | undefined {
  return physical === name ? undefined : physical;
}

function word(key: string, value: string | number | undefined): string {
  return value === undefined ? "" : `${key}=${value} `;
}

function packetOf(event: PacketEvent): string {
  if (event.arp !== undefined) return arpOf(event, event.arp);
  const mac = event.in === undefined ? "" : `MAC=${hardHeaderOf(event.ether)} `;
  if (event.src === undefined) return `${mac}TRUNCATED`;
  const isV6 = (event.ip?.version ?? (event.src.includes(":") ? 6 : 4)) === 6;
  const head = isV6 ? headOf6(event) : headOf4(event);
  // Of IPv6 the kernel takes ESP for an extension header, behind which it says no more.
  if (isV6 && event.proto === "esp") return mac + head;
  const owner = event.gid === undefined ? "" : word("UID", event.uid) + word("GID", event.gid);
  const mark = event.mark ? `MARK=0x${event.mark.toString(16)} ` : "";
  return mac + head + layer4Of(event, isV6) + owner + mark;
}

/** The header of Ethernet as it was received. */
function hardHeaderOf(ether: PacketEvent["ether"]): string {
  if (ether?.src === undefined || ether.dst === undefined || ether.type === undefined) return "";
  const type = ether.type.toString(16).padStart(4, "0");
  return `${ether.dst}:${ether.src}:${type.slice(0, 2)}:${type.slice(2)}`;
}

function arpOf({ ether }: PacketEvent, arp: NonNullable<PacketEvent["arp"]>): string {
  const head = `ARP HTYPE=${ether?.hw_type ?? 1} PTYPE=0x0800 OPCODE=${arp.operation} `;
  const sender = word("MACSRC", arp.sender_mac) + word("IPSRC", arp.sender);
  return (head + sender + word("MACDST", arp.target_mac) + word("IPDST", arp.target)).trimEnd();
}

function headOf4({ src, dst, len, ttl, ip }: PacketEvent): string {
  const size = word("SRC", src) + word("DST", dst) + word("LEN", len);
  if (ip === undefined) return size + word("TTL", ttl);
  const service = word("TOS", hex2(ip.tos & 0x1e)) + word("PREC", hex2(ip.tos & 0xe0));
  const flags = (["RF", "DF", "MF"] as const).filter((flag) => ip.flags?.includes(flag));
  const names = flags.map((flag) => (flag === "RF" ? "CE " : `${flag} `)).join("");
  const fragment = ip.offset ? `FRAG:${Math.floor(ip.offset / 8)} ` : "";
  return size + service + word("TTL", ttl) + word("ID", ip.id) + names + fragment;
}

function hex2(byte: number): string {
  return `0x${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

function headOf6({ src, dst, len, ttl, ip }: PacketEvent): string {
  const size = word("SRC", inFull(src)) + word("DST", inFull(dst)) + word("LEN", len);
  const service = word("TC", ip?.tos) + word("HOPLIMIT", ttl) + word("FLOWLBL", ip && (ip.flow_label ?? 0));
  if (ip?.id === undefined) return size + service;
  const more = ip.flags?.includes("MF") ? "INCOMPLETE " : "";
  return `${size}${service}FRAG:${ip.offset ?? 0} ${more}ID:${ip.id.toString(16).padStart(8, "0")} `;
}

/** All eight groups with all their zeros, as the kernel's %pI6 has them. */
function inFull(address: string | undefined): string | undefined {
  const number = address === undefined ? undefined : parseAddress(address, 6)?.first;
  return number
    ?.toString(16)
    .padStart(32, "0")
    .replace(/(.{4})(?=.)/g, "$1:");
}

const NAMES = { tcp: "TCP", udp: "UDP", udplite: "UDPLITE" };
const NAMES4: Readonly<Record<string, string>> = { ...NAMES, icmp: "ICMP", ah: "AH", esp: "ESP" };
const NAMES6: Readonly<Record<string, string>> = { ...NAMES, icmpv6: "ICMPv6" };

function protocolOf(proto: string | undefined, isV6: boolean): string {
  return word("PROTO", proto && ((isV6 ? NAMES6 : NAMES4)[proto] ?? protocolNumber(proto) ?? proto));
}

function layer4Of(event: PacketEvent, isV6: boolean): string {
  return protocolOf(event.proto, isV6) + bodyOf(event, isV6);
}

function bodyOf({ proto, sport, dport, udp, tcp, ah, esp, icmp }: PacketEvent, isV6: boolean): string {
  const ports = word("SPT", sport) + word("DPT", dport);
  switch (proto) {
    case "tcp":
      return ports + flagsOf(tcp);
    case "udp":
    case "udplite":
      return ports + word("LEN", udp?.len);
    case "ah":
    case "esp":
      return isV6 ? "" : word("SPI", spiOf(ah ?? esp));
    case "icmp":
    case "icmpv6":
      return icmp !== undefined && isV6 === (proto === "icmpv6") ? icmpOf(icmp, isV6) : "";
    default:
      return "";
  }
}

function spiOf(of: { spi: number } | undefined): string | undefined {
  return of && `0x${of.spi.toString(16)}`;
}

/** In the order of the kernel. */
const FLAGS = ["AE", "CWR", "ECE", "URG", "ACK", "PSH", "RST", "SYN", "FIN"] as const;

function flagsOf(tcp: PacketEvent["tcp"]): string {
  if (tcp === undefined) return "";
  const flags = FLAGS.filter((flag) => tcp.flags.includes(flag)).map((flag) => `${flag} `);
  return `WINDOW=${tcp.window} RES=0x00 ${flags.join("")}URGP=${tcp.urgent ?? 0} `;
}

function icmpOf({ type, code, id, seq, gateway, inner, mtu }: NonNullable<PacketEvent["icmp"]>, isV6: boolean): string {
  const about = inner === undefined ? "" : `[${innerOf(inner, isV6)}] `;
  const echo = word("ID", id) + word("SEQ", seq);
  return word("TYPE", type) + word("CODE", code) + echo + word("GATEWAY", gateway) + about + word("MTU", mtu);
}

type Inner = NonNullable<NonNullable<PacketEvent["icmp"]>["inner"]>;

function innerOf({ src, dst, proto, sport, dport }: Inner, isV6: boolean): string {
  const addresses = isV6 ? word("SRC", inFull(src)) + word("DST", inFull(dst)) : word("SRC", src) + word("DST", dst);
  const ports = Object.hasOwn(NAMES, proto) ? word("SPT", sport) + word("DPT", dport) : "";
  return addresses + protocolOf(proto, isV6) + ports;
}
