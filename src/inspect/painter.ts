/** Pictures a second, at most. */
const RATE = 20;
/** How long is looked for what a filter finds before the keys are looked at. */
const LOOK_MS = 8;
/** While events come one after the other, the filter has a part of the time only: most of them are dropped before it gets to them. */
const BUSY_MS = 25;

/** Has a browser painted when it changed, soon but not too often, and its filter look on meanwhile. */
export class Painter {
  readonly #paint: () => void;
  readonly #lookOn: (forMs: number) => boolean;
  #timer: NodeJS.Timeout | undefined;
  #search: NodeJS.Timeout | undefined;
  #last = 0;
  #took = 0;
  #isStopped = false;

  /** @param look goes on with work that takes long; false if there is more of it */
  constructor(look: (forMs: number) => boolean, paint: () => void) {
    this.#lookOn = look;
    this.#paint = paint;
  }

  changed(): void {
    if (this.#isStopped || this.#timer !== undefined) return;
    const wait = Math.max(0, this.#last + 1000 / RATE - performance.now());
    this.#timer = setTimeout(() => this.#now(), wait);
  }

  /** Events were taken in. */
  took(): void {
    this.#took = performance.now();
    this.changed();
  }

  #now(): void {
    this.#timer = undefined;
    this.#look();
    this.#last = performance.now();
    this.#paint();
  }

  #look(): void {
    if (this.#search !== undefined || this.#lookOn(LOOK_MS)) return;
    const isBusy = performance.now() - this.#took < 2 * BUSY_MS;
    this.#search = setTimeout(
      () => {
        this.#search = undefined;
        if (this.#isStopped) return;
        this.#look();
        this.changed();
      },
      isBusy ? BUSY_MS : 0,
    );
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
