import type Database from "libsql";
import type { AddressRange } from "../../core/store/address-key.ts";

/** How many blocks are looked up at once. */
const PAGE = 128;

/** A block without its lines. */
export interface BlockRow {
  readonly id: number;
  readonly segment: number;
  readonly firstTs: string;
  readonly lastTs: string;
  readonly firstCursor: number;
  readonly lastCursor: number;
  readonly isSpread: boolean;
}

/** Which blocks of a topic are looked up: by their last cursor, and by the times of which each has one at least. */
export interface BlockBounds {
  readonly topic: number;
  readonly low: number;
  readonly high: number;
  readonly since: string;
  readonly until: string;
  /** Only blocks of which not every event is within the times. */
  readonly isEdge: boolean;
}

/** What is asked of a store that is read. */
export interface BlockReader {
  /** Blocks one behind the other, some at a time; the newest first if so. */
  page(bounds: BlockBounds, isBackward: boolean): BlockRow[];
  /** The lowest and the highest of the last cursors of blocks whose last event is of these times; undefined if there are none. */
  cursors(topic: number, since: string, until: string): readonly [low: number, high: number] | undefined;
  /** Events in blocks of which each event is of these times. */
  countWithin(topic: number, since: string, until: string): number;
  /** Blocks of a segment in which there is one of these addresses. */
  withAddress(segment: number, ranges: readonly AddressRange[]): ReadonlySet<number>;
  /** Undefined if the block is there no more. */
  deflated(block: number): Buffer | undefined;
}

const COLUMNS = "id, segment, first_ts, last_ts, first_cursor, last_cursor, is_spread";
const page = (order: string): string =>
  `SELECT ${COLUMNS} FROM blocks WHERE topic = ?1 AND last_cursor BETWEEN ?2 AND ?3 AND last_ts >= ?4 AND first_ts <= ?5
   AND (?6 = 0 OR first_ts < ?4 OR last_ts > ?5) ORDER BY last_cursor ${order} LIMIT ${PAGE}`;

/** Prepares it. */
export function prepareBlockReader(database: Database.Database): BlockReader {
  const query = (sql: string): Database.Statement => database.prepare(sql).raw();
  const [forward, backward] = [query(page("ASC")), query(page("DESC"))];
  const cursors = query(
    "SELECT min(last_cursor), max(last_cursor) FROM blocks WHERE topic = ? AND last_ts BETWEEN ? AND ?",
  );
  const countWithin = query(
    "SELECT total(count) FROM blocks WHERE topic = ?1 AND last_ts BETWEEN ?2 AND ?3 AND first_ts >= ?2",
  );
  const withAddress = query(
    "SELECT block FROM addresses WHERE segment = ?1 AND address BETWEEN ?2 AND ?3 AND length(address) = length(?2)",
  );
  const deflated = query("SELECT deflated FROM lines WHERE block = ?");
  return {
    page: ({ topic, low, high, since, until, isEdge }, isBackward) => {
      const rows = (isBackward ? backward : forward).all([topic, low, high, since, until, isEdge ? 1 : 0]);
      return (rows as Row[]).map(blockOf);
    },
    cursors: (...args) => {
      const [low, high] = cursors.get(args) as (number | null)[];
      return low == null || high == null ? undefined : [low, high];
    },
    countWithin: (...args) => Number((countWithin.get(args) as number[])[0]),
    withAddress: (segment, ranges) => {
      const rows = ranges.flatMap(({ first, last }) => withAddress.all([segment, first, last]) as number[][]);
      return new Set(rows.map(([block = 0]) => block));
    },
    deflated: (block) => (deflated.get([block]) as Buffer[] | undefined)?.[0],
  };
}

type Row = readonly [number, number, string, string, number, number, number];

function blockOf([id, segment, firstTs, lastTs, firstCursor, lastCursor, isSpread]: Row): BlockRow {
  return { id, segment, firstTs, lastTs, firstCursor, lastCursor, isSpread: isSpread !== 0 };
}
