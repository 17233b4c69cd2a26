import { parseAddress } from "../../intent/addresses.ts";
import { ETHER_TYPE } from "../../packet/ether.ts";
import { decodeNetwork } from "../../packet/network.ts";
import { protocolNumber } from "../../packet/protocol-names.ts";
import type { PacketEvent } from "../event.ts";
import type { Layers } from "../layers.ts";

export { parseIptables } from "./iptables-line.ts";

/**
 * The event as the kernel writes it for a log rule without flags (net/netfilter/nf_log_syslog.c); with UID and GID where it
 * comes from a line that has them. What the event does not know is left out: without the bytes of the packet, of the inner
 * packet of an ICMP error all but addresses, protocol and ports. The blank at the end is the kernel's.
 */
export function encodeIptables(event: PacketEvent, bytes?: Buffer): string {
  const physical =
    word("PHYSIN", otherThan(event.in, event.phys_in)) + word("PHYSOUT", otherThan(event.out, event.phys_out));
  const line = `${event.prefix}IN=${event.in ?? ""} OUT=${event.out ?? ""} ${physical}${packetOf(event, bytes)}`;
  return line.replace(CONTROLS, (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** As /dev/kmsg has them (kernel/printk/printk.c, msg_add_ext_text): else a prefix could end a line and begin another. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are meant
const CONTROLS = /[\u0000-\u001f\u007f]/g;

function otherThan(name: string | undefined, physical: string | undefined): string | undefined {
  return physical === name ? undefined : physical;
}

function word(key: string, value: string | number | undefined): string {
  return value === undefined ? "" : `${key}=${value} `;
}

function packetOf(event: PacketEvent, bytes: Buffer | undefined): string {
  if (event.arp !== undefined) return arpOf(event, event.arp);
  const mac = event.in === undefined ? "" : `MAC=${hardHeaderOf(event.ether)} `;
  if (event.src === undefined) return `${mac}TRUNCATED`;
  const text = networkOf(event, aboutOf(event, bytes));
  // Of IPv6 the kernel takes ESP for an extension header, behind which it says no more.
  if (versionOf(event) === 6 && event.proto === "esp") return mac + text;
  const mark = event.mark ? `MARK=0x${event.mark.toString(16)} ` : "";
  return mac + text + ownerOf(event) + mark;
}

function ownerOf({ source, uid, gid }: PacketEvent): string {
  return source === "kmsg" && gid !== undefined ? word("UID", uid) + word("GID", gid) : "";
}

/** The packet that an ICMP error is about. */
function aboutOf(event: PacketEvent, bytes: Buffer | undefined): string | undefined {
  const inner = event.icmp?.inner;
  if (inner === undefined) return undefined;
  const isV6 = versionOf(event) === 6;
  return (bytes && wholeInner(bytes, isV6)) ?? innerOf(inner, isV6);
}

function versionOf({ ip, src = "" }: Layers): 4 | 6 {
  return ip?.version ?? (src.includes(":") ? 6 : 4);
}

/** From the header of IP on. */
function networkOf(layers: Layers, about: string | undefined): string {
  const isV6 = versionOf(layers) === 6;
  const head = isV6 ? headOf6(layers) : headOf4(layers);
  return isV6 && layers.proto === "esp" ? head : head + layer4Of(layers, isV6, about);
}

/** As far as it was copied; one that is an error itself says of no other. */
function wholeInner(bytes: Buffer, isV6: boolean): string | undefined {
  const ICMP_BYTES = 8;
  const at = ICMP_BYTES + (isV6 ? 40 : ((bytes[0] ?? 0) & 15) * 4);
  const { layers, why } = decodeNetwork(bytes.subarray(at), isV6 ? ETHER_TYPE.ipv6 : ETHER_TYPE.ipv4);
  return why === undefined && layers.src !== undefined ? networkOf(layers, undefined) : undefined;
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

function headOf4({ src, dst, len, ttl, ip }: Layers): string {
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

function headOf6({ src, dst, len, ttl, ip }: Layers): string {
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

function layer4Of(layers: Layers, isV6: boolean, about: string | undefined): string {
  return protocolOf(layers.proto, isV6) + bodyOf(layers, isV6, about);
}

function bodyOf(
  { proto, sport, dport, udp, tcp, ah, esp, icmp }: Layers,
  isV6: boolean,
  about: string | undefined,
): string {
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
      return icmp !== undefined && isV6 === (proto === "icmpv6") ? icmpOf(icmp, about) : "";
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

function icmpOf({ type, code, id, seq, gateway, mtu }: NonNullable<Layers["icmp"]>, inner: string | undefined): string {
  const about = inner === undefined ? "" : `[${inner}] `;
  const echo = word("ID", id) + word("SEQ", seq);
  return word("TYPE", type) + word("CODE", code) + echo + word("GATEWAY", gateway) + about + word("MTU", mtu);
}

type Inner = NonNullable<NonNullable<PacketEvent["icmp"]>["inner"]>;

function innerOf({ src, dst, proto, sport, dport }: Inner, isV6: boolean): string {
  const addresses = isV6 ? word("SRC", inFull(src)) + word("DST", inFull(dst)) : word("SRC", src) + word("DST", dst);
  const ports = Object.hasOwn(NAMES, proto) ? word("SPT", sport) + word("DPT", dport) : "";
  return addresses + protocolOf(proto, isV6) + ports;
}
