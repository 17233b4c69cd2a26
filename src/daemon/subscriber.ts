import type { Socket } from "node:net";
import type { Journal, Place } from "../core/bus/journal.ts";
import type { Subscription } from "../core/bus/request.ts";
import { type Bounds, countWanted, type Told, tell, wantedOf } from "../core/bus/tell.ts";
import type { Batch } from "../core/event/batch.ts";

/** What one turn tells: others have theirs in between. */
const TURN: Bounds = { bytesMax: 256 * 1024, eventsMax: 2000 };
/** To encode takes far longer than to copy. */
const SPR_TURN: Bounds = { bytesMax: 256 * 1024, eventsMax: 50 };

export interface SubscriberFigures {
  readonly told: number;
  readonly dropped: number;
}

/** Somebody who is told events, at a pace of their own: their place in the journal is all that there is of them. */
export class Subscriber {
  readonly subscription: Subscription;
  readonly socket: Socket;
  readonly place: Place;
  #told = 0;
  #dropped = 0;
  /** Dropped, and not told of yet. */
  #untold = 0;
  #isFull = false;
  #wanted: { readonly batch: Batch; readonly topics: readonly boolean[] } | undefined;

  /** @param onRoom called when more can be written after `turn` said that nothing could */
  constructor(socket: Socket, subscription: Subscription, place: Place, onRoom: () => void) {
    this.socket = socket;
    this.subscription = subscription;
    this.place = place;
    socket.on("drain", () => {
      this.#isFull = false;
      onRoom();
    });
  }

  get figures(): SubscriberFigures {
    return { told: this.#told, dropped: this.#dropped };
  }

  /** Tells some of what comes next; false if nothing can be told now: all was, or the socket takes no more. */
  turn(journal: Journal, lossLine: (count: number) => string): boolean {
    if (this.#isFull) return false;
    const batch = journal.batchAt(this.place);
    if (batch === undefined) return false;
    this.#tellDropped(lossLine);
    this.#write(this.#next(batch), batch);
    return !this.#isFull;
  }

  #next(batch: Batch): Told {
    const bounds = this.subscription.form === "spr" ? SPR_TURN : TURN;
    return tell(this.subscription, this.#wantedOf(batch), batch, this.place.event, bounds);
  }

  #write({ bytes, events, next }: Told, batch: Batch): void {
    this.#told += events;
    this.place.event = next;
    if (next >= batch.topicOf.length) {
      this.place.batch += 1;
      this.place.event = 0;
    }
    if (bytes.length > 0) this.#isFull = !this.socket.write(bytes);
  }

  /** Lines as they stand, written before it has its place in the journal. False while the socket takes no more. */
  tellAhead(bytes: Buffer, events: number): boolean {
    this.#told += events;
    this.#isFull = !this.socket.write(bytes);
    return !this.#isFull;
  }

  /** The batch goes that it stands in or before: what of it was wanted is dropped. */
  forget(batch: Batch): void {
    const count = countWanted(this.#wantedOf(batch), batch, this.place.event);
    this.#dropped += count;
    this.#untold += count;
    this.place.batch += 1;
    this.place.event = 0;
  }

  #tellDropped(lossLine: (count: number) => string): void {
    if (this.#untold === 0) return;
    if (this.subscription.form === "json") this.socket.write(lossLine(this.#untold));
    this.#untold = 0;
  }

  #wantedOf(batch: Batch): readonly boolean[] {
    if (this.#wanted?.batch !== batch) this.#wanted = { batch, topics: wantedOf(this.subscription, batch) };
    return this.#wanted.topics;
  }
}
