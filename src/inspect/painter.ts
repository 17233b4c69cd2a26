import type { Browser } from "./browser.ts";

/** Pictures a second, at most. */
const RATE = 20;
/** How long is looked for what a filter finds before the keys are looked at. */
const LOOK_MS = 8;

/** Has a browser painted when it changed, soon but not too often, and its filter look on meanwhile. */
export class Painter {
  readonly #paint: () => void;
  readonly #browser: () => Browser;
  #timer: NodeJS.Timeout | undefined;
  #search: NodeJS.Immediate | undefined;
  #last = 0;
  #isStopped = false;

  constructor(browser: () => Browser, paint: () => void) {
    this.#browser = browser;
    this.#paint = paint;
  }

  changed(): void {
    if (this.#isStopped || this.#timer !== undefined) return;
    const wait = Math.max(0, this.#last + 1000 / RATE - performance.now());
    this.#timer = setTimeout(() => this.#now(), wait);
  }

  #now(): void {
    this.#timer = undefined;
    this.#look();
    this.#last = performance.now();
    this.#paint();
  }

  #look(): void {
    if (this.#search !== undefined || this.#browser().list.look(LOOK_MS)) return;
    this.#search = setImmediate(() => {
      this.#search = undefined;
      if (this.#isStopped) return;
      this.#look();
      this.changed();
    });
  }

  /** Paints no more until it goes on. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  goOn(): void {
    this.#isStopped = false;
    this.changed();
  }
}
