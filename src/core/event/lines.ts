import type { FlowEvent, LossEvent, NetlogEvent, PacketEvent, TrafficEvent } from "./event.ts";
import type { TextStyle } from "./formats/text.ts";
import { type FieldSet, jsonLine, type PayloadStyle, withPayload } from "./pipeline.ts";

/** What makes a line of a packet, with its bytes where they were copied. */
export type EncodePacket = (event: PacketEvent, bytes: Buffer | undefined) => string;

/** What makes a line of a flow; undefined where the format has no word for what became of it. */
export type EncodeFlow = (event: FlowEvent) => string | undefined;

/** A format of lines: it has no word for the kinds of events that are left out. */
export interface Encoders {
  readonly packet?: EncodePacket;
  readonly flow?: EncodeFlow;
  readonly loss?: (event: LossEvent) => string;
  /** Set if packets are told as lines for people. */
  readonly style?: TextStyle;
}

/** What is added to an event. */
export type Enrich = <Event extends TrafficEvent>(event: Event) => Event;

export interface LineOptions {
  readonly fields: FieldSet;
  readonly payload: PayloadStyle | undefined;
  /** What is asked of an event for it to be told; undefined: nothing. */
  readonly isWanted: ((event: NetlogEvent) => boolean) | undefined;
  readonly enrich: Enrich | undefined;
  /** The format; undefined: the events themselves as JSON. */
  readonly encoders: Encoders | undefined;
}

/** How lines are told that may be written straight from what the kernel said: as JSON with these fields, or for people. */
export type AtOnce = FieldSet | TextStyle;

/** What becomes of events: which are told, with what, and as what line. */
export interface Lines {
  /** Set if the line is the event as JSON, or of a packet as a line for people, and nothing else, for every event. */
  readonly atOnce: AtOnce | undefined;
  /** The event as it is told; undefined if it is not wanted. */
  told<Event extends TrafficEvent>(event: Event): Event | undefined;
  /** Whether the format has words for such events; for a flow, whatever became of it, it may still have none. */
  canTell(kind: NetlogEvent["kind"]): boolean;
  /** With its newline; undefined if it is not wanted, or the format has no word for it. */
  lineOf(event: TrafficEvent, bytes: Buffer | undefined): string | undefined;
  lineOfLoss(event: LossEvent): string | undefined;
}

export function createLines({ fields, payload, isWanted, enrich, encoders }: LineOptions): Lines {
  const isPlain = isWanted === undefined && enrich === undefined;
  const told = <Event extends TrafficEvent>(event: Event): Event | undefined => {
    const enriched = enrich === undefined ? event : enrich(event);
    return isWanted === undefined || isWanted(enriched) ? enriched : undefined;
  };
  const format = encoders ?? jsonEncoders(fields);
  const encode = encoderOf(format);
  return {
    atOnce: isPlain ? (encoders === undefined ? fields : encoders.style) : undefined,
    told,
    canTell: (kind) => format[kind === "undecoded" ? "packet" : kind] !== undefined,
    lineOf: (event, bytes) => {
      const enriched = told(event);
      if (enriched === undefined) return undefined;
      const line = encode(enriched.kind === "flow" ? enriched : withPayload(enriched, bytes, payload), bytes);
      return line === undefined ? undefined : `${line}\n`;
    },
    lineOfLoss: (event) => {
      const line = format.loss?.(event);
      return line === undefined ? undefined : `${line}\n`;
    },
  };
}

type EncodeAny = (event: TrafficEvent, bytes: Buffer | undefined) => string | undefined;

function jsonEncoders(fields: FieldSet): Encoders {
  const encode = (event: NetlogEvent): string => jsonLine(event, fields);
  return { packet: encode, flow: encode, loss: encode };
}

function encoderOf({ packet, flow }: Encoders): EncodeAny {
  return (event, bytes) => (event.kind === "flow" ? flow?.(event) : packet?.(event, bytes));
}
