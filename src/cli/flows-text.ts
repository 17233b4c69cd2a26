import type { FlowEvent } from "../core/event/event.ts";
import { durationText, sizeText } from "../core/event/formats/flow/amounts.ts";
import { endText } from "../core/event/formats/text/ends.ts";
import type { FlowRate, TopFlows } from "../core/flow/flow-rates.ts";
import { byteRateText, rateText } from "./rate-text.ts";
import { renderTable } from "./table.ts";

export const FLOW_COLUMNS = ["PROTO", "FROM", "TO", "NAT", "STATE", "PACKETS", "BYTES", "AGE", "TIMEOUT"];

/** A flow as a row under those heads. */
export function flowRow(flow: FlowEvent): string[] {
  const { proto, packets, bytes, duration, timeout } = flow;
  return [
    ...[proto, ...endsOf(flow), natOf(flow), stateOf(flow)],
    packets === undefined ? "-" : String(packets),
    bytes === undefined ? "-" : sizeText(bytes),
    duration === undefined ? "-" : durationText(duration),
    timeout === undefined ? "-" : durationText(timeout),
  ];
}

function endsOf({ src, dst, src_name, dst_name, sport, dport }: FlowEvent): [string, string] {
  return [endText(src_name ?? src, sport), endText(dst_name ?? dst, dport)];
}

function natOf({ nat, src, dst, sport, dport }: FlowEvent): string {
  if (nat === undefined) return "";
  const source = nat.src === undefined && nat.sport === undefined ? [] : [endText(nat.src ?? src, nat.sport ?? sport)];
  const target = nat.dst === undefined && nat.dport === undefined ? [] : [endText(nat.dst ?? dst, nat.dport ?? dport)];
  return [...source.map((end) => `from ${end}`), ...target.map((end) => `to ${end}`)].join(" ");
}

function stateOf({ state, status }: FlowEvent): string {
  if (status.includes("offload") || status.includes("hw_offload")) return "offloaded";
  return state ?? (status.includes("seen_reply") ? "" : "unreplied");
}

/** A page: all flows in a line, then those that carry most. @param columns what does not fit in is cut off */
export function renderTopFlows({ flows, hasCounters, bytes, packets, top }: TopFlows, columns = Infinity): string {
  const rates = hasCounters ? `, ${byteRateText(bytes)}, packets ${rateText(packets)}` : "";
  const shown = top.length < flows ? `, ${top.length} shown` : "";
  const table = renderTable(["OUT", "BACK", "PACKETS", "TOTAL", "PROTO", "FROM", "TO", "STATE"], top.map(topRow));
  const lines = `${flows} flows${rates}${shown}\n\n${table}`.split("\n");
  return lines.map((line) => line.slice(0, columns)).join("\n");
}

function topRow({ flow, bytesOut, bytesBack, packets }: FlowRate): string[] {
  return [
    ...[byteRateText(bytesOut), byteRateText(bytesBack), rateText(packets)],
    flow.bytes === undefined ? "?" : sizeText(flow.bytes),
    ...[flow.proto, ...endsOf(flow), stateOf(flow)],
  ];
}
