import { inflateRawSync } from "node:zlib";
import type { Series } from "../../core/store/merge.ts";
import type { StoredLine, StoreQuery } from "../../core/store/reader.ts";
import { type LineQuery, selectLines } from "../../core/store/select-lines.ts";
import { SPAN_SECONDS, shifted } from "../../core/store/window.ts";
import type { BlockBounds, BlockReader, BlockRow } from "./read-blocks.ts";

/** A topic of a store that is read, as it was at one moment. */
export interface ReadTopic {
  readonly id: number;
  readonly name: string;
  /** What all its packets have; null if they differ. */
  readonly prefix: string | null;
  /** The last cursor of its newest block, which alone may grow. */
  readonly lastCursor: number;
}

export interface LaneQuery {
  readonly topic: ReadTopic;
  readonly query: StoreQuery;
  readonly isLoss: boolean;
  /** What came later is not told. */
  readonly upTo: number;
  readonly isBackward: boolean;
  readonly isEdge: boolean;
}

/** Texts before and behind all times. */
export const [EARLIEST, LATEST] = ["", "~"];

/** A block is closed at 128 KiB, whatever its last event is: who wrote a larger one was not netlogctl. */
const BLOCK_BYTES_MAX = 32 * 1024 * 1024;

/** The lines of one topic that are meant, block by block. */
export class ReadLane implements Series<StoredLine> {
  readonly #blocks: BlockReader;
  readonly #wish: LaneQuery;
  readonly #onBroken: (text: string) => void;
  #bounds: BlockBounds | undefined;
  #page: BlockRow[] = [];
  #lines: StoredLine[] = [];
  #segments = new Map<number, ReadonlySet<number>>();

  constructor(blocks: BlockReader, wish: LaneQuery, onBroken: (text: string) => void) {
    this.#blocks = blocks;
    this.#wish = wish;
    this.#onBroken = onBroken;
    this.#bounds = boundsOf(blocks, wish);
    this.#turn();
  }

  get key(): number | undefined {
    const line = this.#lines.at(-1);
    const [block] = this.#page;
    if (this.#wish.isBackward) return negative(line?.cursor ?? block?.lastCursor);
    return line?.cursor ?? block?.firstCursor;
  }

  /** Lines are taken from the end of the list. */
  next(): StoredLine | undefined {
    const line = this.#lines.pop();
    if (line === undefined) {
      const block = this.#page.shift();
      if (block !== undefined) this.#lines = this.#linesOf(block);
      if (!this.#wish.isBackward) this.#lines.reverse();
    }
    if (this.#lines.length === 0 && this.#page.length === 0) this.#turn();
    return line;
  }

  /** Looks up the next blocks, until there is one that may have what is meant. */
  #turn(): void {
    while (this.#page.length === 0 && this.#bounds !== undefined) {
      const bounds = this.#bounds;
      const page = this.#blocks.page(bounds, this.#wish.isBackward);
      const last = page.at(-1);
      const rest = this.#wish.isBackward
        ? { ...bounds, high: (last?.lastCursor ?? 0) - 1 }
        : { ...bounds, low: (last?.lastCursor ?? 0) + 1 };
      this.#bounds = last === undefined ? undefined : rest;
      this.#page = page.filter((block) => this.#mayHave(block));
    }
  }

  #mayHave(block: BlockRow): boolean {
    const { query, isLoss, upTo } = this.#wish;
    if (block.firstCursor > upTo) return false;
    if (query.addresses === undefined || isLoss || block.isSpread) return true;
    return this.#inSegment(block.segment, query.addresses).has(block.id);
  }

  /** Blocks of a segment that have one of each list. */
  #inSegment(segment: number, lists: NonNullable<StoreQuery["addresses"]>): ReadonlySet<number> {
    const known = this.#segments.get(segment);
    if (known !== undefined) return known;
    const [first = new Set<number>(), ...more] = lists.map((ranges) => this.#blocks.withAddress(segment, ranges));
    const found = new Set([...first].filter((id) => more.every((set) => set.has(id))));
    this.#segments = new Map([[segment, found]]);
    return found;
  }

  #linesOf(block: BlockRow): StoredLine[] {
    const deflated = this.#blocks.deflated(block.id);
    if (deflated === undefined) return []; // taken away in the meantime
    try {
      return selectLines(
        inflateRawSync(deflated, { maxOutputLength: BLOCK_BYTES_MAX }).toString("utf8"),
        lineQuery(this.#wish, block),
      );
    } catch (error) {
      if (!(error instanceof Error && "code" in error && String(error.code).startsWith("Z_"))) throw error;
      const of = `${this.#wish.topic.name}, ${block.firstTs} to ${block.lastTs}`;
      this.#onBroken(`block ${block.id} is broken and left out (${of}): ${error.message}`);
      return [];
    }
  }
}

function negative(number: number | undefined): number | undefined {
  return number === undefined ? undefined : -number;
}

/** A block is found by its last event, which is a known time behind its first one at most. */
function boundsOf(blocks: BlockReader, { topic, query, isEdge }: LaneQuery): BlockBounds | undefined {
  const { since = EARLIEST, until = LATEST, after = -1 } = query;
  const bounds = { topic: topic.id, low: after + 1, high: Number.MAX_SAFE_INTEGER, since, until, isEdge };
  if (query.since === undefined && query.until === undefined) return isEdge ? undefined : bounds;
  const found = blocks.cursors(topic.id, since, query.until === undefined ? LATEST : shifted(until, SPAN_SECONDS));
  if (found === undefined) return undefined;
  const [low, high] = found;
  return { ...bounds, low: Math.max(bounds.low, low), high: high < topic.lastCursor ? high : bounds.high };
}

function lineQuery({ topic, query, isLoss, upTo }: LaneQuery, block: BlockRow): LineQuery {
  const { since = EARLIEST, until = LATEST, after = -1 } = query;
  const isWithin = block.firstTs >= since && block.lastTs <= until;
  return {
    isLoss,
    from: after + 1,
    to: upTo,
    times: isWithin ? undefined : { since, until },
    prefix: isLoss || topic.prefix !== null ? undefined : query.prefix,
    isWanted: isLoss ? query.isWantedLoss : query.isWanted,
  };
}
