import type { LossEvent, NetlogEvent, PacketEvent } from "./event.ts";
import { type FieldSet, jsonLine, type PayloadStyle, withPayload } from "./pipeline.ts";

/** A format of lines: what makes one of an event, with the bytes of the packet where they were copied. */
export type Encode = (event: PacketEvent, bytes: Buffer | undefined) => string;

export interface LineOptions {
  readonly fields: FieldSet;
  readonly payload: PayloadStyle | undefined;
  /** What is asked of an event for it to be told; undefined: nothing. */
  readonly isWanted: ((event: NetlogEvent) => boolean) | undefined;
  /** What is added to an event, if anything. */
  readonly enrich: ((event: PacketEvent) => PacketEvent) | undefined;
  /** The format; undefined: the events themselves as JSON. */
  readonly encode: Encode | undefined;
  /** How a loss is told among the lines; undefined where the format has no word for it. */
  readonly encodeLoss: ((event: LossEvent) => string) | undefined;
}

/** What becomes of events: which are told, with what, and as what line. */
export interface Lines {
  /** Set if the line is the event as JSON and nothing else, for every event. */
  readonly atOnce: FieldSet | undefined;
  /** The event as it is told; undefined if it is not wanted. */
  told(event: PacketEvent): PacketEvent | undefined;
  /** With its newline; undefined if it is not wanted. */
  lineOf(event: PacketEvent, bytes: Buffer | undefined): string | undefined;
  lineOfLoss(event: LossEvent): string | undefined;
}

export function createLines({ fields, payload, isWanted, enrich, encode, encodeLoss }: LineOptions): Lines {
  const isPlain = isWanted === undefined && enrich === undefined && encode === undefined;
  const told = (event: PacketEvent): PacketEvent | undefined => {
    const enriched = enrich === undefined ? event : enrich(event);
    return isWanted === undefined || isWanted(enriched) ? enriched : undefined;
  };
  return {
    atOnce: isPlain ? fields : undefined,
    told,
    lineOf: (event, bytes) => {
      const enriched = told(event);
      if (enriched === undefined) return undefined;
      const whole = withPayload(enriched, bytes, payload);
      return `${encode === undefined ? jsonLine(whole, fields) : encode(whole, bytes)}\n`;
    },
    lineOfLoss: (event) => {
      if (encode !== undefined) return encodeLoss === undefined ? undefined : `${encodeLoss(event)}\n`;
      return `${jsonLine(event, fields)}\n`;
    },
  };
}
