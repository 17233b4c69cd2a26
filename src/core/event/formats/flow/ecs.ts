import { addressBytes } from "../../../packet/address-bytes.ts";
import type { FlowEvent } from "../../event.ts";
import { VERSION } from "../ecs/version.ts";
import { jsonObject } from "../json-text.ts";
import { filled } from "../pick.ts";
import { nanosecondsSince1970, protocolOf } from "./numbers.ts";
import { REST } from "./rest.ts";

/**
 * The event in the Elastic Common Schema, every change of a flow: event.type says start, end or only connection; what ECS
 * has no field for stands under `netlogctl`.
 */
export function encodeFlowEcs(event: FlowEvent): string {
  const { orig, reply, nat, host } = event;
  const head = jsonObject({
    "@timestamp": event.ts,
    ecs: { version: VERSION },
    event: eventOf(event),
    source: endOf(event.src, event.sport, { domain: event.src_name, counted: orig, ip: nat?.src, port: nat?.sport }),
    destination: endOf(event.dst, event.dport, {
      domain: event.dst_name,
      counted: reply,
      ip: nat?.dst,
      port: nat?.dport,
    }),
    network: networkOf(event),
    observer: host === undefined ? undefined : { hostname: host },
  });
  return `${head.slice(0, -1)},"netlogctl":${jsonObject(event, ["ts_source", ...REST])}}`;
}

const TYPES = {
  new: ["connection", "start"],
  update: ["connection"],
  destroy: ["connection", "end"],
  listed: ["connection", "info"],
} as const;

/** event.duration is in nanoseconds: between a start and an end that are both there. */
function eventOf({ change, start, stop, ts }: FlowEvent): Record<string, unknown> {
  const end = change === "destroy" ? (stop ?? ts) : undefined;
  const between =
    start === undefined || end === undefined ? undefined : nanosecondsSince1970(end) - nanosecondsSince1970(start);
  return {
    kind: "event",
    category: ["network"],
    type: TYPES[change],
    action: `flow-${change}`,
    start,
    end,
    duration: between === undefined || between < 0n ? undefined : between,
  };
}

interface End {
  readonly domain: string | undefined;
  readonly counted: Pick<FlowEvent["reply"], "packets" | "bytes"> | undefined;
  /** What address and port translation makes of it. */
  readonly ip: string | undefined;
  readonly port: number | undefined;
}

/** An address that is none would make Elasticsearch refuse the document: it is told as `address`, or left out. */
function endOf(address: string, port: number | undefined, end: End): Record<string, unknown> {
  const isIp = addressBytes(address) !== undefined;
  const natIp = end.ip !== undefined && addressBytes(end.ip) !== undefined ? end.ip : undefined;
  return {
    address: isIp ? undefined : address,
    ip: isIp ? address : undefined,
    port,
    domain: end.domain,
    nat: filled({ ip: natIp, port: end.port }),
    bytes: end.counted?.bytes,
    packets: end.counted?.packets,
  };
}

function networkOf(event: FlowEvent): Record<string, unknown> {
  const { family, proto, community_id, bytes, packets } = event;
  return {
    type: family === "ip" ? "ipv4" : "ipv6",
    transport: proto === "icmpv6" ? "ipv6-icmp" : proto,
    iana_number: String(protocolOf(event)),
    community_id,
    bytes,
    packets,
  };
}
