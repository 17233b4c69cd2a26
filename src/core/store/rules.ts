import { LOSS_TOPIC } from "../event/batch.ts";
import { compileGlob } from "../event/where/glob.ts";
import type { Kept } from "../serve/schema.ts";

/** How much of some topics is kept. */
export interface KeepRule {
  readonly matches: (topic: string) => boolean;
  readonly sizeMax: number;
  readonly ageSecondsMax: number;
}

/** What losses may take: they are few, and without them nobody knows what is missing. */
const LOSS_BYTES = 1024 * 1024;

/** The rules in their order: of each topic the first that matches counts; losses have one of their own before all. */
export function keepRules(topics: readonly Kept[]): readonly KeepRule[] {
  return [
    { matches: (topic) => topic === LOSS_TOPIC, sizeMax: LOSS_BYTES, ageSecondsMax: Infinity },
    ...topics.map(({ match, "max-size": sizeMax = Infinity, "max-age": ageSecondsMax = Infinity }) => {
      const globs = match.map(compileGlob);
      return { matches: (topic: string) => globs.some((matches) => matches(topic)), sizeMax, ageSecondsMax };
    }),
  ];
}

/** A block as far as it matters for how long it stays. */
export interface Aged {
  readonly size: number;
  readonly lastTs: string;
  readonly lastCursor: number;
}

/** Blocks of one topic that can be taken away, oldest first. */
export interface Shelf<Block extends Aged> {
  /** What all its blocks take. */
  readonly size: number;
  oldest(): Block | undefined;
  /** Takes the oldest away. */
  shift(): void;
}

/** What is to be kept of the topics of one rule. */
export interface Bounds {
  readonly sizeMax: number;
  /** Blocks whose last event is older go, too: by its cursor, for the clock may have been another then. */
  readonly fromAt: (cursor: number) => string;
}

/** Takes blocks away, the oldest of all topics first, until the rest is within its bounds, but no more than so many. */
export function trim<Block extends Aged>(
  shelves: readonly Shelf<Block>[],
  { sizeMax, fromAt }: Bounds,
  countMax: number,
): Block[] {
  const gone: Block[] = [];
  let size = shelves.reduce((sum, shelf) => sum + shelf.size, 0);
  while (gone.length < countMax) {
    const shelf = oldestOf(shelves);
    const block = shelf?.oldest();
    if (shelf === undefined || block === undefined || (size <= sizeMax && block.lastTs >= fromAt(block.lastCursor)))
      break;
    shelf.shift();
    size -= block.size;
    gone.push(block);
  }
  return gone;
}

function oldestOf<Block extends Aged>(shelves: readonly Shelf<Block>[]): Shelf<Block> | undefined {
  let [found, least] = [undefined as Shelf<Block> | undefined, Infinity];
  for (const shelf of shelves) {
    const cursor = shelf.oldest()?.lastCursor ?? Infinity;
    if (cursor < least) [found, least] = [shelf, cursor];
  }
  return found;
}
