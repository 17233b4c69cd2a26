import type { TrafficEvent } from "../event.ts";

/** Holds the newest events that it is given, so many at most, whatever their order is. */
export class NewestEvents {
  readonly #most: number;
  #events: TrafficEvent[] = [];
  #leftOut = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** How many it was given that were older. */
  get leftOut(): number {
    return this.#leftOut + Math.max(0, this.#events.length - this.#most);
  }

  add(event: TrafficEvent): void {
    this.#events.push(event);
    if (this.#events.length >= this.#most * 2) this.#trim();
  }

  /** In the order of time; at the same time, in the order in which they came. */
  inOrder(): TrafficEvent[] {
    this.#trim();
    return [...this.#events];
  }

  #trim(): void {
    const sorted = this.#events.sort((a, b) => (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0));
    const over = Math.max(0, sorted.length - this.#most);
    this.#leftOut += over;
    this.#events = sorted.slice(over);
  }
}
