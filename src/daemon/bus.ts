import type { Socket } from "node:net";
import { Journal } from "../core/bus/journal.ts";
import { parseRequest, type Subscription } from "../core/bus/request.ts";
import type { Batch } from "../core/event/batch.ts";
import { lossEvent } from "../core/event/pipeline.ts";
import { Fault } from "../core/model/fault.ts";
import { type Past, replay } from "./replay.ts";
import { ended, refuse, requestOf } from "./sockets.ts";
import { Subscriber } from "./subscriber.ts";

/** How many times the journal's usual size is held for those who must not lose anything. */
const HELD_TIMES = 4;
const SUBSCRIBERS_MAX = 256;
/** How long those who are slow are waited for at the end. */
const CLOSE_MS = 2000;

export interface BusOptions {
  /** Bytes of events that are held. */
  readonly bytesMax: number;
  /** Where older events are, if anywhere. */
  readonly openPast: () => Promise<Past | undefined>;
  /** RFC 3339 with nine digits. */
  readonly now: () => string;
  readonly onTrouble: (what: string) => void;
}

export interface BusFigures {
  readonly subscribers: number;
  readonly told: number;
  readonly dropped: number;
  readonly heldBytes: number;
  /** Subscribers that asked that nothing be dropped, and were cut off. */
  readonly cut: number;
}

/**
 * Tells events to all who subscribe, each at their own pace: who is slow loses the oldest, counted, or where they asked
 * that nothing be dropped is cut off in the end. Nobody waits for anybody, and the journal never waits.
 */
export class Bus {
  readonly #journal: Journal;
  readonly #options: BusOptions;
  readonly #subscribers = new Set<Subscriber>();
  /** Connected, and not in the journal yet. */
  readonly #sockets = new Set<Socket>();
  #turns: Promise<unknown> = Promise.resolve();
  #isTelling = false;
  #cut = 0;
  #gone = { told: 0, dropped: 0 };

  constructor(options: BusOptions) {
    this.#options = options;
    this.#journal = new Journal(options.bytesMax);
  }

  set bytesMax(value: number) {
    this.#journal.bytesMax = value;
  }

  get figures(): BusFigures {
    let { told, dropped } = this.#gone;
    for (const { figures } of this.#subscribers) {
      told += figures.told;
      dropped += figures.dropped;
    }
    return { subscribers: this.#subscribers.size, told, dropped, heldBytes: this.#journal.bytes, cut: this.#cut };
  }

  /** The cursor of the oldest event that somebody has not been told yet, and will be; undefined if all were told all. */
  get behindCursor(): number | undefined {
    const cursors = [...this.#subscribers].flatMap(({ place }) => {
      const batch = this.#journal.batchAt(place);
      return batch === undefined ? [] : [batch.first + place.event];
    });
    return cursors.length === 0 ? undefined : Math.min(...cursors);
  }

  publish(batch: Batch): void {
    this.#journal.append(batch);
    this.#makeRoom();
    this.#tellSoon();
  }

  /** Takes somebody who has connected. */
  accept(socket: Socket): void {
    socket.on("error", () => socket.destroy());
    if (this.#sockets.size >= SUBSCRIBERS_MAX) {
      refuse(socket, new Fault("refused", `${SUBSCRIBERS_MAX} subscribers are connected already`, "end one of them"));
      return;
    }
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    void this.#subscribe(socket);
  }

  /** Tells what there is to tell, as far as it is taken within two seconds, and lets all go. */
  async close(): Promise<void> {
    const until = performance.now() + CLOSE_MS;
    while (this.#turn() || (this.#isBehind() && performance.now() < until))
      await new Promise((go) => setTimeout(go, 5));
    await Promise.all([...this.#sockets].map((socket) => ended(socket, until)));
  }

  async #subscribe(socket: Socket): Promise<void> {
    try {
      const subscription = parseRequest(await requestOf(socket));
      socket.resume();
      await this.#join(socket, subscription);
    } catch (error) {
      if (error instanceof Fault) refuse(socket, error);
      else {
        socket.destroy();
        this.#options.onTrouble(error instanceof Error ? error.message : String(error));
      }
    }
  }

  async #join(socket: Socket, subscription: Subscription): Promise<void> {
    const { after } = subscription;
    const subscriber = new Subscriber(socket, subscription, this.#journal.end, () => this.#tellSoon());
    if (after !== undefined) {
      const { openPast, now } = this.#options;
      const inTurn = <T>(act: () => Promise<T>): Promise<T> => this.#inTurn(act);
      const last = await replay(subscriber, after, { journal: this.#journal, openPast, now, inTurn });
      Object.assign(subscriber.place, this.#journal.behind(last));
    }
    if (socket.destroyed) return;
    this.#subscribers.add(subscriber);
    socket.once("close", () => this.#leave(subscriber));
    this.#tellSoon();
  }

  /** One after the other, whether those before failed or not. */
  async #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#turns.then(act, act);
    this.#turns = turn.catch(() => {});
    return await turn;
  }

  #leave(subscriber: Subscriber): void {
    if (!this.#subscribers.delete(subscriber)) return;
    this.#gone.told += subscriber.figures.told;
    this.#gone.dropped += subscriber.figures.dropped;
  }

  /** Batches go when there are too many; for who must not lose any of them more are held, up to a bound. */
  #makeRoom(): void {
    for (
      let oldest = this.#journal.oldest;
      oldest !== undefined && this.#journal.isOverfull;
      oldest = this.#journal.oldest
    ) {
      const first = this.#journal.start.batch;
      const here = [...this.#subscribers].filter(({ place }) => place.batch === first);
      if (this.#mayHold && here.some(({ subscription }) => subscription.whenSlow === "block")) return;
      for (const subscriber of here) this.#outrun(subscriber, oldest);
      this.#journal.drop();
    }
  }

  get #mayHold(): boolean {
    return this.#journal.bytes < HELD_TIMES * this.#journal.bytesMax;
  }

  #outrun(subscriber: Subscriber, oldest: Batch): void {
    if (subscriber.subscription.whenSlow === "drop") {
      subscriber.forget(oldest);
      return;
    }
    subscriber.socket.destroy();
    this.#leave(subscriber);
    this.#cut += 1;
    this.#options.onTrouble("it asked that nothing be dropped, and was too slow");
  }

  /** What is read goes first: between two turns the loop sees to all else. */
  #tellSoon(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    setImmediate(() => {
      this.#isTelling = false;
      if (this.#turn()) this.#tellSoon();
    });
  }

  /** One turn for each; whether somebody can be told more. */
  #turn(): boolean {
    let isMore = false;
    const why = "the subscriber was too slow: the oldest events were dropped";
    const lossLine = (count: number): string =>
      `${JSON.stringify(lossEvent({ ts: this.#options.now(), count, why }))}\n`;
    for (const subscriber of this.#subscribers) isMore = subscriber.turn(this.#journal, lossLine) || isMore;
    return isMore;
  }

  #isBehind(): boolean {
    return [...this.#subscribers].some(({ place }) => this.#journal.batchAt(place) !== undefined);
  }
}
