import { ICMP_TYPES, ICMPV6_TYPES, type Layer4, type Packet, SCTP_CHUNKS, TCP_FLAGS } from "../packet/encode.ts";
import type { PacketDocument } from "./document.ts";
import type { Version } from "./wiring.ts";

/** The first of the ports that are given to senders whose port nobody named. */
const SPORT = 40_000;

/** What a packet carries above IP. Without a port of its own each repetition is another flow. */
export function layer4Of(document: PacketDocument, repetition: number): Layer4 {
  const { tcp, udp, icmp, icmpv6, sctp, protocol } = document;
  const sportOf = (given: number | undefined): number => given ?? SPORT + (repetition % 20_000);
  if (tcp !== undefined) {
    const flags = TCP_FLAGS.filter((flag) => (tcp.flags ?? ["syn"]).includes(flag));
    const { dport, seq, ack } = tcp;
    return { kind: "tcp", sport: sportOf(tcp.sport), dport, flags, seq, ack, data: dataOf({ ...document, ...tcp }) };
  }
  if (udp !== undefined) {
    return { kind: "udp", sport: sportOf(udp.sport), dport: udp.dport, data: dataOf({ ...document, ...udp }) };
  }
  if (sctp !== undefined) {
    const { dport, tag, chunk = SCTP_CHUNKS.init } = sctp;
    return { kind: "sctp", sport: sportOf(sctp.sport), dport, tag, chunk, data: dataOf({ ...document, ...sctp }) };
  }
  const message = icmp ?? icmpv6;
  if (message === undefined) return { kind: "other", protocol: protocol ?? 0, data: dataOf(document) };
  const { type, code, id, seq } = message;
  const kind = icmp === undefined ? "icmpv6" : "icmp";
  return { kind, type, code, id: (id + repetition) & 0xffff, seq, data: dataOf({ ...document, ...message }) };
}

/** The version that what a packet carries belongs to; undefined where it goes over both. */
export function versionOfKind({ icmp, icmpv6 }: PacketDocument): Version | undefined {
  if (icmp !== undefined) return 4;
  return icmpv6 === undefined ? undefined : 6;
}

function dataOf({ data, size = 0 }: { data?: string | undefined; size?: number | undefined }): Buffer {
  return data === undefined ? Buffer.alloc(size) : Buffer.from(data, "utf8");
}

/** A packet in a line: `tcp 192.0.2.2:40000 > 192.0.2.1:22 syn`. */
export function layer4Text({ from, to, layer4 }: Packet): string {
  switch (layer4.kind) {
    case "other":
      return `protocol ${layer4.protocol} ${from} > ${to}`;
    case "icmp":
    case "icmpv6":
      return `${layer4.kind} ${from} > ${to} ${typeText(layer4.kind, layer4.type)}`;
    case "tcp":
      return `tcp ${flowText(from, to, layer4)} ${layer4.flags.join(",") || "none"}`;
    default:
      return `${layer4.kind} ${flowText(from, to, layer4)}`;
  }
}

function typeText(kind: "icmp" | "icmpv6", type: number): string {
  const words = Object.entries(kind === "icmp" ? ICMP_TYPES : ICMPV6_TYPES);
  return words.find(([, number]) => number === type)?.[0] ?? `type ${type}`;
}

function flowText(from: string, to: string, { sport, dport }: { sport: number; dport: number }): string {
  return `${withPort(from, sport)} > ${withPort(to, dport)}`;
}

function withPort(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
