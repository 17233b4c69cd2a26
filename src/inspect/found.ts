import type { Book } from "./book.ts";
import type { Arrival } from "./source.ts";

/** Whether an arrival is to be shown. */
export type Test = (arrival: Arrival) => boolean;

/** The numbers of the arrivals in a book that pass a test, in order; they are looked for newest first, a while at a time. */
export class Found {
  readonly #book: Book;
  readonly #test: Test | undefined;
  /** Those before where the search began, newest first, and those behind, oldest first. */
  readonly #older: number[] = [];
  #newer: number[] = [];
  /** How many of the newer were dropped. */
  #gone = 0;
  /** The next to look at, down and up. */
  #down: number;
  #up: number;

  constructor(book: Book, test?: Test) {
    this.#book = book;
    this.#test = test;
    this.#down = book.end - 1;
    this.#up = book.end;
  }

  /** Looks on until so much time is over; false if there is more to look at. */
  look(forMs: number): boolean {
    if (this.#test === undefined) return true;
    const until = performance.now() + forMs;
    return this.#lookUp(until) && this.#lookDown(until);
  }

  #lookUp(until: number): boolean {
    this.#up = Math.max(this.#up, this.#book.first);
    for (; this.#up < this.#book.end; this.#up += 1) {
      if (isOver(this.#up, until)) return false;
      if (this.#passes(this.#up)) this.#newer.push(this.#up);
    }
    return true;
  }

  #lookDown(until: number): boolean {
    for (; this.#down >= this.#book.first; this.#down -= 1) {
      if (isOver(this.#down, until)) return false;
      if (this.#passes(this.#down)) this.#older.push(this.#down);
    }
    return true;
  }

  #passes(number: number): boolean {
    const arrival = this.#book.at(number);
    return arrival !== undefined && this.#test?.(arrival) === true;
  }

  get count(): number {
    if (this.#test === undefined) return this.#book.end - this.#book.first;
    this.#forget();
    return this.#older.length + this.#newer.length - this.#gone;
  }

  /** The number at a place among those that were found, the oldest at 0. */
  at(place: number): number {
    if (this.#test === undefined) return this.#book.first + place;
    const { length } = this.#older;
    return (place < length ? this.#older[length - 1 - place] : this.#newer[place - length + this.#gone]) ?? -1;
  }

  /** The place of a number, or of the next one that was found. */
  placeOf(number: number): number {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at(middle) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #forget(): void {
    const { first } = this.#book;
    while ((this.#older.at(-1) ?? first) < first) this.#older.pop();
    while ((this.#newer[this.#gone] ?? first) < first) this.#gone += 1;
    if (this.#gone > 1024 && this.#gone * 2 > this.#newer.length) {
      this.#newer = this.#newer.slice(this.#gone);
      this.#gone = 0;
    }
  }
}

/** The clock is looked at now and then only. */
function isOver(number: number, until: number): boolean {
  return number % 16 === 0 && performance.now() > until;
}
