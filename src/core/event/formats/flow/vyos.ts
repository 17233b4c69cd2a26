import type { FlowEvent } from "../../event.ts";
import { nanosecondsSince1970, pairText, protocolOf } from "./numbers.ts";
import { pythonSeconds } from "./python-seconds.ts";

/**
 * The event as a line of VyOS's conntrack logger (vyos-1x, src/services/vyos-conntrack-logger), byte for byte: as there it
 * ends with a blank, two stand before [ASSURED] and [OFFLOAD], and there are no counters.
 * @returns undefined for how a flow stands: that program tells changes only
 */
export function encodeVyos(event: FlowEvent): string | undefined {
  return lineOf(event, () => "");
}

/** The same with what that program meant to print: the counters of each direction behind its ends. */
export function encodeVyosFixed(event: FlowEvent): string | undefined {
  return lineOf(event, (counted) => pairText("packets", counted?.packets) + pairText("bytes", counted?.bytes));
}

type Counted = Pick<FlowEvent["reply"], "packets" | "bytes"> | undefined;

const CHANGES = { new: "[NEW]", update: "[UPDATE]", destroy: "[DESTROY]", listed: undefined } as const;

function lineOf(event: FlowEvent, countersOf: (counted: Counted) => string): string | undefined {
  const { id, proto, timeout, status, mark, port_id } = event;
  const change = CHANGES[event.change];
  if (change === undefined) return undefined;
  const name = PROTOCOLS.includes(proto) ? proto : "unknown";
  return (
    `${change.padEnd(9)} ${id} ${name.padEnd(8)} ${protocolOf(event)} ${timeout === undefined ? "" : `${timeout} `}` +
    `${stateText(event)}${endsText(event)}${countersOf(event.orig)}` +
    `${status.includes("seen_reply") ? "" : "[UNREPLIED] "}${endsText(event.reply)}${countersOf(event.reply)}` +
    `${pairText("mark", mark)}${statusText(status)}${pairText("portid", port_id)}${timesText(event)}`
  );
}

/** Others are "unknown" there. */
const PROTOCOLS: readonly string[] = ["tcp", "udp", "icmp", "icmpv6", "sctp", "gre"];

/** Its words for the states of TCP from 1 on: some stand for what the kernel never says. */
const TCP_STATES = [
  ...["SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE", "LISTEN"],
  ...["MAX", "IGNORE", "RETRANS", "UNACK", "TIMEOUT_MAX"],
];
const SCTP_STATES = [
  ...["CLOSED", "COOKIE_WAIT", "COOKIE_ECHOED", "ESTABLISHED", "SHUTDOWN_SENT", "SHUTDOWN_RECD", "SHUTDOWN_ACK_SENT"],
  ...["HEARTBEAT_SENT", "HEARTBEAT_ACKED", "MAX"],
];
const STATES: Readonly<Record<string, readonly string[]>> = { tcp: TCP_STATES, sctp: SCTP_STATES };

/** The kernel's name for what this program calls LISTEN. */
const SYN_SENT2 = "SYN_SENT2";

/** It tells no state of DCCP, and calls one without a name, NONE among them, "unknown". */
function stateText({ proto, state }: FlowEvent): string {
  const names = STATES[proto];
  if (names === undefined || state === undefined) return "";
  const name = state === SYN_SENT2 ? "LISTEN" : (names[Number(state) - 1] ?? state);
  return `${names.includes(name) ? name : "unknown"} `;
}

type Ends = Pick<FlowEvent["reply"], "src" | "dst" | "sport" | "dport" | "icmp">;

function endsText({ src, dst, sport, dport, icmp }: Ends): string {
  return (
    `${pairText("src", src)}${pairText("dst", dst)}${pairText("sport", sport)}${pairText("dport", dport)}` +
    `${pairText("type", icmp?.type)}${pairText("code", icmp?.code)}${pairText("id", icmp?.id)}`
  );
}

function statusText(status: FlowEvent["status"]): string {
  if (status.includes("offload")) return " [OFFLOAD] ";
  return status.includes("assured") ? " [ASSURED] " : "";
}

/** Those of the kernel only; it prints none without the other. */
function timesText({ start, start_source, stop }: FlowEvent): string {
  if (start === undefined || stop === undefined || start_source === "reader") return "";
  const [from, to] = [nanosecondsSince1970(start), nanosecondsSince1970(stop)];
  return `start=${from} stop=${to} delta=${pythonSeconds(to - from)} `;
}
