import type { Arrival } from "./source.ts";

/** The newest arrivals, so many at most, each by its number: the first that came is 0. */
export class Book {
  readonly #keep: number;
  readonly #places: (Arrival | undefined)[];
  #end = 0;
  #lost = 0;

  constructor(keep: number, places: (Arrival | undefined)[] = [], end = 0, lost = 0) {
    this.#keep = keep;
    this.#places = places;
    this.#end = end;
    this.#lost = lost;
  }

  /** The number behind that of the newest: how many came. */
  get end(): number {
    return this.#end;
  }

  /** The number of the oldest that is still there: how many were dropped. */
  get first(): number {
    return Math.max(0, this.#end - this.#keep);
  }

  /** How many events the source says that it lost. */
  get lost(): number {
    return this.#lost;
  }

  add(arrival: Arrival): void {
    this.#places[this.#end % this.#keep] = arrival;
    this.#end += 1;
    const event = arrival.isLoss ? arrival.read()?.event : undefined;
    if (event?.kind === "loss") this.#lost += event.count;
  }

  at(number: number): Arrival | undefined {
    return number >= this.first && number < this.#end ? this.#places[number % this.#keep] : undefined;
  }

  /** As it is now; what comes later is not in it. */
  copy(): Book {
    return new Book(this.#keep, [...this.#places], this.#end, this.#lost);
  }
}
