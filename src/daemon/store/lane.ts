import type { LineScanner } from "../../core/store/line-scanner.ts";
import { type LineFacts, OpenBlock } from "../../core/store/open-block.ts";
import type { KeepRule, Shelf } from "../../core/store/rules.ts";
import { type Cut, cutBlock, type Stored } from "./cut.ts";

/** How many blocks of a topic one index of addresses is of. */
const SEGMENT_BLOCKS = 64;

/** How long a block is filled at most. */
const OPEN_MS = 600_000;

/** What a lane asks of the database. */
export interface LaneSource {
  nextBlock(): number;
  /** Blocks of the topic behind this cursor whose number is lower than that, oldest first; few at a time. */
  fetch(topic: number, afterCursor: number, belowId: number): Stored[];
  /** What blocks of the topic take whose number is lower than that. */
  sizeBelow(topic: number, id: number): number;
}

/** One topic: blocks that are stored, those that are full and wait for it, and the one that is being filled. */
export class Lane implements Shelf<Stored> {
  readonly topic: number;
  readonly name: string;
  rule: KeepRule | undefined;
  /** What all its packets have as their prefix, without blanks around it; null where they differ, undefined before the first. */
  prefix: string | null | undefined;
  /** Whether the database knows it as it is. */
  isNoted: boolean;
  /** The cursor of the last event that was taken away since it was opened; 0 if none was. */
  goneCursor = 0;
  readonly #source: LaneSource;
  #rawPrefix: string | undefined;

  #oldest: Stored[] = [];
  #fetchedTo = -1;
  #storedSize = 0;
  #full: Cut[] = [];
  #open: OpenBlock | undefined;
  #openedAtMs = 0;
  /** The open block as it was cut last, and whether that is stored; undefined if more has come since. */
  #cut: Cut | undefined;
  #isCutStored = false;
  #cutSize = 0;
  #segment = { id: 0, count: SEGMENT_BLOCKS };

  constructor(topic: { id: number; name: string; prefix?: string | null }, source: LaneSource) {
    this.topic = topic.id;
    this.name = topic.name;
    this.prefix = topic.prefix;
    this.isNoted = topic.prefix !== undefined;
    this.#source = source;
    this.#storedSize = this.isNoted ? source.sizeBelow(topic.id, Number.MAX_SAFE_INTEGER) : 0;
  }

  add(facts: LineFacts, { bytes, scanner, start, end }: Scanned): void {
    if (this.#open?.takes(facts.ts) === false) this.#close();
    this.#open ??= this.#begin(facts);
    const open = this.#open;
    open.add(facts, bytes, start, end);
    this.#cut = undefined;
    scanner.addresses(start, end, open.addAddress);
    this.#notePrefix(scanner.rawPrefix(start, end));
    if (open.isFull()) this.#close();
  }

  /** Makes what came ready to be stored. A block that has been filled for long enough is closed. */
  cut(nowMs: number): void {
    if (this.#openedAtMs === 0) this.#openedAtMs = nowMs;
    else if (nowMs - this.#openedAtMs > OPEN_MS) this.#close();
    this.#cutOpen();
  }

  /** What is to be stored. */
  unstored(): readonly Cut[] {
    return this.#cut === undefined || this.#isCutStored ? this.#full : [...this.#full, this.#cut];
  }

  /** Takes it that what was cut is stored, and what was taken away is gone. */
  commit(): void {
    for (const { size } of this.#full) this.#storedSize += size;
    this.#full = [];
    this.#isCutStored = this.#cut !== undefined;
    this.isNoted = true;
  }

  /** Takes it that nothing came of it. */
  rollBack(): void {
    this.#oldest = [];
    this.#fetchedTo = -1;
    this.#storedSize = this.#source.sizeBelow(this.topic, this.#firstUnstored());
  }

  get size(): number {
    return this.#full.reduce((sum, { size }) => sum + size, this.#storedSize + this.#cutSize);
  }

  oldest(): Stored | undefined {
    if (this.#oldest.length === 0) {
      this.#oldest = this.#source.fetch(this.topic, this.#fetchedTo, this.#firstUnstored());
      this.#fetchedTo = this.#oldest.at(-1)?.lastCursor ?? this.#fetchedTo;
    }
    return this.#oldest[0] ?? this.#full[0] ?? this.#cut;
  }

  shift(): void {
    this.goneCursor = this.oldest()?.lastCursor ?? this.goneCursor;
    const stored = this.#oldest.shift();
    if (stored !== undefined) this.#storedSize -= stored.size;
    else if (this.#full.shift() === undefined) this.#forget();
    if (this.oldest() === undefined) this.#segment.count = SEGMENT_BLOCKS;
  }

  #firstUnstored(): number {
    return this.#full[0]?.id ?? this.#open?.id ?? Number.MAX_SAFE_INTEGER;
  }

  #begin(facts: LineFacts): OpenBlock {
    const id = this.#source.nextBlock();
    if (this.#segment.count >= SEGMENT_BLOCKS) this.#segment = { id, count: 0 };
    this.#segment.count += 1;
    this.#openedAtMs = 0;
    return new OpenBlock(id, facts);
  }

  #close(): void {
    const cut = this.#cutOpen();
    if (cut !== undefined) this.#full.push(cut);
    this.#forget();
  }

  #cutOpen(): Cut | undefined {
    if (this.#open === undefined || this.#cut !== undefined) return this.#cut;
    this.#cut = cutBlock(this.#open, this.topic, this.#segment.id);
    this.#cutSize = this.#cut.size;
    this.#isCutStored = false;
    return this.#cut;
  }

  #forget(): void {
    this.#open = undefined;
    this.#cut = undefined;
    this.#cutSize = 0;
  }

  #notePrefix(raw: string | undefined): void {
    if (raw === undefined || raw === this.#rawPrefix || this.prefix === null) return;
    this.#rawPrefix = raw;
    const prefix = (JSON.parse(`"${Buffer.from(raw, "latin1").toString("utf8")}"`) as string).trim();
    if (prefix === this.prefix) return;
    this.prefix = this.prefix === undefined ? prefix : null;
    this.isNoted = false;
  }
}

/** Where a line stands among others. */
interface Scanned {
  readonly bytes: Buffer;
  readonly scanner: LineScanner;
  readonly start: number;
  readonly end: number;
}
