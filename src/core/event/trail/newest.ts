import type { TrafficEvent } from "../event.ts";

/** Holds the newest events that it is given, so many at most, whatever their order is; one that comes of two sources once. */
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
    const seen = new Set<string>();
    return this.#events.filter(({ cursor, host, netns }) => {
      const key = `${cursor} ${host} ${netns}`;
      if (cursor === undefined || !seen.has(key)) return seen.add(key);
      return false;
    });
  }

  #trim(): void {
    const sorted = this.#events.sort((a, b) => (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0));
    const over = Math.max(0, sorted.length - this.#most);
    this.#leftOut += over;
    this.#events = sorted.slice(over);
  }
}
