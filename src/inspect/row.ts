import { otherDay } from "../core/archive/day-files.ts";
import type { FlowEvent, LossEvent, PacketEvent } from "../core/event/event.ts";
import { detailOfFlow, endsOfFlow } from "../core/event/formats/flow/text.ts";
import { detailOf } from "../core/event/formats/text/detail.ts";
import { endsOf } from "../core/event/formats/text/ends.ts";
import { encodeUntimed } from "../core/event/formats/text.ts";
import { printable } from "../core/printable.ts";
import { column, type Line, type Look } from "./line.ts";
import type { Arrival } from "./source.ts";

/** How many columns the parts of a row have. */
interface Widths {
  readonly time: number;
  readonly prefix: number;
  readonly interfaces: number;
}

const WIDE: Widths = { time: 12, prefix: 18, interfaces: 16 };
const USUAL: Widths = { time: 12, prefix: 12, interfaces: 9 };
const NARROW: Widths = { time: 8, prefix: 9, interfaces: 0 };

function widthsFor(columns: number): Widths {
  if (columns >= 110) return WIDE;
  return columns >= 70 ? USUAL : NARROW;
}

/**
 * An arrival as a row of the list: time, prefix, interfaces, protocol, from where to where, what else there is in short.
 * @param day whose list it is: an event of another one has its month and day
 */
export function rowOf(arrival: Arrival, columns: number, day?: string): Line {
  const event = arrival.read()?.event;
  if (event === undefined) return [{ text: "a line that is no event", look: "trouble" }];
  const widths = widthsFor(columns);
  const lead = arrival.lead === undefined ? "" : `${printable(arrival.lead)}  `;
  const date = day === undefined ? "" : printable(otherDay(day, event.ts));
  const time = `${lead}${date}${printable(event.ts.slice(11, 11 + widths.time))} `;
  if (event.kind === "flow") return [{ text: time }, ...flowOf(event, widths)];
  if (event.kind === "loss" || event.kind === "undecoded") return [{ text: time }, ...troubleOf(event, widths)];
  return [
    { text: time },
    ...prefixOf(event, widths),
    { text: interfacesOf(event, widths) },
    { text: printable(`${(event.proto ?? (event.arp ? "arp" : "")).padEnd(4)} ${endsOf(event)} `) },
    { text: printable(detailOf(event).join("  ")) },
  ];
}

/** What became of it stands where packets have their prefix. */
function flowOf(event: FlowEvent, { prefix, interfaces }: Widths): Line {
  const blank = interfaces === 0 ? "" : `${" ".repeat(interfaces)} `;
  return [
    { text: `${column(event.change, prefix)} ${blank}` },
    { text: printable(`${event.proto.padEnd(4)} ${endsOfFlow(event)} `) },
    { text: printable(detailOfFlow(event).join("  ")) },
  ];
}

function troubleOf(event: LossEvent | PacketEvent, widths: Widths): Line {
  if (event.kind === "loss") return [{ text: encodeUntimed(event), look: "trouble" }];
  const why = event.why === undefined ? "" : `: ${printable(event.why)}`;
  return [
    ...prefixOf(event, widths),
    { text: interfacesOf(event, widths) },
    { text: `undecoded${why}`, look: "trouble" },
  ];
}

function prefixOf({ prefix, action }: PacketEvent, widths: Widths): Line {
  const text = column(printable(prefix.trim()), widths.prefix);
  return [action === undefined ? { text } : { text, look: LOOKS[action] }, { text: " " }];
}

const LOOKS: Readonly<Record<NonNullable<PacketEvent["action"]>, Look>> = { blocked: "blocked", allowed: "allowed" };

function interfacesOf(event: PacketEvent, { interfaces }: Widths): string {
  if (interfaces === 0) return "";
  return `${column(printable(`${event.in ?? ""}>${event.out ?? ""}`), interfaces)} `;
}
