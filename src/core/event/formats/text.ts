import { printable } from "../../printable.ts";
import type { LossEvent, NetlogEvent, PacketEvent } from "../event.ts";
import { flowText } from "./flow/text.ts";
import { detailOf } from "./text/detail.ts";
import { endsOf } from "./text/ends.ts";

type Paint = (text: string) => string;

/** How a line for people looks: colours, and columns that hold still from line to line. */
export interface TextStyle {
  /** Of the prefix of packets that were blocked, or let through. */
  readonly blocked: Paint;
  readonly allowed: Paint;
  /** Of flows: what happened, if they began, or ended. */
  readonly began: Paint;
  readonly ended: Paint;
  /** Of what went wrong: events lost, bytes not decoded. */
  readonly trouble: Paint;
  /** Columns that the prefix, the interfaces and the addresses fill at least. */
  readonly prefixWidth: number;
  readonly interfacesWidth: number;
  readonly endsWidth: number;
}

const same: Paint = (text) => text;

/** Without colours. */
export const PLAIN: TextStyle = {
  blocked: same,
  allowed: same,
  began: same,
  ended: same,
  trouble: same,
  prefixWidth: 16,
  interfacesWidth: 11,
  endsWidth: 45,
};

/** The event as one line for people. Nothing in it that came from outside acts upon a terminal. */
export function encodeText(event: NetlogEvent, style: TextStyle = PLAIN): string {
  return `${printable(event.ts.slice(11, 23))}  ${encodeUntimed(event, style)}`;
}

/** The same without its time. */
export function encodeUntimed(event: NetlogEvent, style: TextStyle = PLAIN): string {
  if (event.kind === "loss") return style.trouble(lossText(event));
  if (event.kind === "flow") return flowText(event, style);
  return `${startText(event, style)}${bodyText(event, style)}`;
}

/** Prefix and interfaces of a packet, as they stand behind its time. */
export function startText(event: PacketEvent, style: TextStyle): string {
  return `${prefixText(event, style)}  ${interfacesText(event, style)}  `;
}

/** How much what follows them fills at least, up to the details. */
export function bodyWidth({ endsWidth }: TextStyle): number {
  return endsWidth + 5;
}

function lossText({ count, group, from, to, why }: LossEvent): string {
  const where = group === undefined ? "" : ` of group ${group}`;
  const range = from === undefined || to === undefined ? "" : ` (${from} to ${to})`;
  return `${lostText(count, where)}${range}: ${printable(why)}`;
}

function lostText(count: number, where: string): string {
  if (count === 0) return `events${where} were lost, it is not known how many`;
  return count === 1 ? `1 event${where} was lost` : `${count} events${where} were lost`;
}

function prefixText({ prefix, action }: PacketEvent, style: TextStyle): string {
  const text = printable(prefix.trim()).padEnd(style.prefixWidth);
  if (action === undefined) return text;
  return action === "blocked" ? style.blocked(text) : style.allowed(text);
}

function interfacesText(event: PacketEvent, style: TextStyle): string {
  return printable(`${event.in ?? ""}>${event.out ?? ""}`).padEnd(style.interfacesWidth);
}

function bodyText(event: PacketEvent, style: TextStyle): string {
  if (event.kind === "undecoded") return style.trouble(undecodedText(event));
  const ends = printable(`${(event.proto ?? (event.arp ? "arp" : "")).padEnd(4)} ${endsOf(event)}`);
  const detail = printable([...detailOf(event), ...sizesOf(event)].join("  "));
  return `${ends.padEnd(bodyWidth(style))}  ${detail}`.trimEnd();
}

function sizesOf({ len, ttl, cut }: PacketEvent): string[] {
  const sizes = [...(len === undefined ? [] : [`len ${len}`]), ...(ttl === undefined ? [] : [`ttl ${ttl}`])];
  return [...(sizes.length === 0 ? [] : [sizes.join(" ")]), ...(cut ? ["cut"] : [])];
}

const BYTES_SHOWN = 16;

function undecodedText({ why, payload = "", payload_encoding }: PacketEvent): string {
  const bytes = Buffer.from(payload, payload_encoding ?? "hex");
  const hex = bytes
    .subarray(0, BYTES_SHOWN)
    .toString("hex")
    .replaceAll(/(..)(?=.)/g, "$1 ");
  const reason = why === undefined ? "" : `: ${printable(why)}`;
  return `undecoded${reason}${hex === "" ? "" : `  ${hex}${bytes.length > BYTES_SHOWN ? " ..." : ""}`}`;
}
