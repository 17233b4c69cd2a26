import type Database from "libsql";
import { type Batch, countOf, cutBatch, linesIn } from "../../core/event/batch.ts";
import { jsonLine, lossEvent } from "../../core/event/pipeline.ts";
import type { Kept } from "../../core/serve/schema.ts";
import { LineScanner, timeAt } from "../../core/store/line-scanner.ts";
import { type KeepRule, keepRules, trim } from "../../core/store/rules.ts";
import { StoredAges } from "../../core/store/stored-ages.ts";
import type { Stored } from "./cut.ts";
import { number, textOut } from "./database.ts";
import { Lane } from "./lane.ts";
import { prepareStatements, type Statements } from "./statements.ts";

const PAGE_BYTES = 8192;

/** What an almost empty store takes: limits are of what goes in. */
const EMPTY_BYTES = 512 * 1024;

/** Short texts are cheap: V8 has room for them at hand. */
const LINES_AT_ONCE = 64;

/** So many blocks are taken away in one transaction; the rest in the next. */
const GONE_MAX = 4096;

/** Free pages that are kept for what comes next, and how many are given back at once. */
const FREE_PAGES = { kept: 64, atOnce: 2048 } as const;

/** Writes a store: events go in by batches and are there after the next commit. */
export class StoreWriter {
  readonly #database: Database.Database;
  readonly #statements: Statements;
  readonly #lanes = new Map<string, Lane>();
  #lastTopic: number;
  #rules: readonly KeepRule[] = [];
  /** What all blocks that are stored take by their own account. */
  #accounted = 0;
  /** The highest cursor of all that it held when it was opened, or that was put in since. */
  lastCursor: number;
  lastTs: string | undefined;
  /** When it was written last, if it was not closed then. */
  readonly uncleanSince: string | undefined;
  readonly #ages: StoredAges;
  sizeBytes = 0;
  #isClosed = false;

  constructor(database: Database.Database, topics: readonly Kept[]) {
    this.#database = database;
    this.#statements = prepareStatements(database);
    this.#lastTopic = number(database, "SELECT max(id) FROM topics");
    for (const [id, name, prefix] of database
      .prepare("SELECT id, name, prefix FROM topics")
      .raw()
      .all() as TopicRow[]) {
      const topic = { id, name: textOut<string>(name), prefix: textOut<string | null>(prefix) };
      this.#lanes.set(topic.name, new Lane(topic, this.#statements));
    }
    this.lastCursor = number(database, LAST_CURSOR);
    this.uncleanSince = uncleanSince(database);
    this.#ages = new StoredAges(meta(database, "clock"));
    this.#statements.setMeta("closed", 0);
    this.reconfigure(topics);
    this.#account();
  }

