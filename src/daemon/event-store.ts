import type { Batch } from "../core/event/batch.ts";
import type { Kept } from "../core/serve/schema.ts";
import type { Past } from "./replay.ts";

/** What a store has done so far. */
export interface StoreFigures {
  readonly written: number;
  readonly dropped: number;
  readonly waitingBytes: number;
  readonly sizeBytes: number;
  /** The time of the newest event in it. */
  readonly lastTs: string | undefined;
}

/** Where events are kept. */
export interface EventStore {
  /** The cursor of the newest event that it held when it was opened; 0 if it held none. */
  readonly lastCursor: number;
  /** Never waits. False where too much waits to be written already: the batch is dropped, counted, and a loss event stands in its place. */
  add(batch: Batch): boolean;
  figures(): StoreFigures;
  /** Keeps these topics from now on. */
  reconfigure(topics: readonly Kept[]): void;
  /** What it holds, for who comes late; whoever reads closes it. */
  past(): Past & { close(): void };
  /** Writes what waits, and closes in order. */
  close(): Promise<void>;
}
