import type { ReadEvent } from "../core/event/read-events.ts";
import { printable } from "../core/printable.ts";
import { Book } from "./book.ts";
import { type CopyKind, copyOf } from "./copies.ts";
import { detailLines } from "./detail-screen.ts";
import { helpLines } from "./help-screen.ts";
import { folded, plain } from "./line.ts";
import { ListView } from "./list-view.ts";
import { Pane } from "./pane.ts";
import type { Arrival } from "./source.ts";
import { TypedFilter } from "./typed-filter.ts";

/** What a browser has others do. */
export interface Desk {
  /** Gives a text to who looks at it; says where it went. */
  copy(text: string): string;
  /** Shows packets in another program; says how that ended. */
  show(reads: readonly ReadEvent[]): Promise<string>;
  /** There is something new to see. */
  changed(): void;
  /** Nobody looks at it any more. */
  end(): void;
  /** Shows what belongs to an event, where there is something to look in. */
  readonly correlate?: (read: ReadEvent) => void;
}

export interface BrowserOptions {
  readonly name: string;
  /** How many events it holds. */
  readonly keep: number;
  readonly filter: string;
  /** Whether its list stays at the first event; else it follows the last. */
  readonly isAtStart: boolean;
  /** The day that is looked at, if it is one. */
  readonly day?: string | undefined;
  /** Whether what it looks at has an end: nothing of it is still to happen. */
  readonly isClosed?: boolean | undefined;
}

/** What is looked at, and what the keys make of it. What it looks like is screen.ts's. */
export class Browser {
  readonly name: string;
  readonly day: string | undefined;
  readonly isClosed: boolean;
  readonly book: Book;
  readonly list: ListView;
  readonly filter = new TypedFilter();
  /** What lies over the list: one over the other, the last on top. */
  readonly panes: Pane[] = [];
  isTyping = false;
  /** How many columns of the rows are to the left of the screen. */
  shift = 0;
  /** Said until the next key. */
  message = "";
  isOver = false;
  readonly #desk: Desk;

  constructor({ name, keep, filter, isAtStart, day, isClosed = false }: BrowserOptions, desk: Desk) {
    this.name = name;
    this.day = day;
    this.isClosed = isClosed;
    this.book = new Book(keep);
    this.list = new ListView(this.book);
    this.#desk = desk;
    this.filter.set(filter);
    this.list.filter(this.filter.test);
    if (isAtStart) this.list.toStart();
  }

  /** Whether something can be found that belongs to an event. */
  get hasMore(): boolean {
    return this.#desk.correlate !== undefined;
  }

  add(arrival: Arrival): void {
    this.book.add(arrival);
  }

  say(line: string): void {
    this.message = printable(line);
    this.#desk.changed();
  }

  /** Nothing more comes. */
  finish(): void {
    this.isOver = true;
    this.#desk.changed();
  }

  press(key: string): void {
    this.message = "";
    if (this.isTyping) this.#type(key);
    else this.#act(key);
    this.#desk.changed();
  }

