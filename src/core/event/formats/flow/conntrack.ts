import type { FlowEvent } from "../../event.ts";
import { pairText, protocolOf, secondsSince1970 } from "./numbers.ts";

/**
 * The event as a line of `conntrack -E -o timestamp,id` (conntrack-tools 1.4.7, libnetfilter_conntrack 1.0.9); how a flow
 * stands as one of `conntrack -L -o id`, without a time. As there, labels are not told (that takes `-o labels` and
 * /etc/connlabel.conf); the name of the program behind a port is not known here.
 */
export function encodeConntrack(event: FlowEvent): string {
  return `${headText(event)}${[bodyText(event), tailText(event)].join("").trimEnd()}${causeText(event)}`;
}

const CHANGES = { new: "[NEW]", update: "[UPDATE]", destroy: "[DESTROY]" } as const;

function headText({ change, ts }: FlowEvent): string {
  if (change === "listed") return "";
  return `[${secondsSince1970(ts)}.${ts.slice(20, 26)}]\t${CHANGES[change].padStart(9)} `;
}

function bodyText(event: FlowEvent): string {
  const { proto, timeout, status, orig, reply } = event;
  const name = PROTOCOLS.includes(proto) ? proto : "unknown";
  return (
    `${name.padEnd(8)} ${protocolOf(event)} ${timeout === undefined ? "" : `${timeout} `}${stateText(event)}` +
    `${endsText(proto, event)}${pairText("zone-orig", event.zone_orig)}${countersText(orig)}` +
    `${status.includes("seen_reply") ? "" : "[UNREPLIED] "}` +
    `${endsText(proto, reply)}${pairText("zone-reply", event.zone_reply)}${countersText(reply)}${statusText(status)}`
  );
}

function tailText(event: FlowEvent): string {
  const { mark, secctx, zone, helper, use, id } = event;
  return (
    `${pairText("mark", mark)}${pairText("secctx", secctx)}${pairText("zone", zone)}${deltaText(event)}` +
    `${pairText("helper", helper)}${pairText("use", use)}${pairText("id", id)}`
  );
}

function causeText({ port_id, change }: FlowEvent): string {
  return port_id === undefined || change === "listed" ? "" : ` [USERSPACE] portid=${port_id}`;
}

/** Others are "unknown" there. */
const PROTOCOLS: readonly string[] = ["tcp", "udp", "udplite", "icmp", "icmpv6", "sctp", "gre", "dccp"];

const STATES: Readonly<Record<string, readonly string[]>> = {
  tcp: [
    ...["SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE"],
    "SYN_SENT2",
  ],
  sctp: [
    ...["CLOSED", "COOKIE_WAIT", "COOKIE_ECHOED", "ESTABLISHED", "SHUTDOWN_SENT", "SHUTDOWN_RECD"],
    ...["SHUTDOWN_ACK_SENT", "HEARTBEAT_SENT", "HEARTBEAT_ACKED"],
  ],
  dccp: [...["REQUEST", "RESPOND", "PARTOPEN", "OPEN", "CLOSEREQ", "CLOSING", "TIMEWAIT", "IGNORE"], "INVALID"],
};

/** It calls a state without a name NONE. */
function stateText({ proto, state }: FlowEvent): string {
  const names = STATES[proto];
  if (names === undefined || state === undefined) return "";
  return `${names.includes(state) ? state : "NONE"} `;
}

type Ends = Pick<FlowEvent["reply"], "src" | "dst" | "sport" | "dport" | "icmp">;

const WITH_PORTS: readonly string[] = ["tcp", "udp", "udplite", "sctp", "dccp"];

/** Ports, and keys of GRE, that the kernel did not tell are 0 there. */
function endsText(proto: string, { src, dst, sport = 0, dport = 0, icmp }: Ends): string {
  const addresses = `${pairText("src", src)}${pairText("dst", dst)}`;
  if (WITH_PORTS.includes(proto)) return `${addresses}sport=${sport} dport=${dport} `;
  if (proto === "gre") return `${addresses}srckey=0x${sport.toString(16)} dstkey=0x${dport.toString(16)} `;
  if (proto !== "icmp" && proto !== "icmpv6") return addresses;
  return `${addresses}type=${icmp?.type ?? 0} code=${icmp?.code ?? 0} id=${icmp?.id ?? 0} `;
}

function countersText(counted: Pick<FlowEvent["reply"], "packets" | "bytes"> | undefined): string {
  if (counted?.packets === undefined || counted.bytes === undefined) return "";
  return `packets=${counted.packets} bytes=${counted.bytes} `;
}

function statusText(status: FlowEvent["status"]): string {
  if (status.includes("hw_offload")) return "[HW_OFFLOAD] ";
  if (status.includes("offload")) return "[OFFLOAD] ";
  return status.includes("assured") ? "[ASSURED] " : "";
}

/** Whole seconds from the kernel's start to its stop or, without one, to now; as there in 64 bits without a sign. */
function deltaText({ start, start_source, stop, ts }: FlowEvent): string {
  if (start === undefined || start_source === "reader") return "";
  const seconds = secondsSince1970(stop ?? ts) - secondsSince1970(start);
  return `delta-time=${BigInt.asUintN(64, BigInt(seconds))} `;
}
