import type { Journal } from "../core/bus/journal.ts";
import { lossEvent } from "../core/event/pipeline.ts";
import type { StoreReader } from "../core/store/reader.ts";
import { drained } from "./sockets.ts";
import type { Subscriber } from "./subscriber.ts";

/** Events of the past that the journal does not hold any more. */
export type Past = Pick<StoreReader, "oldestCursor" | "replay" | "close">;

export interface ReplayOptions {
  readonly journal: Journal;
  /** Where older events are, if anywhere. */
  readonly past: Past | undefined;
  readonly now: () => string;
}

/** Tells a subscriber what comes behind a cursor and before what the journal holds; the cursor of the last of it. */
export async function replay(subscriber: Subscriber, after: number, options: ReplayOptions): Promise<number> {
  tellMissing(subscriber, after, options);
  let last = after;
  for (let before = -1; last !== before && !subscriber.socket.destroyed; ) {
    before = last;
    last = await replayOnce(subscriber, last, options);
  }
  return last;
}

/** From nowhere on, nothing is missing. */
function tellMissing(subscriber: Subscriber, after: number, { journal, past, now }: ReplayOptions): void {
  const oldest = Math.min(
    past?.oldestCursor() ?? Number.POSITIVE_INFINITY,
    journal.oldestCursor ?? Number.POSITIVE_INFINITY,
  );
  if (after === 0 || after + 1 >= oldest) return;
  const why = `what came right behind the cursor ${after} is not held any more`;
  subscriber.tellAhead(Buffer.from(`${JSON.stringify(lossEvent({ ts: now(), count: 0, why }))}\n`), 0);
}

/** While it is told, the journal may let more go. */
async function replayOnce(subscriber: Subscriber, after: number, { journal, past }: ReplayOptions): Promise<number> {
  if (after + 1 >= (journal.oldestCursor ?? Number.POSITIVE_INFINITY)) return after;
  let last = after;
  for (const { lines, count, lastCursor } of past?.replay(after, subscriber.subscription.matches) ?? []) {
    last = lastCursor;
    const isTaken = subscriber.tellAhead(Buffer.from(lines), count);
    await (isTaken ? new Promise((go) => setImmediate(go)) : drained(subscriber.socket));
    if (subscriber.socket.destroyed) break;
  }
  return last;
}
