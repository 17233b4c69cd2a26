import type { TrafficEvent } from "../core/event/event.ts";
import { detailOfFlow, endsOfFlow } from "../core/event/formats/flow/text.ts";
import { encodeUntimed, type TextStyle } from "../core/event/formats/text.ts";
import type { Conversation, LoggedPackets, TrailEnds } from "../core/event/trail/conversation.ts";
import type { Trail } from "../core/event/trail/search.ts";
import { printable } from "../core/printable.ts";
import { textStyle } from "../host/thread/style.ts";
import { bold, green, red } from "./colour.ts";

/** Conversations one below the other, each with a head line; behind each event's offset what it is. */
export function* trailLines({ conversations }: Trail, hasColour: boolean): Generator<string> {
  const style = textStyle(hasColour);
  for (const [place, conversation] of conversations.entries()) {
    if (place > 0) yield "\n";
    yield `${headText(conversation)}\n`;
    for (const event of conversation.events) {
      yield `${offsetText(conversation.from, event.ts)}  ${eventText(event, style)}\n`;
    }
  }
}

/** What became of a flow stands where packets have their prefix. */
function eventText(event: TrafficEvent, style: TextStyle): string {
  if (event.kind !== "flow") return encodeUntimed(event, style);
  const { prefixWidth, interfacesWidth, endsWidth } = style;
  const ends = `${event.proto.padEnd(4)} ${endsOfFlow(event)}`.padEnd(endsWidth + 5);
  const detail = detailOfFlow(event).join("  ");
  const text = `${event.change.padEnd(prefixWidth)}  ${" ".repeat(interfacesWidth)}  ${ends}  ${detail}`;
  return printable(text.trimEnd());
}

function headText(conversation: Conversation): string {
  const { proto, reply, from, to, community_id } = conversation;
  const nat = reply === undefined ? "" : ` (answers ${printable(endsText(reply))})`;
  const day = from.slice(0, 10) === to.slice(0, 10) ? "" : `${to.slice(0, 10)} `;
  return [
    `${bold(printable(`${proto} ${endsText(conversation)}`))}${nat}`,
    printable(`${from.slice(0, 10)} ${from.slice(11, 23)} to ${day}${to.slice(11, 23)}`),
    ...conversation.packets.map(packetsText),
    ...flowTexts(conversation),
    ...(community_id === undefined ? [] : [printable(community_id)]),
  ].join("  ");
}

function endsText({ src, sport, dst, dport, icmp_id }: TrailEnds): string {
  return `${endText(src, sport)} > ${endText(dst, dport)}${icmp_id === undefined ? "" : ` id ${icmp_id}`}`;
}

function endText(address: string, port: number | undefined): string {
  if (port === undefined) return address;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function packetsText({ prefix, action, count }: LoggedPackets): string {
  const text = printable(`${action ?? "logged"} ${count} (${prefix})`);
  if (action === undefined) return text;
  return action === "blocked" ? red(text) : green(text);
}

function flowTexts({ flow }: Conversation): string[] {
  if (flow === undefined) return [];
  const { ids, has_ended, state, packets, bytes, duration } = flow;
  return [
    printable([`flow ${ids.join(", ")}`, has_ended ? "ended" : "not ended", ...(state ? [state] : [])].join(" ")),
    ...(packets === undefined ? [] : [`${packets} packets`]),
    ...(bytes === undefined ? [] : [`${bytes} bytes`]),
    ...(duration === undefined ? [] : [`${duration.toFixed(3)} s`]),
  ];
}

const OFFSET_COLUMNS = 14;

/** Seconds since the first event, to the microsecond. */
function offsetText(from: string, ts: string): string {
  const microseconds = microsecondsOf(ts) - microsecondsOf(from);
  return `+${(microseconds / 1e6).toFixed(6)}`.padStart(OFFSET_COLUMNS);
}

function microsecondsOf(ts: string): number {
  return Date.parse(`${ts.slice(0, 19)}Z`) * 1000 + Number(ts.slice(20, 26));
}
