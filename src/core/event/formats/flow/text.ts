import type { FlowEvent } from "../../event.ts";
import { endText } from "../text/ends.ts";

/** What is to be told of a flow in short, behind its time: what happened, between whom, how it stands, how much went through. */
export function flowText(event: FlowEvent): string {
  const { change, proto } = event;
  const detail = detailOfFlow(event).join("  ");
  return `${change.padEnd(CHANGE_COLUMNS)}  ${proto.padEnd(6)} ${endsOfFlow(event).padEnd(ENDS_COLUMNS)}  ${detail}`.trimEnd();
}

/** How it stands, what NAT makes of it, how much went through, and why that is told. */
export function detailOfFlow(event: FlowEvent): string[] {
  return [...stateOf(event), ...natOf(event), ...amountOf(event), ...causeOf(event)];
}

const CHANGE_COLUMNS = 7;
const ENDS_COLUMNS = 45;

/** From where to where, with names where they are known. */
export function endsOfFlow({ src, dst, sport, dport, src_name, dst_name }: FlowEvent): string {
  return `${endText(src_name ?? src, sport)} > ${endText(dst_name ?? dst, dport)}`;
}

function stateOf({ state, status, icmp, mark, zone }: FlowEvent): string[] {
  return [
    ...(state === undefined ? [] : [state]),
    ...(icmp === undefined
      ? []
      : [`type ${icmp.type} code ${icmp.code}${icmp.id === undefined ? "" : ` id ${icmp.id}`}`]),
    ...(status.includes("seen_reply") ? [] : ["unreplied"]),
    ...(status.includes("offload") ? ["offloaded"] : []),
    ...(mark === undefined || mark === 0 ? [] : [`mark 0x${mark.toString(16)}`]),
    ...(zone === undefined ? [] : [`zone ${zone}`]),
  ];
}

function natOf({ nat, src, dst, sport, dport }: FlowEvent): string[] {
  if (nat === undefined) return [];
  const from =
    nat.src === undefined && nat.sport === undefined ? [] : [`snat ${endText(nat.src ?? src, nat.sport ?? sport)}`];
  const to =
    nat.dst === undefined && nat.dport === undefined ? [] : [`dnat ${endText(nat.dst ?? dst, nat.dport ?? dport)}`];
  return [...from, ...to];
}

function amountOf({ packets, bytes, duration }: FlowEvent): string[] {
  return [
    ...(packets === undefined ? [] : [`${packets} packets`]),
    ...(bytes === undefined ? [] : [`${bytes} bytes`]),
    ...(duration === undefined ? [] : [`${duration.toFixed(3)} s`]),
  ];
}

function causeOf({ port_id, resync }: FlowEvent): string[] {
  return [...(port_id === undefined ? [] : [`by port ${port_id}`]), ...(resync === true ? ["(found by resync)"] : [])];
}
