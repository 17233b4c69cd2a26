/** Where an item of one list stands in the other; an edited one stands for another item. */
interface Match {
  readonly a: number;
  readonly b: number;
  readonly isEdited: boolean;
}

/** How two lists correspond. */
export interface Alignment {
  /** In both, and in the same order in both. */
  readonly kept: readonly Match[];
  /** In both, but not in that order, by their place in b. */
  readonly moved: readonly Match[];
  /** Only in a, only in b. */
  readonly removed: readonly number[];
  readonly added: readonly number[];
}

/** An item of a list: what makes it equal to another, and by what it is known again when it was edited, the surest first. */
export interface Item {
  readonly key: string;
  readonly marks: readonly (string | undefined)[];
  /** The parts of the item, to tell an edited one from an unrelated one. */
  readonly parts: readonly string[];
}

/**
 * Aligns two lists in O(n log n), whatever is in them: equal items first, then items known by their marks, each in order
 * where there are several; of these pairs the heaviest part that is in order in both is kept, the rest has moved. What is
 * left between two kept items is paired by likeness, place by place.
 */
export function align(a: readonly Item[], b: readonly Item[]): Alignment {
  const pairs = new Pairs(a, b);
  pairs.joinEnds();
  pairs.join(({ key }) => key, false);
  const marks = (a[0] ?? b[0])?.marks.length ?? 0;
  for (let mark = 0; mark < marks; mark += 1) pairs.join((item) => item.marks[mark], true);

  const all = pairs.inOrderOfB();
  const longest = heaviestRise(all);
  const kept = all.filter((_pair, index) => longest.has(index));
  const moved = all.filter((_pair, index) => !longest.has(index));
  const alike = gapsBetween(kept, a.length, b.length).flatMap((gap) => pairs.joinAlike(gap));
  return {
    kept: [...kept, ...alike].toSorted((one, other) => one.b - other.b),
    moved,
    removed: pairs.freeInA(),
    added: pairs.freeInB(),
  };
}

/** The places between two kept items: from the first to before the second. */
interface Gap {
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
}

function gapsBetween(kept: readonly Match[], lengthA: number, lengthB: number): Gap[] {
  let from = { a: 0, b: 0 };
  return [...kept, { a: lengthA, b: lengthB }].map((to) => {
    const gap: Gap = { a: [from.a, to.a], b: [from.b, to.b] };
    from = { a: to.a + 1, b: to.b + 1 };
    return gap;
  });
}

type WordOf = (item: Item) => string | undefined;

/** The pairs found so far. */
class Pairs {
  readonly #a: readonly Item[];
  readonly #b: readonly Item[];
  readonly #isTaken: boolean[];
  readonly #ofB: (Match | undefined)[];

  constructor(a: readonly Item[], b: readonly Item[]) {
    this.#a = a;
    this.#b = b;
    this.#isTaken = new Array(a.length).fill(false);
    this.#ofB = new Array(b.length).fill(undefined);
  }

  /** Joins what both begin and end with. */
  joinEnds(): void {
    const [a, b] = [this.#a, this.#b];
    const shorter = Math.min(a.length, b.length);
    let front = 0;
    while (front < shorter && a[front]?.key === b[front]?.key) front += 1;
    let back = 0;
    while (back < shorter - front && a.at(-1 - back)?.key === b.at(-1 - back)?.key) back += 1;
    for (let at = 0; at < front; at += 1) this.#take(at, at, false);
    for (let at = 1; at <= back; at += 1) this.#take(a.length - at, b.length - at, false);
  }

  /** Joins items that are free and have the same word, the first with the first. */
  join(wordOf: WordOf, isEdited: boolean): void {
    const waiting = this.#queues(wordOf);
    for (const place of this.freeInB()) {
      const word = wordOf(this.#b[place] as Item);
      const other = word === undefined ? undefined : waiting.get(word)?.pop();
      if (other !== undefined) this.#take(other, place, isEdited);
    }
  }

  /** Joins free items of a gap, the first with the first, where they are alike. */
  joinAlike({ a, b }: Gap): Match[] {
    const freeA = this.#freeIn(a, (place) => !this.#isTaken[place]);
    const freeB = this.#freeIn(b, (place) => this.#ofB[place] === undefined);
    return freeA.slice(0, freeB.length).flatMap((place, index) => {
      const other = freeB[index] as number;
      return areAlike(this.#a[place] as Item, this.#b[other] as Item) ? [this.#take(place, other, true)] : [];
    });
  }

  inOrderOfB(): Match[] {
    return this.#ofB.filter((match) => match !== undefined);
  }

  freeInA(): number[] {
    return this.#freeIn([0, this.#a.length], (place) => !this.#isTaken[place]);
  }

  freeInB(): number[] {
    return this.#freeIn([0, this.#b.length], (place) => this.#ofB[place] === undefined);
  }

  #take(a: number, b: number, isEdited: boolean): Match {
    const match = { a, b, isEdited };
    this.#isTaken[a] = true;
    this.#ofB[b] = match;
    return match;
  }

  #freeIn([from, to]: readonly [number, number], isFree: (place: number) => boolean): number[] {
    const places: number[] = [];
    for (let place = from; place < to; place += 1) if (isFree(place)) places.push(place);
    return places;
  }

  /** The free places of a by their word, the first last. */
  #queues(wordOf: WordOf): Map<string, number[]> {
    const queues = new Map<string, number[]>();
    for (const place of this.freeInA().toReversed()) {
      const word = wordOf(this.#a[place] as Item);
      if (word === undefined) continue;
      const queue = queues.get(word);
      if (queue === undefined) queues.set(word, [place]);
      else queue.push(place);
    }
    return queues;
  }
}

/**
 * The indexes of the pairs that stay where they are: to move an item that is edited as well costs half as much as to move
 * one and leave the edited one, so what is equal weighs double, as two neighbours that can only be in a rise together.
 */
function heaviestRise(pairs: readonly Match[]): ReadonlySet<number> {
  if (pairs.every(({ a }, at) => at === 0 || a > (pairs[at - 1] as Match).a)) return new Set(pairs.keys());
  const weighed = pairs.flatMap(({ a, isEdited }, index) => {
    const item = { index, number: 2 * a };
    return isEdited ? [item] : [item, { index, number: 2 * a + 1 }];
  });
  const rise = longestRise(weighed.map(({ number }) => number));
  return new Set(rise.map((at) => (weighed[at] as { index: number }).index));
}

/** The indexes of a longest rising part of the numbers (patience sorting, O(n log n)). */
export function longestRise(numbers: readonly number[]): number[] {
  const ends: number[] = []; // ends[length - 1]: the index of the smallest number that ends a rise of this length
  const before: number[] = [];
  for (const [index, number] of numbers.entries()) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((numbers[ends[middle] as number] as number) < number) low = middle + 1;
      else high = middle;
    }
    before[index] = low === 0 ? -1 : (ends[low - 1] as number);
    ends[low] = index;
  }
  const rise: number[] = [];
  for (let index = ends.at(-1) ?? -1; index !== -1; index = before[index] as number) rise.push(index);
  return rise.toReversed();
}

/** Whether they share half of their parts. */
function areAlike(a: Item, b: Item): boolean {
  const parts = new Set(a.parts);
  const shared = b.parts.filter((part) => parts.has(part)).length;
  return shared * 2 >= Math.max(a.parts.length, b.parts.length);
}
