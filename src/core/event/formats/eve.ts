import { PacketEvent } from "../event.ts";
import { present } from "../present.ts";
import { parseRfc3339 } from "../rfc3339.ts";
import { actionOf, topicOf } from "../topic.ts";
import { headerText, layersOfHeader } from "./eve/header.ts";
import { ICMP6, protoText, timeText } from "./eve/words.ts";
import { type Fields, fieldsOf, fieldsOfLine, numberOf, textOf, U8, U16, wordOf } from "./json-fields.ts";
import { jsonObject } from "./json-text.ts";
import { filled, pick } from "./pick.ts";

/** What EVE has no place for, under `netfilter`. */
const OURS = [
  ...([
    "kind",
    "netns",
    "group",
    "level",
    "prefix",
    "action",
    "hook",
    "family",
    "in_index",
    "out",
    "out_index",
  ] as const),
  ...(["phys_in", "phys_in_index", "phys_out", "phys_out_index", "mark", "uid", "gid", "program"] as const),
  ...(["seq", "seq_global", "ct_id", "ct_state", "src_name", "dst_name", "why", "payload_cut"] as const),
] satisfies (keyof PacketEvent)[];

/** DLT_RAW: the packet begins with its IP header. */
const RAW = 12;

/**
 * The event as a line of Suricata's EVE JSON: `drop` with Suricata's object of it if the packet was blocked, else `packet` with
 * the same under `header`. Time goes down to microseconds; a payload that the event has is `packet`, as in Suricata's alerts.
 */
export function encodeEve(event: PacketEvent, _bytes?: Buffer): string {
  const { ts, host, ether, payload, action, icmp } = event;
  const isBlocked = action === "blocked";
  const head = jsonObject({
    timestamp: timeText(ts),
    in_iface: event.in,
    event_type: isBlocked ? "drop" : "packet",
    vlan: event.vlan?.map(({ id }) => id),
    src_ip: event.src,
    src_port: event.sport,
    dest_ip: event.dst,
    dest_port: event.dport,
    proto: event.proto === undefined ? undefined : protoText(event.proto),
    icmp_type: icmp?.type,
    icmp_code: icmp?.code,
    ether: ether && filled({ src_mac: ether.src, dest_mac: ether.dst, ether_type: ether.type }),
    host,
    community_id: event.community_id,
    packet: payload === undefined ? undefined : base64(payload, event.payload_encoding),
    packet_info: payload === undefined ? undefined : { linktype: RAW },
  });
  const header = headerText(event);
  const said = header === "{}" ? "" : `,"${isBlocked ? "drop" : "header"}":${header}`;
  return `${head.slice(0, -1)}${said},"netfilter":${jsonObject(event, OURS)}}`;
}

function base64(payload: string, encoding: PacketEvent["payload_encoding"]): string {
  return encoding === "base64" ? payload : Buffer.from(payload, "hex").toString("base64");
}

/** A line of EVE that is about a packet: one of ours, or Suricata's `drop`. */
export function parseEve(line: string): { event: PacketEvent; bytes?: Buffer } | undefined {
  const fields = fieldsOfLine(line);
  const ts = parseRfc3339(textOf(fields?.["timestamp"]) ?? "", "Z");
  const type = fields?.["event_type"];
  if (fields === undefined || ts === undefined || (type !== "drop" && type !== "packet")) return undefined;
  const event = PacketEvent.safeParse(eventOf(fields, ts)).data;
  if (event === undefined) return undefined;
  const bytes = bytesIn(fields);
  return bytes === undefined ? { event } : { event, bytes };
}

const ETHERNET = 1;
const IP_TYPES = [0x0800, 0x86dd];

function bytesIn(fields: Fields): Buffer | undefined {
  const packet = textOf(fields["packet"]);
  if (packet === undefined) return undefined;
  const bytes = Buffer.from(packet, "base64");
  if (fieldsOf(fields["packet_info"])?.["linktype"] !== ETHERNET) return bytes;
  return bytes.length >= 14 && IP_TYPES.includes(bytes.readUInt16BE(12)) ? bytes.subarray(14) : undefined;
}

function eventOf(fields: Fields, ts: string): Record<string, unknown> {
  const ours = fieldsOf(fields["netfilter"]) ?? {};
  const prefix = textOf(ours["prefix"]) ?? "";
  const kept = pick(ours, OURS);
  const blocked = fields["event_type"] === "drop" ? "blocked" : undefined;
  return {
    kind: "packet",
    ...kept,
    schema: 1,
    ts,
    ts_source: "log",
    source: "nflog",
    prefix,
    topic: topicOf(prefix),
    ...present({ action: ours["action"] ?? blocked ?? actionOf(prefix, undefined) }),
    ...present({ host: wordOf(fields["host"]), in: wordOf(fields["in_iface"]) }),
    ...layersIn(fields),
    ...(typeof fields["packet"] === "string" ? { payload: fields["packet"], payload_encoding: "base64" } : {}),
  };
}

function layersIn(fields: Fields): Partial<PacketEvent> {
  const proto = wordOf(fields["proto"]);
  return present<Partial<PacketEvent>>({
    ether: etherIn(fieldsOf(fields["ether"])),
    vlan: vlanIn(fields["vlan"]),
    src: wordOf(fields["src_ip"]),
    dst: wordOf(fields["dest_ip"]),
    proto: proto === ICMP6 ? "icmpv6" : proto?.toLowerCase(),
    sport: numberOf(fields["src_port"], U16),
    dport: numberOf(fields["dest_port"], U16),
    ...layersOfHeader(fieldsOf(fields["drop"] ?? fields["header"]) ?? {}, {
      type: numberOf(fields["icmp_type"], U8),
      code: numberOf(fields["icmp_code"], U8),
    }),
    community_id: wordOf(fields["community_id"]),
  });
}

function etherIn(ether: Fields | undefined): PacketEvent["ether"] {
  if (ether === undefined) return undefined;
  const { src_mac, dest_mac, ether_type } = ether;
  return present<NonNullable<PacketEvent["ether"]>>({
    src: wordOf(src_mac),
    dst: wordOf(dest_mac),
    type: numberOf(ether_type, U16),
  });
}

const TAG = 0x8100;

function vlanIn(value: unknown): PacketEvent["vlan"] {
  if (!Array.isArray(value)) return undefined;
  const ids = value.map((id) => numberOf(id, U16)).filter((id) => id !== undefined);
  return ids.length === 0 ? undefined : ids.map((id) => ({ protocol: TAG, id, priority: 0 }));
}
