import type { PacketEvent } from "../event.ts";
import { familyName, familyNumber, hookName, hookNumber } from "../netfilter-numbers.ts";
import { present } from "../present.ts";
import { parseRfc3339 } from "../rfc3339.ts";
import { momentText, secondsIn } from "../time-text.ts";
import { actionOf, topicOf } from "../topic.ts";
import { headsIn } from "./heads.ts";
import { type Fields, fieldsOfLine, numberOf, textOf, U8, U16, U32, wordOf } from "./json-fields.ts";
import { janssonString } from "./json-text.ts";
import { packetOf } from "./rebuild.ts";
import { addressesText, baseText, type Dissected } from "./ulogd/layers.ts";
import { layersIn } from "./ulogd/read.ts";

/** ulogd's name for a machine that was given none. */
const NO_DEVICE = "Netfilter";

/**
 * The event as ulogd 2.0.8 writes it to JSON in the stack NFLOG, BASE, IFINDEX, IP2STR, HWHDR, JSON with `boolean_label=1`:
 * byte for byte but for `timestamp`, which is in UTC. Without bytes there are no checksums.
 */
export function encodeUlogd(event: PacketEvent, bytes?: Buffer): string {
  const copied = packetOf(event, bytes);
  const heads = copied === undefined ? undefined : headsIn(copied);
  const isMade = bytes === undefined && event.payload === undefined;
  const packet = copied === undefined || heads === undefined ? undefined : { bytes: copied, heads, isMade };
  const length = isMade ? event.len : copied?.length;
  return (
    `{"timestamp": "${event.ts.slice(0, 26)}", "dvc": ${janssonString(event.host ?? NO_DEVICE)}` +
    `${pair("raw.pktlen", length)}, "raw.pktcount": 1, "oob.prefix": ${janssonString(event.prefix)}` +
    `, "oob.time.sec": ${secondsIn(event.ts)}, "oob.time.usec": ${Number(event.ts.slice(20, 26))}` +
    `${outOfBandText(event, packet)}${packet === undefined ? "" : baseText(packet)}` +
    `, "oob.in": ${janssonString(event.in ?? "")}, "oob.out": ${janssonString(event.out ?? "")}` +
    `${packet === undefined ? "" : addressesText(packet)}${macText(event)}}`
  );
}

function pair(key: string, value: number | undefined): string {
  return value === undefined ? "" : `, "${key}": ${value}`;
}

/** What the kernel says of a packet, in the order of ulogd's input NFLOG. */
function outOfBandText(event: PacketEvent, packet: Dissected | undefined): string {
  const { ether = {}, hook, family, action } = event;
  return (
    `, "oob.mark": ${event.mark ?? 0}${pair("oob.ifindex_in", event.in_index)}${pair("oob.ifindex_out", event.out_index)}` +
    pair("oob.hook", hook === undefined ? undefined : hookNumber(hook, family)) +
    pair("raw.mac_len", headerText(ether) === undefined ? undefined : 14) +
    pair("oob.seq.local", event.seq) +
    pair("oob.seq.global", event.seq_global) +
    pair("oob.family", family === undefined ? undefined : familyNumber(family)) +
    pair("oob.protocol", protocolOf(event, packet)) +
    `${pair("oob.uid", event.uid)}${pair("oob.gid", event.gid)}${action === undefined ? "" : `, "action": "${action}"`}` +
    `${pair("raw.type", ether.hw_type)}${pair("raw.mac.addrlen", ether.src === undefined ? undefined : 6)}`
  );
}

/** The EtherType: the kernel knows it without a header, too. */
function protocolOf({ ether, family }: PacketEvent, packet: Dissected | undefined): number | undefined {
  if (ether?.type !== undefined) return ether.type;
  if (packet !== undefined) return packet.heads.version === 4 ? 0x0800 : 0x86dd;
  return family === "arp" ? 0x0806 : undefined;
}

const ETHERNET = 1;

/** The keys of ulogd's filter HWHDR: it gives the target only of Ethernet, and the header of all. */
function macText({ ether }: PacketEvent): string {
  if (ether === undefined) return "";
  const { src, dst, hw_type = ETHERNET } = ether;
  const header = headerText(ether);
  return (
    (src === undefined ? "" : `, "mac.saddr.str": ${janssonString(src)}`) +
    (dst === undefined || hw_type !== ETHERNET ? "" : `, "mac.daddr.str": ${janssonString(dst)}`) +
    (header === undefined ? "" : `, "mac.str": ${janssonString(header)}`)
  );
}

function headerText({ src, dst, type }: NonNullable<PacketEvent["ether"]>): string | undefined {
  if (src === undefined || dst === undefined || type === undefined) return undefined;
  const hex = type.toString(16).padStart(4, "0");
  return `${dst}:${src}:${hex.slice(0, 2)}:${hex.slice(2)}`;
}

/** A line of ulogd's JSON that is about a packet. It holds no bytes. */
export function parseUlogd(line: string): { event: PacketEvent; bytes?: Buffer } | undefined {
  const fields = fieldsOfLine(line);
  const prefix = textOf(fields?.["oob.prefix"]);
  if (fields === undefined || prefix === undefined) return undefined;
  const ts = timeIn(fields);
  return ts === undefined ? undefined : { event: eventOf(fields, ts, prefix) };
}

/** The seconds since 1970 are in UTC; the text is in the zone of the machine, which it does not name. */
function timeIn(fields: Fields): string | undefined {
  const seconds = numberOf(fields["oob.time.sec"], U32);
  if (seconds !== undefined)
    return momentText({ seconds, nanoseconds: (numberOf(fields["oob.time.usec"], 999_999) ?? 0) * 1000 });
  return parseRfc3339(textOf(fields["timestamp"] ?? fields["@timestamp"]) ?? "", "Z");
}

function eventOf(fields: Fields, ts: string, prefix: string): PacketEvent {
  const host = wordOf(fields["dvc"]);
  const family = familyName(numberOf(fields["oob.family"], U8) ?? -1);
  const action = fields["action"];
  return present<PacketEvent>({
    schema: 1,
    kind: "packet",
    ts,
    ts_source: "log",
    host: host === NO_DEVICE ? undefined : host,
    source: "nflog",
    prefix,
    topic: topicOf(prefix),
    action: action === "allowed" || action === "blocked" ? action : actionOf(prefix, undefined),
    hook: hookName(numberOf(fields["oob.hook"], U16) ?? -1, family),
    family,
    in: wordOf(fields["oob.in"]),
    in_index: numberOf(fields["oob.ifindex_in"], U32) || undefined,
    out: wordOf(fields["oob.out"]),
    out_index: numberOf(fields["oob.ifindex_out"], U32) || undefined,
    mark: numberOf(fields["oob.mark"], U32) || undefined,
    uid: numberOf(fields["oob.uid"], U32),
    gid: numberOf(fields["oob.gid"], U32),
    seq: numberOf(fields["oob.seq.local"], U32),
    seq_global: numberOf(fields["oob.seq.global"], U32),
    ...layersIn(fields),
  });
}
