import { type Batch, countOf } from "../event/batch.ts";

/** A place in the journal: the event that is told next. */
export interface Place {
  /** The number of the batch, counted from the first that ever was. */
  batch: number;
  /** The place in that batch. */
  event: number;
}

/** Of more topics than that the last event that was let go is noted together. */
const TOPICS_MAX = 1000;

/** The newest events, in order: all who read have a place of their own in it, and what is told to many is held once. */
export class Journal {
  bytesMax: number;
  #batches: Batch[] = [];
  /** The number of the first batch that is held. */
  #first = 0;
  #bytes = 0;
  /** Of each topic the cursor of the last event that was let go; of further ones under no name. */
  readonly #gone = new Map<string, number>();

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Behind the newest event. */
  get end(): Place {
    return { batch: this.#first + this.#batches.length, event: 0 };
  }

  /** The oldest event that is held. */
  get start(): Place {
    return { batch: this.#first, event: 0 };
  }

  append(batch: Batch): void {
    this.#batches.push(batch);
    this.#bytes += batch.text.length;
  }

  /** The batch of a place; undefined behind the newest. */
  batchAt({ batch }: Place): Batch | undefined {
    return this.#batches[batch - this.#first];
  }

  /** The first event behind a cursor; that it came right behind it is not said. */
  behind(cursor: number): Place {
    const index = this.#batches.findIndex((batch) => batch.first + countOf(batch) - 1 > cursor);
    const batch = this.#batches[index];
    if (batch === undefined) return this.end;
    return { batch: this.#first + index, event: Math.max(0, cursor + 1 - batch.first) };
  }

  /** The cursor of the oldest event; undefined if there is none. */
  get oldestCursor(): number | undefined {
    return this.#batches[0]?.first;
  }

  /** The cursor of the last event that was let go of these topics; 0 if none was. */
  goneCursor(isMeant: (topic: string) => boolean): number {
    let last = 0;
    for (const [topic, cursor] of this.#gone) if (topic === "" || isMeant(topic)) last = Math.max(last, cursor);
    return last;
  }

  get isOverfull(): boolean {
    return this.#bytes > this.bytesMax && this.#batches.length > 1;
  }

  /** The batch that would go next. */
  get oldest(): Batch | undefined {
    return this.#batches[0];
  }

  /** Lets the oldest batch go. */
  drop(): void {
    const gone = this.#batches.shift();
    if (gone === undefined) return;
    this.#first += 1;
    this.#bytes -= gone.text.length;
    for (const [index, topic] of gone.topics.entries()) {
      const name = this.#gone.has(topic) || this.#gone.size < TOPICS_MAX ? topic : "";
      this.#gone.set(name, gone.first + gone.topicOf.lastIndexOf(index));
    }
  }
}
