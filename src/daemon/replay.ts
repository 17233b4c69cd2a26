import type { Journal } from "../core/bus/journal.ts";
import { LOSS_TOPIC } from "../core/event/batch.ts";
import { lossEvent } from "../core/event/pipeline.ts";
import type { StoreReader } from "../core/store/reader.ts";
import { drained } from "./sockets.ts";
import type { Subscriber } from "./subscriber.ts";

/** Events of the past that the journal does not hold any more. */
export type Past = Pick<StoreReader, "oldestCursor" | "goneCursor" | "replay" | "close">;

export interface ReplayOptions {
  readonly journal: Journal;
  /** Opens what holds older events, if anything does, as it is at this moment. */
  readonly openPast: () => Promise<Past | undefined>;
  readonly now: () => string;
  /** Has one act after another: who comes back must not hold more than others wait for. */
  readonly inTurn: <T>(act: () => Promise<T>) => Promise<T>;
}

/** How far a subscriber was told, and whether that is all. */
interface Progress {
  readonly last: number;
  readonly isAll: boolean;
  /** It was told that events up to this cursor are missing. */
  readonly gone: number;
}

/**
 * Tells a subscriber what comes behind a cursor and before what the journal holds, and where something of it is not held any
 * more; the cursor of the last of it.
 */
export async function replay(subscriber: Subscriber, after: number, options: ReplayOptions): Promise<number> {
  const { socket } = subscriber;
  let progress: Progress = { last: after, isAll: false, gone: 0 };
  for (let isFirst = true; !progress.isAll && !socket.destroyed; isFirst = false) {
    const before = progress;
    progress = await options.inTurn(() => tellSome(subscriber, before, isFirst, options));
    await drained(socket); // nothing is held open meanwhile, however long that takes
  }
  return progress.last;
}

async function tellSome(
  subscriber: Subscriber,
  { last, gone }: Progress,
  isFirst: boolean,
  { journal, openPast, now }: ReplayOptions,
): Promise<Progress> {
  const past = subscriber.socket.destroyed ? undefined : await openPast();
  try {
    const taken = Math.max(gone, goneCursor(subscriber, past));
    if (taken > Math.max(last, gone) || (isFirst && last + 1 < oldestOf(journal, past)))
      tellMissing(subscriber, last, now());
    const told = await tellPast(subscriber, last, journal, past);
    if (!told.isAll) return { ...told, gone: taken };
    // What the journal has let go and nothing else holds: topics that are not stored, and what is not stored yet.
    const unheld = goneCursor(subscriber, journal);
    const isTold = past === undefined && isFirst;
    if (!isTold && unheld > Math.max(last, taken)) tellMissing(subscriber, last, now());
    return { ...told, gone: Math.max(taken, unheld) };
  } finally {
    past?.close();
  }
}

/** The cursor of the last event that the subscriber wants and that is not held there any more; 0 if there is none. */
function goneCursor({ subscription }: Subscriber, from: Pick<Journal, "goneCursor"> | undefined): number {
  return from?.goneCursor((topic) => topic === LOSS_TOPIC || subscription.matches(topic)) ?? 0;
}

function oldestOf(journal: Journal, past: Past | undefined): number {
  const none = Number.POSITIVE_INFINITY;
  return Math.min(past?.oldestCursor() ?? none, journal.oldestCursor ?? none);
}

/** From nowhere on, nothing is missing. */
function tellMissing(subscriber: Subscriber, after: number, ts: string): void {
  if (after === 0) return;
  const why = `what came right behind the cursor ${after} is not held any more`;
  subscriber.tellAhead(Buffer.from(`${JSON.stringify(lossEvent({ ts, count: 0, why }))}\n`), 0);
}

/** As much as is taken. While it is told, the journal may let more go: only where nothing was told, that is all. */
async function tellPast(
  subscriber: Subscriber,
  after: number,
  journal: Journal,
  past: Past | undefined,
): Promise<Omit<Progress, "gone">> {
  if (after + 1 >= (journal.oldestCursor ?? Number.POSITIVE_INFINITY)) return { last: after, isAll: true };
  let last = after;
  for (const { lines, count, lastCursor } of past?.replay(after, subscriber.subscription.matches) ?? []) {
    last = lastCursor;
    if (!subscriber.tellAhead(Buffer.from(lines), count) || subscriber.socket.destroyed) break;
    await new Promise((go) => setImmediate(go));
  }
  return { last, isAll: last === after };
}
