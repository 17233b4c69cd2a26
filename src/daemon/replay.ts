import type { Journal } from "../core/bus/journal.ts";
import { lossEvent } from "../core/event/pipeline.ts";
import type { StoreReader } from "../core/store/reader.ts";
import { drained } from "./sockets.ts";
import type { Subscriber } from "./subscriber.ts";

/** Events of the past that the journal does not hold any more. */
export type Past = Pick<StoreReader, "oldestCursor" | "replay" | "close">;

export interface ReplayOptions {
  readonly journal: Journal;
  /** Opens what holds older events, if anything does. */
  readonly openPast: () => Promise<Past | undefined>;
  readonly now: () => string;
  /** Has one act after another: who comes back must not hold more than others wait for. */
  readonly inTurn: <T>(act: () => Promise<T>) => Promise<T>;
}

/** How far a subscriber was told, and whether that is all. */
interface Progress {
  readonly last: number;
  readonly isAll: boolean;
}

/** Tells a subscriber what comes behind a cursor and before what the journal holds; the cursor of the last of it. */
export async function replay(subscriber: Subscriber, after: number, options: ReplayOptions): Promise<number> {
  const { socket } = subscriber;
  let last = after;
  for (let isAll = false, isFirst = true; !isAll && !socket.destroyed; isFirst = false) {
    const before = last;
    const told = await options.inTurn(() => tellSome(subscriber, before, isFirst, options));
    last = told.last;
    isAll = told.isAll;
    await drained(socket); // nothing is held open meanwhile, however long that takes
  }
  return last;
}

async function tellSome(
  subscriber: Subscriber,
  after: number,
  isFirst: boolean,
  { journal, openPast, now }: ReplayOptions,
): Promise<Progress> {
  const past = subscriber.socket.destroyed ? undefined : await openPast();
  try {
    if (isFirst) tellMissing(subscriber, after, oldestOf(journal, past), now());
    return await tellPast(subscriber, after, journal, past);
  } finally {
    past?.close();
  }
}

function oldestOf(journal: Journal, past: Past | undefined): number {
  const none = Number.POSITIVE_INFINITY;
  return Math.min(past?.oldestCursor() ?? none, journal.oldestCursor ?? none);
}

/** From nowhere on, nothing is missing. */
function tellMissing(subscriber: Subscriber, after: number, oldest: number, ts: string): void {
  if (after === 0 || after + 1 >= oldest) return;
  const why = `what came right behind the cursor ${after} is not held any more`;
  subscriber.tellAhead(Buffer.from(`${JSON.stringify(lossEvent({ ts, count: 0, why }))}\n`), 0);
}

/** As much as is taken. While it is told, the journal may let more go: only where nothing was told, that is all. */
async function tellPast(
  subscriber: Subscriber,
  after: number,
  journal: Journal,
  past: Past | undefined,
): Promise<Progress> {
  if (after + 1 >= (journal.oldestCursor ?? Number.POSITIVE_INFINITY)) return { last: after, isAll: true };
  let last = after;
  for (const { lines, count, lastCursor } of past?.replay(after, subscriber.subscription.matches) ?? []) {
    last = lastCursor;
    if (!subscriber.tellAhead(Buffer.from(lines), count) || subscriber.socket.destroyed) break;
    await new Promise((go) => setImmediate(go));
  }
  return { last, isAll: last === after };
}