  /** Other topics are kept from the next commit on. */
  reconfigure(topics: readonly Kept[]): void {
    this.#rules = keepRules(topics);
    for (const lane of this.#lanes.values()) lane.rule = this.#ruleOf(lane.name);
  }

  /** Takes events in; how many of them are kept, by their topics. */
  add(batch: Batch): number {
    const lanes = batch.topics.map((topic) => this.#laneOf(topic));
    const count = countOf(batch);
    for (let from = 0; from < count; from += LINES_AT_ONCE) {
      this.#addLines(batch, lanes, { from, to: Math.min(from + LINES_AT_ONCE, count) });
    }
    this.lastCursor = Math.max(this.lastCursor, batch.first + count - 1);
    return batch.topicOf.reduce((kept, topic) => kept + (lanes[topic] === undefined ? 0 : 1), 0);
  }

  /** The clock was put by so much: what is stored keeps its age. */
  followClock(stepMs: number): void {
    this.#ages.put(stepMs, this.lastCursor);
  }

  /** An event that says what is missing. */
  addLoss(loss: { readonly ts: string; readonly count: number; readonly why: string }, cursor: number): void {
    const line = `${jsonLine(lossEvent(loss), "default")}\n`;
    this.add(cutBatch(Buffer.from(line), cursor));
  }

  /**
   * Stores what came and takes away what is too much or too old: all of it or nothing.
   * @returns whether there is more to be taken away
   */
  commit(nowMs: number, isLast = false): boolean {
    const lanes = [...this.#lanes.values()];
    for (const lane of lanes) lane.cut(nowMs);
    try {
      this.#statements.begin();
      const count = this.#trim(lanes, nowMs);
      this.#put(lanes);
      this.#statements.setMeta("written", new Date(nowMs).toISOString());
      if (this.#ages.isChanged) this.#statements.setMeta("clock", this.#ages.text);
      if (isLast) this.#statements.setMeta("closed", 1);
      this.#statements.commit();
      for (const lane of lanes) lane.commit();
      this.#ages.isChanged = false;
      this.#account();
      this.#giveBack();
      return count >= GONE_MAX;
    } catch (error) {
      this.#statements.rollBack();
      for (const lane of lanes) lane.rollBack();
      throw error;
    }
  }

  /** The file alone holds all of it then, whoever else reads it still. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } finally {
      this.#database.close();
    }
  }

  #addLines(batch: Batch, lanes: readonly (Lane | undefined)[], { from, to }: { from: number; to: number }): void {
    const bytes = linesIn(batch, from, to);
    const text = bytes.toString("latin1");
    const scanner = new LineScanner(text);
    const offset = batch.starts[from] ?? 0;
    for (let index = from; index < to; index += 1) {
      const lane = lanes[batch.topicOf[index] ?? 0];
      if (lane === undefined) continue;
      const [start, end] = [(batch.starts[index] ?? 0) - offset, (batch.starts[index + 1] ?? 0) - offset];
      const facts = { ts: timeAt(text, start), cursor: batch.first + index };
      lane.add(facts, { bytes, scanner, start, end });
      this.lastTs = facts.ts;
    }
  }

  #laneOf(name: string): Lane | undefined {
    const known = this.#lanes.get(name);
    if (known !== undefined) return known.rule && known;
    const rule = this.#ruleOf(name);
    if (rule === undefined) return undefined;
    this.#lastTopic += 1;
    const lane = new Lane({ id: this.#lastTopic, name }, this.#statements);
    lane.rule = rule;
    this.#lanes.set(name, lane);
    return lane;
  }

  #ruleOf(name: string): KeepRule | undefined {
    return this.#rules.find(({ matches }) => matches(name));
  }

  /** Takes away what no rule keeps, and of each rule what is too much: before something is put in, so that the file need not grow. */
  #trim(lanes: readonly Lane[], nowMs: number): number {
    let left = GONE_MAX;
    const factor = this.#bytesPerAccounted();
    for (const rule of [undefined, ...this.#rules]) {
      const bounds = {
        sizeMax: rule === undefined ? 0 : rule.sizeMax / factor,
        fromAt: rule === undefined ? () => "~" : this.#ages.fromAt(nowMs, rule.ageSecondsMax),
      };
      const own = lanes.filter((lane) => lane.rule === rule);
      const gone = trim<Stored>(own, bounds, left);
      left -= gone.length;
      this.#remove(own, gone);
    }
    return GONE_MAX - left;
  }

  #remove(lanes: readonly Lane[], gone: readonly Stored[]): void {
    if (gone.length === 0) return;
    const held = new Set(lanes.map((lane) => lane.oldest()?.segment));
    for (const block of gone) this.#statements.removeBlock(block);
    for (const { topic, goneCursor } of lanes) {
      if (goneCursor > 0) this.#statements.setMeta(`gone:${topic}`, goneCursor);
    }
    for (const segment of new Set(gone.map((block) => block.segment))) {
      if (!held.has(segment)) this.#statements.removeSegment(segment);
    }
  }

  #put(lanes: readonly Lane[]): void {
    for (const lane of lanes) {
      if (!lane.isNoted) this.#statements.putTopic(lane);
      for (const cut of lane.unstored()) this.#statements.putBlock(cut);
    }
  }

  /** By what the file is larger than its blocks say: pages that are not full, and the tree that leads to them. */
  #bytesPerAccounted(): number {
    const { all, free } = this.#statements.pages();
    return Math.max(1, ((all - free) * PAGE_BYTES - EMPTY_BYTES) / Math.max(this.#accounted, 1));
  }

  #account(): void {
    this.#accounted = [...this.#lanes.values()].reduce((sum, { size }) => sum + size, 0);
    this.sizeBytes = this.#statements.pages().all * PAGE_BYTES;
  }

  #giveBack(): void {
    const surplus = this.#statements.pages().free - FREE_PAGES.kept;
    if (surplus > FREE_PAGES.kept) this.#statements.giveBack(Math.min(surplus, FREE_PAGES.atOnce));
  }
}

type TopicRow = readonly [id: number, name: string, prefix: string];

const LAST_CURSOR = "SELECT max((SELECT max(last_cursor) FROM blocks WHERE topic = topics.id)) FROM topics";

function uncleanSince(database: Database.Database): string | undefined {
  if (number(database, "SELECT value FROM meta WHERE key = 'closed'") === 1) return undefined;
  return meta(database, "written");
}

function meta(database: Database.Database, key: string): string | undefined {
  const row = database.prepare("SELECT value FROM meta WHERE key = ?").raw().get(key) as unknown[] | undefined;
  return row === undefined ? undefined : String(row[0]);
}
