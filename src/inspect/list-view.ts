import type { Book } from "./book.ts";
import { Found, type Test } from "./found.ts";
import type { Arrival } from "./source.ts";

/** What of the list is on the screen. */
export interface Window {
  readonly arrivals: readonly Arrival[];
  /** Which of them is chosen; -1 if there are none. */
  readonly chosen: number;
}

/** A list of arrivals that follows the newest, or stays where one has moved to. */
export class ListView {
  readonly #live: Book;
  /** What is shown: the book as it comes, or as it was when the list was paused. */
  #book: Book;
  #test: Test | undefined;
  #found: Found;
  #isFollowing = true;
  /** The number of the chosen arrival, and the row it is shown in. */
  #number = 0;
  #row = 0;
  #height = 1;

  constructor(book: Book) {
    this.#live = book;
    this.#book = book;
    this.#found = new Found(book);
  }

  get isFollowing(): boolean {
    return this.#isFollowing;
  }

  get isPaused(): boolean {
    return this.#book !== this.#live;
  }

  get count(): number {
    return this.#found.count;
  }

  /** How many came since it was paused. */
  get meanwhile(): number {
    return this.#live.end - this.#book.end;
  }

  /** Shows only what passes. */
  filter(test: Test | undefined): void {
    this.#test = test;
    this.#found = new Found(this.#book, test);
  }

  /** Stands still, or goes on. */
  pause(): void {
    this.#book = this.isPaused ? this.#live : this.#live.copy();
    this.filter(this.#test);
  }

  /** Goes on looking for what passes; false if there is more to look at. */
  look(forMs: number): boolean {
    return this.#found.look(forMs);
  }

  move(by: number): void {
    const place = this.#place() + by;
    this.#isFollowing = false;
    this.#choose(place);
    this.#row += Math.abs(by) === 1 ? by : 0;
  }

  movePage(pages: number): void {
    this.move(pages * Math.max(2, this.#height - 1));
  }

  toStart(): void {
    this.#isFollowing = false;
    this.#choose(0);
  }

  toEnd(): void {
    this.#isFollowing = true;
  }

  get chosen(): Arrival | undefined {
    return this.#book.at(this.#found.at(this.#place()));
  }

  /** The rows for a screen with room for so many. */
  window(height: number): Window {
    this.#height = height;
    const { count } = this;
    const place = this.#place();
    const row = this.#isFollowing ? height - 1 : Math.min(Math.max(this.#row, 0), height - 1);
    const top = Math.max(0, Math.min(place - row, count - height));
    this.#choose(place);
    this.#row = place - top;
    const places = Array.from({ length: Math.max(0, Math.min(height, count - top)) }, (_, at) => top + at);
    const arrivals = places.flatMap((at) => this.#book.at(this.#found.at(at)) ?? []);
    return { arrivals, chosen: count === 0 ? -1 : place - top };
  }

  /** All that is in the list, the oldest first. */
  all(): Arrival[] {
    this.look(Number.POSITIVE_INFINITY);
    return Array.from({ length: this.count }, (_, place) => this.#book.at(this.#found.at(place))).filter(
      (arrival) => arrival !== undefined,
    );
  }

  #place(): number {
    const last = this.count - 1;
    return this.#isFollowing ? last : Math.min(this.#found.placeOf(this.#number), last);
  }

  #choose(place: number): void {
    const held = Math.max(0, Math.min(place, this.count - 1));
    this.#number = this.count === 0 ? this.#number : this.#found.at(held);
  }
}
