import { packetOf } from "../core/event/formats/rebuild.ts";
import type { ReadEvent } from "../core/event/read-events.ts";
import { eventTree, type Leaf } from "./event-tree.ts";
import { hexDump } from "./hex-dump.ts";
import { folded, type Line, plain } from "./line.ts";

const INDENT = 2;
/** Names are shorter than that, as a rule. */
const NAME_COLUMNS = 14;

/** All that is known of an event: its fields as a tree, then the bytes of the packet. */
export function detailLines({ event, bytes }: ReadEvent, columns: number): Line[] {
  const fields = eventTree(event).flatMap((leaf) => leafLines(leaf, columns));
  if (event.kind === "loss" || event.kind === "flow") return fields;
  return [...fields, plain(""), ...byteLines(event, bytes, columns)];
}

function leafLines({ depth, name, value }: Leaf, columns: number): Line[] {
  const margin = " ".repeat(depth * INDENT);
  if (value === "") return [[{ text: margin }, { text: name, look: "strong" }]];
  const label = `${margin}${name}`.padEnd(NAME_COLUMNS + INDENT - 1);
  const [first = "", ...more] = folded(`${label} ${value}`, columns, NAME_COLUMNS + INDENT);
  return [
    [{ text: first.slice(0, label.length), look: "dim" }, { text: first.slice(label.length) }],
    ...more.map(plain),
  ];
}

function byteLines(event: Parameters<typeof packetOf>[0], bytes: Buffer | undefined, columns: number): Line[] {
  const known = bytes ?? (event.payload === undefined ? undefined : packetOf(event, bytes));
  if (known === undefined) return [[{ text: "the packet's bytes are not in the source", look: "dim" }]];
  const left = event.payload_cut === undefined ? "" : `, ${event.payload_cut} more are not here`;
  return [[{ text: `${known.length} bytes${left}`, look: "strong" }], ...hexDump(known, columns).map(plain)];
}
