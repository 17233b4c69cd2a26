import { addressBytes } from "../../packet/address-bytes.ts";
import { protocolNumber } from "../../packet/protocol-names.ts";
import { PacketEvent } from "../event.ts";
import { present } from "../present.ts";
import { parseRfc3339 } from "../rfc3339.ts";
import { actionOf, topicOf } from "../topic.ts";
import { partsIn } from "./ecs/read.ts";
import { VERSION } from "./ecs/version.ts";
import { type Fields, fieldsOf, fieldsOfLine, listOf, textOf } from "./json-fields.ts";
import { jsonObject } from "./json-text.ts";
import { filled, pick } from "./pick.ts";

/** What ECS has no field for, under `netlogctl`, spelt as in events. */
const OURS = [
  ...(["kind", "ts_source", "netns", "source", "group", "level", "prefix", "hook", "family"] as const),
  ...([
    "phys_in",
    "phys_in_index",
    "phys_out",
    "phys_out_index",
    "mark",
    "seq",
    "seq_global",
    "ct_id",
    "ct_state",
  ] as const),
  ...(["arp", "len", "ttl", "ip", "tcp", "udp", "icmp", "sctp", "gre", "esp", "ah", "dns", "dhcp", "cut"] as const),
  ...(["why", "payload", "payload_encoding", "payload_cut"] as const),
] satisfies (keyof PacketEvent)[];

/** The event in the Elastic Common Schema; what that has no field for stands under `netlogctl`. */
export function encodeEcs(event: PacketEvent, _bytes?: Buffer): string {
  const { action, uid, gid, program } = event;
  const verdict = action === undefined ? [] : [action === "blocked" ? "denied" : "allowed"];
  const name = event.prefix.trim();
  const head = jsonObject({
    "@timestamp": event.ts,
    ecs: { version: VERSION },
    event: { kind: "event", category: ["network"], type: ["connection", ...verdict], action },
    rule: name === "" ? undefined : { name },
    source: endOf(event.src, event.sport, event.ether?.src, event.src_name),
    destination: endOf(event.dst, event.dport, event.ether?.dst, event.dst_name),
    network: networkOf(event),
    observer: observerOf(event),
    process: program === undefined ? undefined : { name: program },
    user: filled({ id: digits(uid), group: gid === undefined ? undefined : { id: digits(gid) } }),
  });
  const ours = jsonObject(event, OURS).slice(0, -1);
  return `${head.slice(0, -1)},"netlogctl":${ours}${linkText(event)}}}`;
}

/** ECS has numbers that are names as text. */
function digits(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

/** An address that is none would make Elasticsearch refuse the document: it is told as `address`. */
function endOf(address?: string, port?: number, mac?: string, domain?: string): Record<string, unknown> | undefined {
  const isIp = address !== undefined && addressBytes(address) !== undefined;
  return filled({
    address: isIp ? undefined : address,
    ip: isIp ? address : undefined,
    port,
    mac: mac?.replaceAll(":", "-").toUpperCase(),
    domain,
  });
}

function networkOf(event: PacketEvent): Record<string, unknown> | undefined {
  const { ip, arp, proto, vlan = [] } = event;
  const [outer, inner] = vlan.map(({ id }) => ({ id: String(id) }));
  return filled({
    type: ip !== undefined ? `ipv${ip.version}` : arp && "arp",
    transport: proto === "icmpv6" ? "ipv6-icmp" : proto,
    iana_number: proto === undefined ? undefined : digits(protocolNumber(proto)),
    community_id: event.community_id,
    direction: directionOf(event),
    vlan: outer,
    inner: inner && { vlan: inner },
  });
}

const INWARD: readonly unknown[] = ["prerouting", "input", "ingress"];
const OUTWARD: readonly unknown[] = ["output", "postrouting", "egress"];

/** Seen from this machine; a packet that it forwards goes both ways. */
function directionOf({ hook }: PacketEvent): "ingress" | "egress" | undefined {
  if (INWARD.includes(hook)) return "ingress";
  return OUTWARD.includes(hook) ? "egress" : undefined;
}

function observerOf(event: PacketEvent): Record<string, unknown> | undefined {
  return filled({
    hostname: event.host,
    ingress: interfaceOf(event.in, event.in_index),
    egress: interfaceOf(event.out, event.out_index),
  });
}

function interfaceOf(name: string | undefined, index: number | undefined): Record<string, unknown> | undefined {
  const found = filled({ id: digits(index), name });
  return found && { interface: found };
}

/** What ECS leaves out of the link's header; behind other fields. */
function linkText({ ether, vlan }: PacketEvent): string {
  const rest = ether && filled({ type: ether.type, hw_type: ether.hw_type });
  const text = jsonObject({ ether: rest, vlan });
  return text === "{}" ? "" : `,${text.slice(1, -1)}`;
}

/** A document of ECS about a packet. */
export function parseEcs(line: string): { event: PacketEvent; bytes?: Buffer } | undefined {
  const fields = fieldsOfLine(line);
  const ts = parseRfc3339(textOf(fields?.["@timestamp"]) ?? "", "Z");
  const told = fieldsOf(fields?.["event"]);
  const isNetwork = told?.["category"] === "network" || isIn(told?.["category"], "network");
  if (fields === undefined || ts === undefined || !isNetwork) return undefined;
  const event = PacketEvent.safeParse(eventOf(fields, ts, verdictIn(told?.["type"]))).data;
  return event === undefined ? undefined : withBytes(event);
}

function eventOf(fields: Fields, ts: string, verdict: PacketEvent["action"]): Record<string, unknown> {
  const ours = fieldsOf(fields["netlogctl"]) ?? {};
  const prefix = textOf(ours["prefix"]) ?? textOf(fieldsOf(fields["rule"])?.["name"]) ?? "";
  const parts = partsIn(fields);
  const vlan = listOf(ours["vlan"]);
  const action = verdict ?? actionOf(prefix, undefined);
  const rest = present({
    action,
    ether: filled({ ...fieldsOf(ours["ether"]), ...parts.ether }),
    vlan: vlan.length === 0 ? undefined : vlan,
  });
  const unsaid = { kind: "packet", ts_source: "log", source: "nflog" };
  const known = { schema: 1, ts, prefix, topic: topicOf(prefix) };
  return Object.assign(unsaid, pick(ours, OURS), known, parts.fields, rest);
}

function withBytes(event: PacketEvent): { event: PacketEvent; bytes?: Buffer } {
  const { payload, payload_encoding = "hex" } = event;
  return payload === undefined ? { event } : { event, bytes: Buffer.from(payload, payload_encoding) };
}

function verdictIn(type: unknown): PacketEvent["action"] {
  if (isIn(type, "denied")) return "blocked";
  return isIn(type, "allowed") ? "allowed" : undefined;
}

function isIn(list: unknown, word: string): boolean {
  return Array.isArray(list) && list.includes(word);
}
