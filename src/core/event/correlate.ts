import type { NetlogEvent, TrafficEvent } from "./event.ts";
import type { ReadEvent } from "./read-events.ts";
import { keyOf, tuplesOf } from "./trail/tuple.ts";

/** A packet that goes between the same ends as an event, in whichever direction, at about the same time. */
export interface Correlated<Place> {
  readonly read: ReadEvent;
  /** Where it was found. */
  readonly place: Place;
  /** How long after the event, in milliseconds; less than 0 before it. */
  readonly afterMs: number;
}

export interface Nearness {
  /** How far from the event in time a packet may be. */
  readonly withinMs: number;
  /** How many packets of an event are held: the nearest. */
  readonly most: number;
}

/** Finds, among packets that it is given in any order, those that belong to some events. */
export class Correlator<Place> {
  readonly #near: Nearness;
  readonly #byEnds = new Map<string, Sought<Place>[]>();
  readonly #sought: readonly Sought<Place>[];

  /** @param events of whom packets are looked for; one without ends finds none */
  constructor(events: readonly NetlogEvent[], near: Nearness) {
    this.#near = near;
    this.#sought = events.map((event) => ({ event, found: [] }));
    for (const sought of this.#sought) {
      for (const key of keysOf(sought.event)) {
        const others = this.#byEnds.get(key);
        if (others === undefined) this.#byEnds.set(key, [sought]);
        else others.push(sought);
      }
    }
  }

  /** The spans of time in which packets are looked for, as milliseconds since 1970. */
  spans(): { readonly fromMs: number; readonly toMs: number }[] {
    const { withinMs } = this.#near;
    const wanted = this.#sought.filter(({ event }) => keysOf(event).length > 0);
    return wanted.map(({ event }) => {
      const at = Date.parse(event.ts);
      return { fromMs: at - withinMs, toMs: at + withinMs + 1 };
    });
  }

  add(read: ReadEvent, place: Place): void {
    if (read.event.kind === "loss") return;
    for (const sought of new Set(keysOf(read.event).flatMap((key) => this.#byEnds.get(key) ?? []))) {
      const afterMs = millisecondsAfter(sought.event.ts, read.event.ts);
      if (Math.abs(afterMs) <= this.#near.withinMs) this.#hold(sought, { read, place, afterMs });
    }
  }

  /** What was found of each event, in the order in which they were given: the nearest first. */
  found(): Correlated<Place>[][] {
    return this.#sought.map(({ found }) => nearestOf(found, this.#near.most));
  }

  #hold({ found }: Sought<Place>, one: Correlated<Place>): void {
    const { most } = this.#near;
    found.push(one);
    if (found.length >= most * 2) found.splice(0, found.length, ...nearestOf(found, most));
  }
}

interface Sought<Place> {
  readonly event: NetlogEvent;
  readonly found: Correlated<Place>[];
}

function nearestOf<Place>(found: readonly Correlated<Place>[], most: number): Correlated<Place>[] {
  return found.toSorted((one, other) => Math.abs(one.afterMs) - Math.abs(other.afterMs)).slice(0, most);
}

/** Flows are spoken of as they began, and as their answers go. */
function keysOf(event: NetlogEvent): string[] {
  return event.kind === "loss" ? [] : tuplesOf(event satisfies TrafficEvent).map(keyOf);
}

/** Times have nine digits behind the second; what Date knows ends with the third. */
function millisecondsAfter(before: string, after: string): number {
  const rest = (ts: string): number => Number(ts.slice(23, 29)) / 1e6;
  return Date.parse(after) - Date.parse(before) + (rest(after) - rest(before));
}
