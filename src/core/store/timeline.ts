/** How many stretches a time is cut into at most. */
const BINS = 60;

/** Lengths of a stretch that people think in, in seconds. */
const LENGTHS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 43_200, 86_400, 604_800];

/** Counts over time, in stretches that grow with what they span. */
export interface Timeline {
  readonly from: string;
  readonly secondsEach: number;
  readonly counts: readonly number[];
}

/** Counts events by their time, whatever their order is, in bounded memory. */
export class TimelineCounter {
  readonly #counts = new Map<number, number>();
  #length = LENGTHS[0] ?? 1;

  add(ts: string): void {
    const seconds = Math.floor(Date.parse(`${ts.slice(0, 19)}Z`) / 1000);
    if (Number.isNaN(seconds)) return;
    this.#count(Math.floor(seconds / this.#length), 1);
    while (this.#counts.size > BINS) this.#grow();
  }

  /** Undefined if nothing was counted. */
  timeline(): Timeline | undefined {
    while (this.#span() > BINS) this.#grow();
    const first = Math.min(...this.#counts.keys());
    if (this.#counts.size === 0) return undefined;
    const counts = Array.from({ length: this.#span() }, (_, at) => this.#counts.get(first + at) ?? 0);
    const from = `${new Date(first * this.#length * 1000).toISOString().slice(0, 19)}Z`;
    return { from, secondsEach: this.#length, counts };
  }

  #span(): number {
    if (this.#counts.size === 0) return 0;
    return Math.max(...this.#counts.keys()) - Math.min(...this.#counts.keys()) + 1;
  }

  #count(bin: number, count: number): void {
    this.#counts.set(bin, (this.#counts.get(bin) ?? 0) + count);
  }

  #grow(): void {
    const old = this.#length;
    this.#length = LENGTHS.find((length) => length > old && length % old === 0) ?? old * 2;
    const counts = [...this.#counts];
    this.#counts.clear();
    for (const [bin, count] of counts) this.#count(Math.floor((bin * old) / this.#length), count);
  }
}
