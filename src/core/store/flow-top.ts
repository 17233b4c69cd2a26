/** How many names are counted at a time; beyond that those with the fewest bytes go. */
const COUNTED_MAX = 65_536;

/** What went on under a name: a service, an address. */
export interface FlowCount {
  readonly what: string;
  /** Flows that began, and that ended. */
  readonly begun: number;
  readonly ended: number;
  /** Of those that ended, both ways. */
  readonly bytes: number;
}

/** Counts flows by names in bounded memory: where there are very many, small ones are forgotten. */
export class FlowTop {
  #counts = new Map<string, FlowCount>();
  /** How many bytes what is told may lack. */
  missed = 0;

  add(what: string, { begun, ended, bytes }: Omit<FlowCount, "what">): void {
    const known = this.#counts.get(what) ?? { what, begun: 0, ended: 0, bytes: 0 };
    this.#counts.set(what, {
      what,
      begun: known.begun + begun,
      ended: known.ended + ended,
      bytes: known.bytes + bytes,
    });
    if (this.#counts.size > COUNTED_MAX) this.#forget();
  }

  /** Those with the most bytes first; where nothing was counted, those with the most flows. */
  most(count: number): FlowCount[] {
    return this.#sorted().slice(0, count);
  }

  #sorted(): FlowCount[] {
    return [...this.#counts.values()].sort(
      (a, b) => b.bytes - a.bytes || b.ended - a.ended || b.begun - a.begun || (a.what < b.what ? -1 : 1),
    );
  }

  #forget(): void {
    const sorted = this.#sorted();
    this.missed += sorted[COUNTED_MAX / 2]?.bytes ?? 0;
    this.#counts = new Map(sorted.slice(0, COUNTED_MAX / 2).map((one) => [one.what, one]));
  }
}