  #type(key: string): void {
    if (key === "enter") this.isTyping = this.filter.problem !== undefined;
    else if (key === "escape") this.#clearFilter();
    else if (this.filter.press(key)) this.list.filter(this.filter.test);
  }

  #clearFilter(): void {
    this.isTyping = false;
    this.filter.set("");
    this.list.filter(undefined);
  }

  #act(key: string): void {
    const pane = this.panes.at(-1);
    const act = (pane === undefined ? LIST_KEYS : PANE_KEYS)[key] ?? EVENT_KEYS[key];
    act?.(this);
  }

  /** One level back; from the list, the end. */
  back(): void {
    if (this.panes.pop() === undefined) this.#desk.end();
  }

  open(): void {
    const read = this.list.chosen?.read();
    if (read === undefined) return;
    if (this.list.isFollowing) this.list.move(0);
    const pane = new Pane(`event ${read.event.ts}`, (columns) => detailLines(read, columns));
    this.panes.splice(0, this.panes.length, pane);
  }

  /** Shows what does not fit beside the screen. */
  move(columns: number): void {
    this.shift = Math.max(0, Math.min(this.shift + columns, SHIFT_MAX));
  }

  /** In the details of one event: those of another. */
  step(by: number): void {
    this.list.move(by);
    this.open();
  }

  help(): void {
    this.panes.push(new Pane("keys", () => helpLines(this.hasMore)));
  }

  /** Without the filter; where there is none, back to what lies below. */
  clear(): void {
    if (this.filter.text === "" && this.hasMore) this.back();
    else this.#clearFilter();
  }

  copy(kind: CopyKind): void {
    const read = this.list.chosen?.read();
    if (read === undefined) return;
    const { title, text, problem } = copyOf(kind, read);
    if (text === undefined) {
      this.message = problem;
      return;
    }
    const lines = text.trimEnd().split("\n");
    const linesFor = (columns: number) => lines.flatMap((line) => folded(line, columns)).map(plain);
    this.panes.push(new Pane(title, linesFor, this.#desk.copy(text)));
  }

  /** What belongs to the event that is chosen. */
  correlate(): void {
    const read = this.list.chosen?.read();
    if (read !== undefined) this.#desk.correlate?.(read);
  }

  /** The event that is chosen, or all in the list, in another program. */
  show(hasAll: boolean): void {
    const arrivals = hasAll ? this.list.all() : [this.list.chosen];
    const reads = arrivals.flatMap((arrival) => arrival?.read() ?? []);
    if (reads.length === 0) return;
    void this.#desk.show(reads).then((said) => this.say(said));
  }
}

const SHIFT = 8;
const SHIFT_MAX = 400;

type Act = (browser: Browser) => void;

/** Wherever an event is chosen. */
const EVENT_KEYS: Readonly<Record<string, Act>> = {
  t: (browser) => browser.copy("test"),
  m: (browser) => browser.copy("match"),
  y: (browser) => browser.copy("json"),
  w: (browser) => browser.show(false),
  W: (browser) => browser.show(true),
  c: (browser) => browser.correlate(),
  "?": (browser) => browser.help(),
  q: (browser) => browser.back(),
};

const LIST_KEYS: Readonly<Record<string, Act>> = {
  up: ({ list }) => list.move(-1),
  k: ({ list }) => list.move(-1),
  down: ({ list }) => list.move(1),
  j: ({ list }) => list.move(1),
  pageup: ({ list }) => list.movePage(-1),
  pagedown: ({ list }) => list.movePage(1),
  home: ({ list }) => list.toStart(),
  g: ({ list }) => list.toStart(),
  end: ({ list }) => list.toEnd(),
  G: ({ list }) => list.toEnd(),
  " ": ({ list }) => list.pause(),
  enter: (browser) => browser.open(),
  escape: (browser) => browser.clear(),
  left: (browser) => browser.move(-SHIFT),
  right: (browser) => browser.move(SHIFT),
  "/": (browser) => {
    browser.isTyping = true;
  },
};

function scrolled(by: (pane: Pane) => void): Act {
  return ({ panes }) => {
    const pane = panes.at(-1);
    if (pane !== undefined) by(pane);
  };
}

const PANE_KEYS: Readonly<Record<string, Act>> = {
  up: scrolled((pane) => pane.scroll(-1)),
  k: scrolled((pane) => pane.scroll(-1)),
  down: scrolled((pane) => pane.scroll(1)),
  j: scrolled((pane) => pane.scroll(1)),
  pageup: scrolled((pane) => pane.scrollPage(-1)),
  pagedown: scrolled((pane) => pane.scrollPage(1)),
  " ": scrolled((pane) => pane.scrollPage(1)),
  home: scrolled((pane) => pane.scroll(Number.NEGATIVE_INFINITY)),
  g: scrolled((pane) => pane.scroll(Number.NEGATIVE_INFINITY)),
  end: scrolled((pane) => pane.scroll(Number.MAX_SAFE_INTEGER)),
  G: scrolled((pane) => pane.scroll(Number.MAX_SAFE_INTEGER)),
  n: (browser) => browser.step(1),
  p: (browser) => browser.step(-1),
  escape: (browser) => browser.back(),
};
