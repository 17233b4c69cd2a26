import { printable } from "../printable.ts";
import { FlowEvent, type LossEvent, type NetlogEvent, PacketEvent, type TrafficEvent } from "./event.ts";

/** What of a packet's event is told: the fields that say who talked to whom, or all. */
export type FieldSet = "compact" | "default";

export const COMPACT = [
  "schema",
  "kind",
  "ts",
  "prefix",
  "hook",
  "in",
  "out",
  "mark",
  "src",
  "dst",
  "proto",
  "sport",
  "dport",
] as const satisfies readonly (keyof PacketEvent)[];

const COMPACT_FLOW = [
  ...(["schema", "kind", "ts", "change", "resync", "id", "src", "dst", "proto", "sport", "dport", "icmp"] as const),
  ...(["state", "nat", "packets", "bytes", "duration"] as const),
] as const satisfies readonly (keyof FlowEvent)[];

const COMPACT_AND_PAYLOAD = [...COMPACT, "payload", "payload_encoding", "payload_cut"] as const;

/** How much of a packet's bytes is told, and how. */
export interface PayloadStyle {
  readonly encoding: "hex" | "base64";
  /** More is left out, and counted. */
  readonly bytesMax: number;
}

/** A line of NDJSON, without its newline: of a packet only the fields of the set. Its strings hold nothing that a terminal acts upon. */
export function jsonLine(event: NetlogEvent, fields: FieldSet): string {
  return printable(JSON.stringify(fields === "compact" ? compact(event) : event));
}

function compact(event: NetlogEvent): Partial<NetlogEvent> {
  if (event.kind === "packet") return picked(event, COMPACT_AND_PAYLOAD);
  return event.kind === "flow" ? picked(event, COMPACT_FLOW) : event;
}

/** The event with these keys only, in their order. */
export function picked<Event extends TrafficEvent>(event: Event, keys: readonly (keyof Event)[]): Partial<Event> {
  const kept: Partial<Event> = {};
  for (const key of keys) {
    const value = event[key];
    if (value !== undefined) kept[key] = value;
  }
  return kept;
}

const PACKET_KEYS = Object.keys(PacketEvent.shape);
const FLOW_KEYS = Object.keys(FlowEvent.shape);

/** The event with its keys where the schema has them. */
export function inOrder<Event extends TrafficEvent>(event: Event): Event {
  return picked(event, (event.kind === "flow" ? FLOW_KEYS : PACKET_KEYS) as (keyof Event)[]) as Event;
}

/** Undecoded bytes are always told, up to this many: without them nobody could find out what they are. */
const UNDECODED: PayloadStyle = { encoding: "hex", bytesMax: 256 };

/** The event with its bytes in it: if they are asked for, and whenever they could not be decoded; those that it has stay. */
export function withPayload(
  event: PacketEvent,
  bytes: Buffer | undefined,
  style: PayloadStyle | undefined,
): PacketEvent {
  const chosen = style ?? (event.kind === "undecoded" && event.payload === undefined ? UNDECODED : undefined);
  if (chosen === undefined || bytes === undefined) return event;
  const { encoding, bytesMax } = chosen;
  const told = Math.min(bytes.length, bytesMax);
  const left = bytes.length - told + (event.payload_cut ?? 0);
  const payload = bytes.toString(encoding, 0, told);
  return { ...event, payload, payload_encoding: encoding, ...(left === 0 ? {} : { payload_cut: left }) };
}

export type Loss = Omit<LossEvent, "schema" | "kind">;

export function lossEvent(loss: Loss): LossEvent {
  const { ts, host, netns, ...rest } = loss;
  return {
    schema: 1,
    kind: "loss",
    ts,
    ...(host === undefined ? {} : { host }),
    ...(netns === undefined ? {} : { netns }),
    ...rest,
  };
}
