import { printable } from "../../../printable.ts";
import type { FlowEvent } from "../../event.ts";
import { endText } from "../text/ends.ts";
import type { TextStyle } from "../text.ts";
import { durationText, sizeText } from "./amounts.ts";

/**
 * What is to be told of a flow in short, behind its time: what happened, between whom, how it stands, how much went through
 * out and back. Nothing in it that came from outside acts upon a terminal.
 */
export function flowText(event: FlowEvent, style: TextStyle): string {
  const ends = printable(`${event.proto.padEnd(PROTO_COLUMNS)} ${endsOfFlow(event)}`);
  const told = printable([stateOf(event).padEnd(STATE_COLUMNS), ...restOf(event)].join("  ")).trimEnd();
  const found = event.resync === true ? `  ${style.trouble(RESYNC)}` : "";
  return `${changeText(event, style)}  ${ends.padEnd(style.endsWidth + PROTO_COLUMNS + 1)}  ${told}${found}`.trimEnd();
}

const RESYNC = "found by resync";

/** How it stands, what NAT makes of it, how much went through, and why that is told. */
export function detailOfFlow(event: FlowEvent): string[] {
  const found = event.resync === true ? RESYNC : "";
  return [stateOf(event), ...restOf(event), found].filter((part) => part !== "");
}

function restOf(event: FlowEvent): string[] {
  return [...icmpOf(event), ...natOf(event), ...marksOf(event), ...amountOf(event), ...causeOf(event)];
}

const CHANGE_COLUMNS = 7;
const PROTO_COLUMNS = 6;
const STATE_COLUMNS = 11;

function changeText({ change }: FlowEvent, { began, ended }: TextStyle): string {
  const word = change.padEnd(CHANGE_COLUMNS);
  if (change === "new") return began(word);
  return change === "destroy" ? ended(word) : word;
}

/** From where to where, with names where they are known. */
export function endsOfFlow({ src, dst, sport, dport, src_name, dst_name }: FlowEvent): string {
  return `${endText(src_name ?? src, sport)} > ${endText(dst_name ?? dst, dport)}`;
}

/** By its protocol, or whether anything came back; nothing more is to be told of one that is answered. */
function stateOf({ state, status }: FlowEvent): string {
  if (status.includes("offload") || status.includes("hw_offload")) return "offloaded";
  if (state !== undefined) return state;
  return status.includes("seen_reply") ? "" : "unreplied";
}

function icmpOf({ icmp }: FlowEvent): string[] {
  if (icmp === undefined) return [];
  return [`type ${icmp.type} code ${icmp.code}${icmp.id === undefined ? "" : ` id ${icmp.id}`}`];
}

function natOf({ nat, src, dst, sport, dport }: FlowEvent): string[] {
  if (nat === undefined) return [];
  const from =
    nat.src === undefined && nat.sport === undefined ? [] : [`snat ${endText(nat.src ?? src, nat.sport ?? sport)}`];
  const to =
    nat.dst === undefined && nat.dport === undefined ? [] : [`dnat ${endText(nat.dst ?? dst, nat.dport ?? dport)}`];
  return [...from, ...to];
}

function marksOf({ mark, zone, zone_orig, zone_reply, helper }: FlowEvent): string[] {
  return [
    ...(mark === undefined || mark === 0 ? [] : [`mark 0x${mark.toString(16)}`]),
    ...(zone === undefined ? [] : [`zone ${zone}`]),
    ...(zone_orig === undefined ? [] : [`zone ${zone_orig} out`]),
    ...(zone_reply === undefined ? [] : [`zone ${zone_reply} back`]),
    ...(helper === undefined ? [] : [`helper ${helper}`]),
  ];
}

/** Out and back, as they were counted; and how long it took. */
function amountOf({ orig, reply, duration }: FlowEvent): string[] {
  return [
    ...bothWays("packets", orig?.packets, reply.packets, String),
    ...bothWays("", orig?.bytes, reply.bytes, sizeText),
    ...(duration === undefined ? [] : [durationText(duration)]),
  ];
}

function bothWays(
  unit: string,
  out: number | undefined,
  back: number | undefined,
  textOf: (n: number) => string,
): string[] {
  if (out === undefined || back === undefined) return [];
  return [`${textOf(out)} + ${textOf(back)} ${unit}`.trimEnd()];
}

function causeOf({ port_id }: FlowEvent): string[] {
  return port_id === undefined ? [] : [`by netlink port ${port_id}`];
}
