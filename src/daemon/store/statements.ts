import type Database from "libsql";
import type { Cut, Stored } from "./cut.ts";
import { textIn } from "./database.ts";
import type { Lane, LaneSource } from "./lane.ts";

const FETCHED = 64;

const PUT_ADDRESSES = `
INSERT OR IGNORE INTO addresses
WITH RECURSIVE place (at) AS (SELECT 1 UNION ALL SELECT at + ?3 FROM place WHERE at + ?3 <= length(?2))
SELECT ?1, substr(?2, at, ?3), ?4 FROM place`;

/** What is done to a store, statement by statement. */
export interface Statements extends LaneSource {
  begin(): void;
  commit(): void;
  rollBack(): void;
  putTopic(lane: Lane): void;
  putBlock(cut: Cut): void;
  removeBlock(block: Stored): void;
  removeSegment(segment: number): void;
  setMeta(key: string, value: string | number): void;
  pages(): { readonly all: number; readonly free: number };
  /** Gives so many pages back to the file system. */
  giveBack(pages: number): void;
}

/** Prepares them. */
export function prepareStatements(database: Database.Database): Statements {
  const prepare = (sql: string): Database.Statement => database.prepare(sql);
  const query = (sql: string): Database.Statement => prepare(sql).raw();
  const putTopic = prepare(
    "INSERT INTO topics (id, name, prefix) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET prefix = excluded.prefix",
  );
  const putBlock = prepare("INSERT OR REPLACE INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const putLines = prepare("INSERT OR REPLACE INTO lines VALUES (?, ?)");
  const putAddresses = prepare(PUT_ADDRESSES);
  const removeBlock = prepare("DELETE FROM blocks WHERE id = ?");
  const removeLines = prepare("DELETE FROM lines WHERE block = ?");
  const removeSegment = prepare("DELETE FROM addresses WHERE segment = ?");
  const setMeta = prepare("INSERT OR REPLACE INTO meta VALUES (?, ?)");
  const fetch = query(
    `SELECT id, segment, size, last_ts, last_cursor FROM blocks WHERE topic = ? AND last_cursor > ? AND id < ? ORDER BY last_cursor LIMIT ${FETCHED}`,
  );
  const sizeBelow = query("SELECT total(size) FROM blocks WHERE topic = ? AND id < ?");
  const pageCounts = ["page_count", "freelist_count"].map((name) => query(`SELECT * FROM pragma_${name}`));
  let lastBlock = Number((query("SELECT max(id) FROM blocks").get() as unknown[])[0] ?? 0);
  return {
    nextBlock: () => {
      lastBlock += 1;
      return lastBlock;
    },
    fetch: (...args) => (fetch.all(args) as StoredRow[]).map(storedOf),
    sizeBelow: (...args) => Number((sizeBelow.get(args) as number[])[0]),
    begin: () => void database.exec("BEGIN IMMEDIATE"),
    commit: () => void database.exec("COMMIT"),
    rollBack: () => {
      if (database.inTransaction) database.exec("ROLLBACK");
    },
    putTopic: ({ topic, name, prefix }) => void putTopic.run([topic, textIn(name), textIn(prefix ?? null)]),
    putBlock: (cut) => {
      putBlock.run(rowOf(cut));
      putLines.run([cut.id, cut.deflated]);
      const { v4, v6 } = cut.addresses;
      if (v4.length > 0) putAddresses.run([cut.segment, v4, 4, cut.id]);
      if (v6.length > 0) putAddresses.run([cut.segment, v6, 16, cut.id]);
    },
    removeBlock: ({ id }) => {
      removeBlock.run([id]);
      removeLines.run([id]);
    },
    removeSegment: (segment) => void removeSegment.run([segment]),
    setMeta: (...args) => void setMeta.run(args),
    pages: () => {
      const [all = 0, free = 0] = pageCounts.map((statement) => Number((statement.get() as number[])[0]));
      return { all, free };
    },
    giveBack: (pages) => void database.prepare(`PRAGMA incremental_vacuum(${pages})`).all(),
  };
}

type StoredRow = readonly [id: number, segment: number, size: number, lastTs: string, lastCursor: number];

function storedOf([id, segment, size, lastTs, lastCursor]: StoredRow): Stored {
  return { id, segment, size, lastTs, lastCursor };
}

function rowOf(cut: Cut): unknown[] {
  const { id, topic, segment, firstTs, lastTs, firstCursor, lastCursor, count, bytes, size, isSpread } = cut;
  return [id, topic, segment, firstTs, lastTs, firstCursor, lastCursor, count, bytes, size, isSpread ? 1 : 0];
}
