import type Database from "libsql";
import type { Host } from "../../core/model/host.ts";
import { merge } from "../../core/store/merge.ts";
import type { ReplayedLines, StoredLine, StoredTopic, StoreQuery, StoreReader } from "../../core/store/reader.ts";
import { faultOfSqlite, number, openToRead, textOut } from "./database.ts";
import type { ReadLane } from "./read-lane.ts";
import { createLanes } from "./read-lanes.ts";

const REPLAYED_LINES = 256;

/**
 * Opens a store to read it; what is broken in it is told and left out.
 * @throws Fault where there is none, or it may not be read
 */
export async function openStoreReader(
  host: Host,
  file: string,
  onBroken: (text: string) => void,
  isOwn = false,
): Promise<StoreReader> {
  const database = await openToRead(host, file, isOwn);
  const guarded = <T>(read: () => T): T => {
    try {
      return read();
    } catch (error) {
      throw faultOfSqlite(error, file, "read");
    }
  };
  const { open, count } = guarded(() => createLanes(database, onBroken));
  const events = (query: StoreQuery): Iterable<StoredLine> => guardedEach(() => merge(open(query)), guarded);
  return {
    events,
    newest: (most, query) => guarded(() => newestOf(open(query, { isBackward: true }), most)),
    count: (query) => guarded(() => count(query)),
    replay: (after, topic) => replayed(events({ after, topic })),
    oldestCursor: () => guarded(() => oldestCursor(database)),
    goneCursor: (topic) => guarded(() => goneCursor(database, topic)),
    hold: () => guarded(() => hold(database)),
    release: () => guarded(() => void database.exec("COMMIT")),
    topics: () => guarded(() => topicsOf(database)),
    close: () => void database.close(),
  };
}

function oldestCursor(database: Database.Database): number | undefined {
  const oldest = number(database, OLDEST_CURSOR);
  return oldest === 0 ? undefined : oldest;
}

const OLDEST_CURSOR =
  "SELECT min((SELECT first_cursor FROM blocks WHERE topic = topics.id ORDER BY last_cursor LIMIT 1)) FROM topics";

/** A transaction begins with what it reads first. */
function hold(database: Database.Database): void {
  database.exec("BEGIN");
  number(database, "SELECT count(*) FROM meta");
}

function goneCursor(database: Database.Database, isMeant: (topic: string) => boolean): number {
  const rows = database.prepare(GONE_CURSORS).raw().all() as (readonly [string, number])[];
  const cursors = rows.filter(([name]) => isMeant(textOut<string>(name))).map(([, cursor]) => cursor);
  return Math.max(0, ...cursors);
}

const GONE_CURSORS = "SELECT name, value FROM topics JOIN meta ON key = 'gone:' || id";

function* guardedEach<T>(open: () => Iterable<T>, guarded: <R>(read: () => R) => R): Generator<T> {
  const iterator = guarded(() => open()[Symbol.iterator]());
  for (;;) {
    const { done, value } = guarded(() => iterator.next());
    if (done === true) return;
    yield value;
  }
}

function newestOf(lanes: readonly ReadLane[], count: number): StoredLine[] {
  const lines: StoredLine[] = [];
  let events = 0;
  for (const line of merge(lanes)) {
    lines.push(line);
    if (!line.isLoss) events += 1;
    if (events >= count) break;
  }
  return lines.reverse();
}

function* replayed(events: Iterable<StoredLine>): Generator<ReplayedLines> {
  let lines: string[] = [];
  let lastCursor = 0;
  for (const { line, cursor } of events) {
    lines.push(line);
    lastCursor = cursor;
    if (lines.length < REPLAYED_LINES) continue;
    yield { lines: `${lines.join("\n")}\n`, count: lines.length, lastCursor };
    lines = [];
  }
  if (lines.length > 0) yield { lines: `${lines.join("\n")}\n`, count: lines.length, lastCursor };
}

function topicsOf(database: Database.Database): StoredTopic[] {
  const rows = database.prepare(TOPICS).raw().all() as (readonly [string, number, number, string, string])[];
  return rows.map(([name, events, bytes, firstTs, lastTs]) => {
    return { topic: textOut<string>(name), events, bytes, firstTs, lastTs };
  });
}

const TOPICS = `SELECT name, total(count), total(size), min(first_ts), max(last_ts)
  FROM topics JOIN blocks ON topic = topics.id GROUP BY topic ORDER BY name`;
