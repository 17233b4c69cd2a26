import type { NetlogEvent } from "../core/event/event.ts";
import { fieldsOfLine } from "../core/event/formats/json-fields.ts";
import { parseJson } from "../core/event/read-events/json.ts";
import type { ReadEvent } from "../core/event/read-events.ts";

/** An event that came, or what came in its place. It is decoded when it is looked at: most that come fast never are. */
export interface Arrival {
  readonly isLoss: boolean;
  /** What is said of it before its row. */
  readonly lead?: string;
  /** Undefined if it is no event after all. */
  read(): ReadEvent | undefined;
}

/** Where the events that are looked at come from. */
export interface InspectSource {
  /** What it is called on the screen. */
  readonly name: string;
  /** Whether it is of the past: it ends, and nothing comes to it. */
  readonly isClosed?: boolean;
  /** Its events as they come, until they end or the signal says so; `say` is told what a person should know of it. */
  open(signal: AbortSignal, say: (line: string) => void): AsyncIterable<readonly Arrival[]>;
}

export function arrivalOf(read: ReadEvent): Arrival {
  return { isLoss: read.event.kind === "loss", read: () => read };
}

/** A line of JSON from anywhere. */
export function arrivalOfLine(line: string): Arrival {
  return new Line(line, parseJson);
}

/** A line that netlogctl itself has just written, which need not be checked. */
export function arrivalOfOurs(line: string): Arrival {
  return new Line(line, ours);
}

/** Only where its writer was cut off it is none. */
function ours(line: string): ReadEvent | undefined {
  const event = fieldsOfLine(line) as NetlogEvent | undefined;
  if (event === undefined) return undefined;
  if (event.kind === "loss" || event.kind === "flow" || event.payload === undefined) return { event };
  return { event, bytes: Buffer.from(event.payload, event.payload_encoding ?? "hex") };
}

const LOSS = /"kind"\s*:\s*"loss"/;

class Line implements Arrival {
  readonly #line: string;
  readonly #parse: (line: string) => ReadEvent | undefined;
  #read: { readonly done: ReadEvent | undefined } | undefined;

  constructor(line: string, parse: (line: string) => ReadEvent | undefined) {
    this.#line = line;
    this.#parse = parse;
  }

  /** Within a text quotes are escaped: these are of the key. */
  get isLoss(): boolean {
    return this.#line.includes('"loss"') && LOSS.test(this.#line);
  }

  read(): ReadEvent | undefined {
    this.#read ??= { done: this.#parse(this.#line) };
    return this.#read.done;
  }
}
