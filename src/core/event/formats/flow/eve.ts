import type { FlowEvent } from "../../event.ts";
import { protoText, timeText } from "../eve/words.ts";
import { jsonObject } from "../json-text.ts";
import { filled } from "../pick.ts";
import { secondsSince1970 } from "./numbers.ts";
import { REST } from "./rest.ts";

/**
 * The event as a `flow` of Suricata's EVE JSON: Suricata tells a flow when it has ended, this every change, which stands
 * under `netfilter` with what EVE has no place for. Time goes down to microseconds.
 */
export function encodeFlowEve(event: FlowEvent): string {
  const { ts, icmp, host, proto, state } = event;
  const head = jsonObject({
    timestamp: timeText(ts),
    flow_id: event.id,
    event_type: "flow",
    src_ip: event.src,
    src_port: event.sport,
    dest_ip: event.dst,
    dest_port: event.dport,
    proto: protoText(proto),
    icmp_type: icmp?.type,
    icmp_code: icmp?.code,
    flow: flowOf(event),
    tcp: proto === "tcp" ? filled({ state: TCP_STATES[state ?? ""] }) : undefined,
    host,
    community_id: event.community_id,
  });
  return `${head.slice(0, -1)},"netfilter":${jsonObject(event, [...REST, "src_name", "dst_name"])}}`;
}

function flowOf(event: FlowEvent): Record<string, unknown> {
  const { orig, reply, start, stop, ts, change, duration } = event;
  const end = change === "destroy" ? (stop ?? ts) : undefined;
  return {
    pkts_toserver: orig?.packets,
    pkts_toclient: reply.packets,
    bytes_toserver: orig?.bytes,
    bytes_toclient: reply.bytes,
    start: start === undefined ? undefined : timeText(start),
    end: end === undefined ? undefined : timeText(end),
    age: start === undefined || duration === undefined ? undefined : ageOf(start, end ?? ts),
    state: stateOf(event),
    reason: reasonOf(event),
  };
}

/** Whole seconds, as Suricata counts them. */
function ageOf(start: string, end: string): number {
  return Math.max(secondsSince1970(end) - secondsSince1970(start), 0);
}

const BEGINNING: readonly unknown[] = ["SYN_SENT", "SYN_RECV", "SYN_SENT2"];

/** Suricata's words: new until it is answered, or until TCP has shaken hands; closed from the first FIN or reset on. */
function stateOf({ proto, state, status }: FlowEvent): "new" | "established" | "closed" | "bypassed" {
  if (status.includes("offload") || status.includes("hw_offload")) return "bypassed";
  if (proto !== "tcp" || state === undefined) return status.includes("seen_reply") ? "established" : "new";
  if (BEGINNING.includes(state)) return "new";
  return state === "ESTABLISHED" ? "established" : "closed";
}

/** A program ended it, or its time; of what was found only later it is not known. */
function reasonOf({ change, port_id, resync }: FlowEvent): "forced" | "timeout" | undefined {
  if (change !== "destroy" || resync === true) return undefined;
  return port_id === undefined ? "timeout" : "forced";
}

/** Suricata's words for the states of TCP. */
const TCP_STATES: Readonly<Record<string, string>> = {
  SYN_SENT: "syn_sent",
  SYN_RECV: "syn_recv",
  SYN_SENT2: "syn_sent",
  ESTABLISHED: "established",
  FIN_WAIT: "fin_wait1",
  CLOSE_WAIT: "close_wait",
  LAST_ACK: "last_ack",
  TIME_WAIT: "time_wait",
  CLOSE: "closed",
};
