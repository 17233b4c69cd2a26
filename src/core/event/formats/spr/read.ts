import { protocolName } from "../../../packet/protocol-names.ts";
import type { PacketEvent } from "../../event.ts";
import type { Layers } from "../../layers.ts";
import { present } from "../../present.ts";
import { type Fields, fieldsOf, listOf, numberOf, textOf, U8, U16, U32, wordOf } from "../json-fields.ts";
import { KIND } from "../rebuild-tcp.ts";
import { addressOfGo } from "./address.ts";

function addressIn(ip: Fields | undefined, key: "SrcIP" | "DstIP"): string | undefined {
  const text = wordOf(ip?.[key]);
  return text && addressOfGo(text, ip?.["Version"] === 6);
}

/** The packet of one of SPR's events: `IP.Contents` and `IP.Payload`, else `Raw`. */
export function bytesIn(fields: Fields): Buffer | undefined {
  const ip = fieldsOf(fields["IP"]);
  const [head, body, raw] = [textOf(ip?.["Contents"]), textOf(ip?.["Payload"]), textOf(fields["Raw"])];
  if (head !== undefined) return Buffer.concat([Buffer.from(head, "base64"), Buffer.from(body ?? "", "base64")]);
  return raw === undefined ? undefined : Buffer.from(raw, "base64");
}

/** What the layers of one of SPR's events say: all but ICMP, DNS and DHCP, which stand in its bytes. */
export function layersIn(fields: Fields, ether: PacketEvent["ether"]): Layers {
  const [ip, tcp, udp] = [fieldsOf(fields["IP"]), fieldsOf(fields["TCP"]), fieldsOf(fields["UDP"])];
  const ports = tcp ?? udp;
  return present<Layers>({
    ether: ether === undefined || Object.keys(ether).length === 0 ? undefined : ether,
    src: addressIn(ip, "SrcIP"),
    dst: addressIn(ip, "DstIP"),
    proto: protoIn(ip, tcp, udp),
    sport: numberOf(ports?.["SrcPort"], U16),
    dport: numberOf(ports?.["DstPort"], U16),
    len: lengthIn(ip),
    ttl: numberOf(ip?.["TTL"] ?? ip?.["HopLimit"], U8),
    ip: ip === undefined ? undefined : ipIn(ip),
    tcp: tcp === undefined ? undefined : tcpIn(tcp),
    udp: udpIn(udp),
  });
}

/** Above the extension headers of IPv6, where the layer itself tells. */
function protoIn(ip: Fields | undefined, tcp: Fields | undefined, udp: Fields | undefined): string | undefined {
  if (tcp !== undefined) return "tcp";
  if (udp !== undefined) return "udp";
  const number = numberOf(ip?.["Protocol"] ?? ip?.["NextHeader"], U8);
  return number === undefined ? undefined : protocolName(number);
}

function lengthIn(ip: Fields | undefined): number | undefined {
  const length = numberOf(ip?.["Length"], U16);
  return length !== undefined && ip?.["Version"] === 6 ? 40 + length : length;
}

type Ip = NonNullable<PacketEvent["ip"]>;

function ipIn(ip: Fields): Ip {
  return ip["Version"] === 6 ? ip6In(ip) : ip4In(ip);
}

function ip6In(ip: Fields): Ip {
  return present<Ip>({
    version: 6,
    tos: numberOf(ip["TrafficClass"], U8) ?? 0,
    flow_label: numberOf(ip["FlowLabel"], 0xf_ffff) || undefined,
  });
}

function ip4In(ip: Fields): Ip {
  const bits = numberOf(ip["Flags"], 7) ?? 0;
  const flags = (["MF", "DF", "RF"] as const).filter((_, bit) => (bits & (1 << bit)) !== 0).toReversed();
  const options = Buffer.from(textOf(ip["Contents"]) ?? "", "base64").subarray(20, 60);
  return present<Ip>({
    version: 4,
    tos: numberOf(ip["TOS"], U8) ?? 0,
    id: numberOf(ip["Id"], U16),
    flags: flags.length === 0 ? undefined : flags,
    offset: (numberOf(ip["FragOffset"], 0x1fff) ?? 0) * 8 || undefined,
    options: options.length === 0 ? undefined : options.toString("hex"),
  });
}

const FLAGS = {
  FIN: "FIN",
  SYN: "SYN",
  RST: "RST",
  PSH: "PSH",
  ACK: "ACK",
  URG: "URG",
  ECE: "ECE",
  CWR: "CWR",
  NS: "AE",
};
type Tcp = NonNullable<PacketEvent["tcp"]>;

function tcpIn(tcp: Fields): Tcp {
  const flags = Object.entries(FLAGS).flatMap(([key, flag]) => (tcp[key] === true ? [flag] : [])) as Tcp["flags"];
  return present<Tcp>({
    flags,
    seq: numberOf(tcp["Seq"], U32) ?? 0,
    ack: numberOf(tcp["Ack"], U32) ?? 0,
    window: numberOf(tcp["Window"], U16) ?? 0,
    urgent: flags.includes("URG") ? numberOf(tcp["Urgent"], U16) : undefined,
    options: optionsIn(listOf(tcp["Options"])),
  });
}

function udpIn(udp: Fields | undefined): Layers["udp"] {
  const len = numberOf(udp?.["Length"], U16);
  return len === undefined ? undefined : { len };
}

type Options = NonNullable<Tcp["options"]>;

const OPTIONS_MAX = 40;

function optionsIn(list: readonly Fields[]): Options | undefined {
  const found = list.slice(0, OPTIONS_MAX).map((fields) => ({
    kind: numberOf(fields["OptionType"], U8) ?? KIND.nothing,
    data: Buffer.from(textOf(fields["OptionData"]) ?? "", "base64").subarray(0, OPTIONS_MAX),
  }));
  const dataOf = (kind: number, length: number): Buffer | undefined =>
    found.find((option) => option.kind === kind && option.data.length === length)?.data;
  const stamp = dataOf(KIND.timestamp, 8);
  const other = found.filter(({ kind, data }) => !isKnown(kind, data.length));
  const options = present<Options>({
    mss: dataOf(KIND.mss, 2)?.readUInt16BE(0),
    window_scale: dataOf(KIND.scale, 1)?.[0],
    sack_permitted: dataOf(KIND.sackPermitted, 0) === undefined ? undefined : true,
    sack: blocksIn(found.find(({ kind, data }) => kind === KIND.sack && isKnown(kind, data.length))?.data),
    timestamp: stamp === undefined ? undefined : [stamp.readUInt32BE(0), stamp.readUInt32BE(4)],
    other: other.length === 0 ? undefined : other.map(({ kind, data }) => ({ kind, data: data.toString("hex") })),
  });
  return Object.keys(options).length === 0 ? undefined : options;
}

const LENGTHS: ReadonlyMap<number, number> = new Map([
  [KIND.mss, 2],
  [KIND.scale, 1],
  [KIND.sackPermitted, 0],
  [KIND.timestamp, 8],
]);

function isKnown(kind: number, length: number): boolean {
  if (kind === KIND.end || kind === KIND.nothing) return true;
  return kind === KIND.sack ? length > 0 && length % 8 === 0 : LENGTHS.get(kind) === length;
}

function blocksIn(data: Buffer | undefined): Options["sack"] | undefined {
  if (data === undefined) return undefined;
  return Array.from({ length: data.length / 8 }, (_, at) => [data.readUInt32BE(at * 8), data.readUInt32BE(at * 8 + 4)]);
}
