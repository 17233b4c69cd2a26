import type { PacketEvent } from "../../event.ts";
import { present } from "../../present.ts";
import { type Fields, numberOf, U8, U16, U32 } from "../json-fields.ts";
import { jsonObject } from "../json-text.ts";

type Tcp = NonNullable<PacketEvent["tcp"]>;

/** Suricata's object of a dropped packet (its output-json-drop.c, and `drop` in its etc/schema.json); "{}" if it is empty. */
export function headerText(event: PacketEvent): string {
  const { ip, len, ttl, tcp, udp, icmp } = event;
  const network = ip?.version === 6 ? head6(event) : { len, tos: ip?.tos, ttl, ipid: ip?.id };
  const rest = { udplen: udp?.len, icmp_id: icmp?.id, icmp_seq: icmp?.seq };
  const parts = [jsonObject(network), tcp === undefined ? "{}" : jsonObject(tcpFields(tcp)), jsonObject(rest)];
  const members = parts.map((part) => part.slice(1, -1)).filter((part) => part !== "");
  return `{${members.join(",")}}`;
}

/** Of IPv6 `len` is without the header. */
function head6({ ip, len, ttl }: PacketEvent): Record<string, unknown> {
  const payload = len === undefined ? undefined : Math.max(len - 40, 0);
  return { len: payload, tc: ip?.tos, hoplimit: ttl, flowlbl: ip?.flow_label ?? 0 };
}

/** `tcpres` has the four bits behind the offset; ECE and CWR have no place. */
function tcpFields({ flags, seq, ack, window, urgent }: Tcp): Record<string, unknown> {
  return {
    tcpseq: seq,
    tcpack: ack,
    tcpwin: window,
    syn: flags.includes("SYN"),
    ack: flags.includes("ACK"),
    psh: flags.includes("PSH"),
    rst: flags.includes("RST"),
    urg: flags.includes("URG"),
    fin: flags.includes("FIN"),
    tcpres: flags.includes("AE") ? 1 : 0,
    tcpurgp: urgent ?? 0,
  };
}

/** What such an object says of a packet; nothing in it is about fragments. */
export function layersOfHeader(
  head: Fields,
  { type, code }: { type: number | undefined; code: number | undefined },
): Pick<PacketEvent, "len" | "ttl" | "ip" | "tcp" | "udp" | "icmp"> {
  const is6 = head["hoplimit"] !== undefined;
  const len = numberOf(head["len"], U32 - 40);
  const udp = numberOf(head["udplen"], U16);
  const icmp = { type, code, id: numberOf(head["icmp_id"], U16), seq: numberOf(head["icmp_seq"], U16) };
  return present<Pick<PacketEvent, "len" | "ttl" | "ip" | "tcp" | "udp" | "icmp">>({
    len: is6 && len !== undefined ? len + 40 : len,
    ttl: numberOf(head["ttl"] ?? head["hoplimit"], U8),
    ip: ipIn(head),
    tcp: tcpIn(head),
    udp: udp === undefined ? undefined : { len: udp },
    icmp: type === undefined || code === undefined ? undefined : present({ ...icmp, type, code }),
  });
}

function ipIn(head: Fields): PacketEvent["ip"] {
  const [tos, tc] = [numberOf(head["tos"], U8), numberOf(head["tc"], U8)];
  type Ip = NonNullable<PacketEvent["ip"]>;
  if (tos !== undefined) return present<Ip>({ version: 4, tos, id: numberOf(head["ipid"], U16) });
  if (tc === undefined) return undefined;
  return present<Ip>({ version: 6, tos: tc, flow_label: numberOf(head["flowlbl"], 0xf_ffff) || undefined });
}

/** In the order that events have them. */
const IN_ORDER = ["FIN", "SYN", "RST", "PSH", "ACK", "URG"] as const;

function tcpIn(head: Fields): Tcp | undefined {
  const seq = numberOf(head["tcpseq"], U32);
  if (seq === undefined) return undefined;
  const reserved = numberOf(head["tcpres"], U8) ?? 0;
  const flags: Tcp["flags"] = [
    ...IN_ORDER.filter((flag) => head[flag.toLowerCase()] === true),
    ...((reserved & 1) === 1 ? (["AE"] as const) : []),
  ];
  return present<Tcp>({
    flags,
    seq,
    ack: numberOf(head["tcpack"], U32) ?? 0,
    window: numberOf(head["tcpwin"], U16) ?? 0,
    urgent: flags.includes("URG") ? numberOf(head["tcpurgp"], U16) : undefined,
  });
}
