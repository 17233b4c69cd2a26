import type { PacketEvent } from "../event.ts";
import { present } from "../present.ts";
import { parseRfc3339 } from "../rfc3339.ts";
import { actionOf, topicOf } from "../topic.ts";
import { type Fields, fieldsOf, fieldsOfLine, numberOf, textOf, U16, wordOf } from "./json-fields.ts";
import { goString } from "./json-text.ts";
import { packetOf } from "./rebuild.ts";
import { layersText } from "./spr/layers.ts";
import { bytesIn, layersIn } from "./spr/read.ts";

/**
 * The event as SPR's packet_logs puts it on its bus: byte for byte where SPR tells of such a packet at all. Ours are the
 * `IP` of IPv6 (gopacket's layers.IPv6), heads that are cut off, `Raw` for bytes that are no IP, and an empty `Action`.
 */
export function encodeSpr(event: PacketEvent, bytes?: Buffer): string {
  const packet = packetOf(event, bytes);
  const layers = packet === undefined ? "" : layersText(packet);
  const raw = layers === undefined ? `,"Raw":"${packet?.toString("base64")}"` : "";
  return (
    `{${ethernetText(event)}${layers ?? ""}${domainText("Src", event.src_name)}${domainText("Dst", event.dst_name)}` +
    `"Prefix":${goString(event.prefix)},"Action":"${event.action ?? ""}","Timestamp":"${goTime(event.ts)}"` +
    `,"InDev":${goString(event.in ?? "")},"OutDev":${goString(event.out ?? "")}${raw}}`
  );
}

const ETHERNET = 1;

/** SPR reads addresses only of a device that is Ethernet. */
function ethernetText({ ether = {} }: PacketEvent): string {
  const { src, dst, hw_type = ETHERNET } = ether;
  if (src === undefined && dst === undefined && ether.hw_type === undefined) return "";
  const [from, to] = hw_type === ETHERNET ? [src ?? "", dst ?? ""] : ["", ""];
  return `"Ethernet":{"SrcMAC":${goString(from)},"DstMAC":${goString(to)},"HwType":${hw_type}},`;
}

function domainText(end: "Src" | "Dst", name: string | undefined): string {
  return name === undefined || name === "" ? "" : `"RecentDomain${end}":${goString(name)},`;
}

/** time.RFC3339Nano: no zeros at the end. */
function goTime(ts: string): string {
  return ts.replace(/\.?0+Z$/, "Z");
}

/** An event of SPR's bus, and its packet. */
export function parseSpr(line: string): { event: PacketEvent; bytes?: Buffer } | undefined {
  const fields = fieldsOfLine(line);
  const ts = parseRfc3339(textOf(fields?.["Timestamp"]) ?? "", "Z");
  const prefix = textOf(fields?.["Prefix"]);
  if (fields === undefined || ts === undefined || prefix === undefined) return undefined;
  const bytes = bytesIn(fields);
  const event = eventOf(fields, ts, prefix);
  return bytes === undefined ? { event } : { event, bytes };
}

function eventOf(fields: Fields, ts: string, prefix: string): PacketEvent {
  const isRaw = typeof fields["Raw"] === "string" && fields["IP"] === undefined;
  return present<PacketEvent>({
    schema: 1,
    kind: isRaw ? "undecoded" : "packet",
    ts,
    ts_source: "log",
    source: "nflog",
    prefix,
    topic: topicOf(prefix),
    action: actionIn(fields["Action"]) ?? actionOf(prefix, undefined),
    in: wordOf(fields["InDev"]),
    out: wordOf(fields["OutDev"]),
    ...layersIn(fields, etherIn(fieldsOf(fields["Ethernet"]))),
    src_name: wordOf(fields["RecentDomainSrc"]),
    dst_name: wordOf(fields["RecentDomainDst"]),
    why: isRaw ? "it is no IP" : undefined,
  });
}

function actionIn(value: unknown): PacketEvent["action"] {
  return value === "allowed" || value === "blocked" ? value : undefined;
}

function etherIn(fields: Fields | undefined): PacketEvent["ether"] {
  if (fields === undefined) return undefined;
  return present<NonNullable<PacketEvent["ether"]>>({
    src: wordOf(fields["SrcMAC"]),
    dst: wordOf(fields["DstMAC"]),
    hw_type: numberOf(fields["HwType"], U16),
  });
}
