import { type Moment, momentText } from "../event/time-text.ts";
import { printable } from "../printable.ts";
import type { CaptureIndex } from "./capture-index.ts";

const PREFIXES_MAX = 1000;
const INTERFACES_MAX = 4096;

/** How many packets of a prefix came: some of them may not be written yet. */
export interface PrefixCount {
  pending: number;
  kept: number;
}

/** What the index of a capture says beside what is counted. */
export type IndexHead = Pick<CaptureIndex, "file" | "link" | "from" | "host" | "bytes" | "ended"> & {
  readonly netns?: string | undefined;
};

/** Counts what goes into a capture. What is not written yet is counted for itself, as the disk may have no room for it. */
export class FileTally {
  packets = 0;
  lost = 0;
  readonly #prefixes = new Map<string, PrefixCount>();
  readonly #others: PrefixCount = { pending: 0, kept: 0 };
  readonly #plain: PrefixCount = { pending: 0, kept: 0 };
  readonly #interfaces = new Set<string>();
  #touched: PrefixCount[] = [];
  #pending = 0;
  #first: Moment | undefined;
  #last: Moment | undefined;
  readonly #from = { seconds: Infinity, nanoseconds: 0 };
  readonly #to = { seconds: -1, nanoseconds: 0 };

  /** What packets of a prefix are counted in; of none, for those that were not logged. */
  countOf(prefix: string | undefined): PrefixCount {
    if (prefix === undefined) return this.#plain;
    const shown = printable(prefix);
    const known = this.#prefixes.get(shown);
    if (known !== undefined) return known;
    if (this.#prefixes.size >= PREFIXES_MAX) return this.#others;
    const count = { pending: 0, kept: 0 };
    this.#prefixes.set(shown, count);
    return count;
  }

  addInterface(name: string | undefined): void {
    if (name !== undefined && this.#interfaces.size < INTERFACES_MAX) this.#interfaces.add(printable(name));
  }

  /** How many packets are about to be written. */
  get pending(): number {
    return this.#pending;
  }

  /** Counts a packet that is about to be written. */
  add(count: PrefixCount, seconds: number, nanoseconds: number): void {
    if (count.pending === 0) this.#touched.push(count);
    count.pending += 1;
    this.#pending += 1;
    const [from, to] = [this.#from, this.#to];
    if (seconds > to.seconds || (seconds === to.seconds && nanoseconds > to.nanoseconds)) {
      to.seconds = seconds;
      to.nanoseconds = nanoseconds;
    }
    if (seconds < from.seconds || (seconds === from.seconds && nanoseconds < from.nanoseconds)) {
      from.seconds = seconds;
      from.nanoseconds = nanoseconds;
    }
  }

  /** What was about to be written is. */
  keep(): void {
    if (this.#pending === 0) return;
    this.packets += this.#pending;
    if (this.#first === undefined || isBefore(this.#from, this.#first)) this.#first = { ...this.#from };
    if (this.#last === undefined || isBefore(this.#last, this.#to)) this.#last = { ...this.#to };
    this.#settle(1);
  }

  /** It found no room: it is lost. */
  drop(): void {
    this.lost += this.#pending;
    this.#settle(0);
  }

  #settle(share: 0 | 1): void {
    for (const count of this.#touched) {
      count.kept += share * count.pending;
      count.pending = 0;
    }
    this.#touched = [];
    this.#pending = 0;
    this.#from.seconds = Infinity;
    this.#to.seconds = -1;
  }

  indexOf({ netns, ...head }: IndexHead): CaptureIndex {
    const prefixes = [...this.#prefixes].filter(([, { kept }]) => kept > 0).map(([prefix, { kept }]) => [prefix, kept]);
    const { file, link, from, host, bytes, ended } = head;
    return {
      version: 1,
      ...{ file, link, from, host },
      ...(netns === undefined ? {} : { netns }),
      ...{ bytes, packets: this.packets },
      ...(this.#first === undefined ? {} : { first: momentText(this.#first) }),
      ...(this.#last === undefined ? {} : { last: momentText(this.#last) }),
      prefixes: Object.fromEntries(prefixes),
      others: this.#others.kept,
      interfaces: [...this.#interfaces],
      ...{ lost: this.lost, ended },
    };
  }
}

function isBefore(one: Moment, other: Moment): boolean {
  return one.seconds < other.seconds || (one.seconds === other.seconds && one.nanoseconds < other.nanoseconds);
}
