import type Database from "libsql";
import { LOSS_TOPIC } from "../../core/event/batch.ts";
import type { EventCounts, StoreQuery } from "../../core/store/reader.ts";
import { textOut } from "./database.ts";
import { prepareBlockReader } from "./read-blocks.ts";
import { EARLIEST, LATEST, ReadLane, type ReadTopic } from "./read-lane.ts";

interface LaneOptions {
  readonly isBackward?: boolean;
  /** Only blocks of which not every event is of the times that are asked for. */
  readonly isEdge?: boolean;
}

/** The topics of a store, as they are at the moment of a call. */
export interface Lanes {
  open(query: StoreQuery, options?: LaneOptions): ReadLane[];
  count(query: StoreQuery): EventCounts;
}

/** Makes lanes of the topics of a store. */
export function createLanes(database: Database.Database, onBroken: (text: string) => void): Lanes {
  const blocks = prepareBlockReader(database);
  const topicRows = database.prepare(TOPICS).raw();

  function meant(query: StoreQuery): { topics: ReadTopic[]; upTo: number } {
    const all = (topicRows.all() as TopicRow[]).map(topicOf);
    const upTo = all.reduce((most, { lastCursor }) => Math.max(most, lastCursor), 0);
    return { topics: all.filter((topic) => isMeant(topic, query)), upTo };
  }

  function lanesOf(query: StoreQuery, options: LaneOptions): ReadLane[] {
    const { topics, upTo } = meant(query);
    const { isBackward = false, isEdge = false } = options;
    return topics.map((topic) => {
      return new ReadLane(blocks, { topic, query, isLoss: isLoss(topic), upTo, isBackward, isEdge }, onBroken);
    });
  }

  function inOneMoment<T>(read: () => T): T {
    if (database.inTransaction) return read();
    database.exec("BEGIN");
    try {
      return read();
    } finally {
      database.exec("COMMIT");
    }
  }

  /** What can be told without looking at lines, and the lanes for the rest. */
  function counted(query: StoreQuery): { readonly lane: ReadLane; readonly isLoss: boolean; readonly known: number }[] {
    const { since = EARLIEST, until = LATEST } = query;
    const { topics, upTo } = meant(query);
    return topics.map((topic) => {
      const isEdge = isTold(topic, query);
      const wish = { topic, query, isLoss: isLoss(topic), upTo, isBackward: false, isEdge };
      const known = isEdge ? blocks.countWithin(topic.id, since, until) : 0;
      return { lane: new ReadLane(blocks, wish, onBroken), isLoss: isLoss(topic), known };
    });
  }

  return {
    open: (query, options = {}) => inOneMoment(() => lanesOf(query, options)),
    count: (query) => {
      const counts = { events: 0, losses: 0 };
      for (const { lane, isLoss, known } of inOneMoment(() => counted(query))) {
        counts[isLoss ? "losses" : "events"] += known + restOf(lane);
      }
      return counts;
    },
  };
}

function restOf(lane: ReadLane): number {
  let count = 0;
  while (lane.key !== undefined) if (lane.next() !== undefined) count += 1;
  return count;
}

type TopicRow = readonly [id: number, name: string, prefix: string, lastCursor: number];

const TOPICS = `SELECT id, name, prefix, (SELECT max(last_cursor) FROM blocks WHERE topic = topics.id) AS last
  FROM topics WHERE last IS NOT NULL`;

function topicOf([id, name, prefix, lastCursor]: TopicRow): ReadTopic {
  return { id, name: textOut<string>(name), prefix: textOut<string | null>(prefix), lastCursor };
}

function isLoss({ name }: ReadTopic): boolean {
  return name === LOSS_TOPIC;
}

function isMeant(topic: ReadTopic, { topic: isTopic, prefix }: StoreQuery): boolean {
  if (isLoss(topic)) return true;
  if (isTopic !== undefined && !isTopic(topic.name)) return false;
  return prefix === undefined || topic.prefix === null || prefix(topic.prefix);
}

/** Whether of a block whose events are all of the times that are asked for each event is meant. */
function isTold(topic: ReadTopic, { isWanted, isWantedLoss, prefix }: StoreQuery): boolean {
  if (isLoss(topic)) return isWantedLoss === undefined;
  return isWanted === undefined && (prefix === undefined || topic.prefix !== null);
}
