import { PacketEvent } from "../event.ts";
import { actionOf, topicOf } from "../topic.ts";
import { addressBytes } from "./addresses.ts";
import { partsIn } from "./ecs/read.ts";
import { fieldsOf, fieldsOfLine, listOf, textOf } from "./json-fields.ts";
import { jsonObject } from "./json-text.ts";
import { objectOf, pick } from "./pick.ts";
import { protocolNumber } from "./protocols.ts";
import { timeOfText } from "./time.ts";

/** Of the Elastic Common Schema (https://www.elastic.co/docs/reference/ecs). */
const VERSION = "8.11.0";

/** What ECS has no field for, under `netlogctl`, spelt as in events. */
const OURS = [
  ...(["kind", "ts_source", "netns", "source", "group", "level", "prefix", "hook", "family"] as const),
  ...(["phys_in", "phys_in_index", "phys_out", "phys_out_index", "mark", "seq", "seq_global"] as const),
  ...(["arp", "len", "ttl", "ip", "tcp", "udp", "icmp", "sctp", "gre", "esp", "ah", "dns", "dhcp", "cut"] as const),
  ...(["why", "payload", "payload_encoding", "payload_cut"] as const),
] satisfies (keyof PacketEvent)[];

/** The event in the Elastic Common Schema; what that has no field for stands under `netlogctl`. */
export function encodeEcs(event: PacketEvent, _bytes?: Buffer): string {
  const { action, uid, gid, program } = event;
  const verdict = action === undefined ? [] : [action === "blocked" ? "denied" : "allowed"];
  const group = gid === undefined ? undefined : { id: String(gid) };
  return jsonObject([
    ["@timestamp", event.ts],
    ["ecs", { version: VERSION }],
    [
      "event",
      objectOf([
        ["kind", "event"],
        ["category", ["network"]],
        ["type", ["connection", ...verdict]],
        ["action", action],
      ]),
    ],
    ["rule", event.prefix.trim() === "" ? undefined : { name: event.prefix.trim() }],
    ["source", endOf(event.src, event.sport, event.ether?.src, event.src_name)],
    ["destination", endOf(event.dst, event.dport, event.ether?.dst, event.dst_name)],
    ["network", networkOf(event)],
    ["observer", observerOf(event)],
    ["process", program === undefined ? undefined : { name: program }],
    [
      "user",
      objectOf([
        ["id", uid === undefined ? undefined : String(uid)],
        ["group", group],
      ]),
    ],
    ["netlogctl", Object.fromEntries([...pick(event, OURS), ...linkOf(event)])],
  ]);
}

/** An address that is none would make Elasticsearch refuse the document: it is told as `address`. */
function endOf(address?: string, port?: number, mac?: string, domain?: string): Record<string, unknown> | undefined {
  const isIp = address !== undefined && addressBytes(address) !== undefined;
  return objectOf([
    ["address", isIp ? undefined : address],
    ["ip", isIp ? address : undefined],
    ["port", port],
    ["mac", mac?.replaceAll(":", "-").toUpperCase()],
    ["domain", domain],
  ]);
}

const INWARD: readonly unknown[] = ["prerouting", "input", "ingress"];
const OUTWARD: readonly unknown[] = ["output", "postrouting", "egress"];

function networkOf(event: PacketEvent): Record<string, unknown> | undefined {
  const { ip, arp, proto, hook, vlan = [] } = event;
  const number = proto === undefined ? undefined : protocolNumber(proto);
  const [outer, inner] = vlan.map(({ id }) => ({ id: String(id) }));
  return objectOf([
    ["type", ip !== undefined ? `ipv${ip.version}` : arp && "arp"],
    ["transport", proto === "icmpv6" ? "ipv6-icmp" : proto],
    ["iana_number", number === undefined ? undefined : String(number)],
    ["community_id", event.community_id],
    ["direction", INWARD.includes(hook) ? "ingress" : OUTWARD.includes(hook) ? "egress" : undefined],
    ["vlan", outer],
    ["inner", inner && { vlan: inner }],
  ]);
}

function observerOf(event: PacketEvent): Record<string, unknown> | undefined {
  return objectOf([
    ["hostname", event.host],
    ["ingress", interfaceOf(event.in, event.in_index)],
    ["egress", interfaceOf(event.out, event.out_index)],
  ]);
}

function interfaceOf(name: string | undefined, index: number | undefined): Record<string, unknown> | undefined {
  const found = objectOf([
    ["id", index === undefined ? undefined : String(index)],
    ["name", name],
  ]);
  return found && { interface: found };
}

/** What ECS leaves out of the link's header. */
function linkOf({ ether, vlan }: PacketEvent): readonly (readonly [string, unknown])[] {
  return [
    [
      "ether",
      ether &&
        objectOf([
          ["type", ether.type],
          ["hw_type", ether.hw_type],
        ]),
    ],
    ["vlan", vlan],
  ];
}

/** A document of ECS about a packet. */
export function parseEcs(line: string): { event: PacketEvent; bytes?: Buffer } | undefined {
  const fields = fieldsOfLine(line);
  const ts = timeOfText(textOf(fields?.["@timestamp"]) ?? "");
  const told = fieldsOf(fields?.["event"]);
  const isNetwork = told?.["category"] === "network" || isIn(told?.["category"], "network");
  if (fields === undefined || ts === undefined || !isNetwork) return undefined;
  const ours = fieldsOf(fields["netlogctl"]) ?? {};
  const prefix = textOf(ours["prefix"]) ?? textOf(fieldsOf(fields["rule"])?.["name"]) ?? "";
  const parts = partsIn(fields);
  const ether = { ...fieldsOf(ours["ether"]), ...parts.ether };
  const vlan = listOf(ours["vlan"]);
  const action = verdictIn(told?.["type"]) ?? actionOf(prefix, undefined);
  const event = PacketEvent.safeParse({
    kind: "packet",
    ts_source: "log",
    source: "nflog",
    ...objectOf(OURS.map((key) => [key, ours[key]])),
    schema: 1,
    ts,
    prefix,
    topic: topicOf(prefix),
    ...objectOf([["action", action]]),
    ...parts.fields,
    ...(Object.keys(ether).length === 0 ? {} : { ether }),
    ...(vlan.length === 0 ? {} : { vlan }),
  }).data;
  return event === undefined ? undefined : withBytes(event);
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
