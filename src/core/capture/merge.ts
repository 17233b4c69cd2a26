import type { Moment } from "../event/time-text.ts";
import type { CapturedPacket } from "../pcap/captured.ts";

/** A capture that is one of several. */
export interface MergeSource {
  /** None of its packets is older than this, in seconds since 1970; undefined: that is not known. */
  readonly from: number | undefined;
  /** Its packets as they stand in it, some at a time. */
  readonly open: () => AsyncIterable<readonly CapturedPacket[]>;
}

interface Cursor {
  readonly rest: AsyncIterator<readonly CapturedPacket[]>;
  packets: readonly CapturedPacket[];
  at: number;
  moment: Moment;
}

const NEVER: Moment = { seconds: Number.POSITIVE_INFINITY, nanoseconds: 0 };
const LONG_AGO: Moment = { seconds: 0, nanoseconds: 0 };

/**
 * The packets of captures in the order of their times. In each capture they stay as they stand. A capture is opened when its
 * time has come, so that few are open at once where they follow each other.
 */
export async function* mergeByTime(sources: readonly MergeSource[]): AsyncGenerator<readonly CapturedPacket[]> {
  const waiting = sources.toSorted((one, other) => fromOf(one) - fromOf(other));
  const open: Cursor[] = [];
  try {
    await openDue(waiting, open);
    for (let first = open.shift(); first !== undefined; first = open.shift()) {
      const limit = earlier(momentOf(open[0]), { seconds: fromOf(waiting[0]), nanoseconds: 0 });
      yield takeUpTo(first, limit);
      if (await goOn(first)) insert(open, first);
      await openDue(waiting, open);
    }
  } finally {
    for (const { rest } of open) await rest.return?.();
  }
}

/** Opens those whose packets may come before the next one. */
async function openDue(waiting: MergeSource[], open: Cursor[]): Promise<void> {
  while (waiting.length > 0 && fromOf(waiting[0]) <= momentOf(open[0]).seconds) {
    const cursor = await begun(waiting.shift() as MergeSource);
    if (cursor !== undefined) insert(open, cursor);
  }
}

function momentOf(cursor: Cursor | undefined): Moment {
  return cursor === undefined ? NEVER : cursor.moment;
}

function fromOf(source: MergeSource | undefined): number {
  if (source === undefined) return Number.POSITIVE_INFINITY;
  return source.from === undefined || Number.isNaN(source.from) ? 0 : source.from;
}

async function begun(source: MergeSource): Promise<Cursor | undefined> {
  const cursor = { rest: source.open()[Symbol.asyncIterator](), packets: [], at: 0, moment: LONG_AGO };
  return (await goOn(cursor)) ? cursor : undefined;
}

/** Whether there is a next packet. */
async function goOn(cursor: Cursor): Promise<boolean> {
  while (cursor.at >= cursor.packets.length) {
    const next = await cursor.rest.next();
    if (next.done === true) return false;
    cursor.packets = next.value;
    cursor.at = 0;
  }
  cursor.moment = cursor.packets[cursor.at]?.moment ?? LONG_AGO;
  return true;
}

/** The next packet, and those behind it that are not behind the limit. */
function takeUpTo(cursor: Cursor, limit: Moment): readonly CapturedPacket[] {
  const start = cursor.at;
  do cursor.at += 1;
  while (cursor.at < cursor.packets.length && !isBehind(cursor.packets[cursor.at]?.moment ?? LONG_AGO, limit));
  return cursor.packets.slice(start, cursor.at);
}

function insert(open: Cursor[], cursor: Cursor): void {
  const at = open.findIndex(({ moment }) => isBehind(moment, cursor.moment));
  open.splice(at === -1 ? open.length : at, 0, cursor);
}

function earlier(one: Moment, other: Moment): Moment {
  return isBehind(one, other) ? other : one;
}

function isBehind(one: Moment, other: Moment): boolean {
  return one.seconds > other.seconds || (one.seconds === other.seconds && one.nanoseconds > other.nanoseconds);
}
