/** How many texts are counted at a time; beyond that the rarest go. */
const COUNTED_MAX = 65_536;

/** A text, and how often it came. */
export interface Counted {
  readonly what: string;
  readonly count: number;
}

/** Counts texts in bounded memory: where there are very many, rare ones are forgotten, and a count is a little low at most. */
export class Top {
  #counts = new Map<string, number>();
  /** What a count may lack. */
  missed = 0;

  add(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
    if (this.#counts.size > COUNTED_MAX) this.#forget();
  }

  most(count: number): Counted[] {
    return this.#sorted().slice(0, count);
  }

  get distinct(): number {
    return this.#counts.size;
  }

  #sorted(): Counted[] {
    return [...this.#counts]
      .map(([what, count]) => ({ what, count }))
      .sort((a, b) => b.count - a.count || (a.what < b.what ? -1 : 1));
  }

  #forget(): void {
    const sorted = this.#sorted();
    this.missed += sorted[COUNTED_MAX / 2]?.count ?? 0;
    this.#counts = new Map(sorted.slice(0, COUNTED_MAX / 2).map(({ what, count }) => [what, count]));
  }
}
