import { statSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openToWrite } from "../../../src/daemon/store/database.ts";
import { StoreWriter } from "../../../src/daemon/store/writer.ts";
import { batchOf, TrialStore } from "../../helpers/stored.ts";
import { trafficOf } from "../../helpers/traffic.ts";

const [MIB, FIRST, DAY_MS] = [1024 * 1024, 1_790_000_000_000_000, 86_400_000];
let store: TrialStore;
beforeEach(() => {
  store = new TrialStore();
});
afterEach(() => store.remove());

test("the file stays within its limits, and of each topic the newest is there", async () => {
  const [few, many] = [1 * MIB, 3 * MIB];
  const topics = [
    { match: ["nft:few:*"], "max-size": few },
    { match: ["nft:*"], "max-size": many },
  ];
  const writer = await store.write(topics);
  const told = new Map<string, number[]>();
  let peak = 0;
  for (let round = 0; round < 100; round += 1) {
    const first = FIRST + round * 1000;
    const batch = batchOf(trafficOf(["few:a", "b", "c", "d"], 1000, round), first);
    batch.topicOf.forEach((place, index) => {
      const topic = batch.topics[place] ?? "";
      told.set(topic, told.get(topic) ?? []);
      told.get(topic)?.push(first + index);
    });
    writer.add(batch);
    writer.commit(Date.now());
    peak = Math.max(peak, statSync(store.file).size);
  }
  expect(peak).toBeLessThan(few + many + MIB);
  expect(peak).toBeGreaterThan(many);
  const reader = await store.read();
  const left = [...reader.events({})].map(({ cursor }) => cursor);
  expect(left.length).toBeGreaterThan(10_000);
  for (const [topic, cursors] of told) {
    const own = [...reader.events({ topic: (name) => name === topic })].map(({ cursor }) => cursor);
    expect(own.length).toBeGreaterThan(0);
    expect(own).toEqual(cursors.slice(-own.length));
  }
  for (const [topic, cursors] of told) {
    const own = [...reader.events({ topic: (name) => name === topic })].length;
    expect(reader.goneCursor((name) => name === topic)).toBe(cursors.at(-own - 1));
  }
  expect(reader.goneCursor((name) => name === "nft:other")).toBe(0);
  const oldestOf = (topic: string): number => [...reader.events({ topic: (name) => name === topic })][0]?.cursor ?? 0;
  expect(Math.abs(oldestOf("nft:b") - oldestOf("nft:c"))).toBeLessThan(5000);
});

test("what is too old goes, also where nothing comes", async () => {
  const writer = await store.write([{ match: ["*"], "max-age": 60 }]);
  writer.add(batchOf(trafficOf(["a"], 10, 0), FIRST));
  const now = Date.parse("2026-11-29T10:00:30Z");
  writer.commit(now);
  const reader = await store.read();
  expect(reader.count({}).events).toBe(10);
  writer.commit(now + 120_000);
  expect(reader.count({})).toEqual({ events: 0, losses: 0 });
});

test.each([
  ["forward two days", 2 * DAY_MS],
  ["back before the start", -26 * 365 * DAY_MS],
])("the clock is put %s and back: nothing goes before its real age, nothing stays longer", async (_, step) => {
  const topics = [{ match: ["*"], "max-age": 3600 }];
  let writer = await store.write(topics);
  const reader = await store.read();
  const count = (): number => reader.count({}).events;
  let now = Date.parse("2026-11-29T10:00:30Z");
  writer.add(batchOf(trafficOf(["a"], 10, 0), FIRST));
  writer.commit(now);
  const later = (ms: number, stepMs = 0): void => {
    now += ms + stepMs;
    if (stepMs !== 0) writer.followClock(stepMs);
    writer.commit(now);
  };
  later(600_000, step);
  expect(count()).toBe(10);
  const told = trafficOf(["a"], 5, 0).map((event) => ({
    ...event,
    ts: `${new Date(now).toISOString().slice(0, 23)}000000Z`,
  }));
  writer.add(batchOf(told, FIRST + 600_000_000));
  later(600_000);
  expect(count()).toBe(15);
  // Who writes it next knows of it, too.
  writer.close();
  writer = await store.write(topics);
  later(600_000, -step);
  expect(count()).toBe(15);
  later(1_860_000);
  expect(count()).toBe(5);
  later(600_000);
  expect(count()).toBe(0);
});

test("other limits hold from the next commit on; the room is given back", async () => {
  const writer = await store.write([{ match: ["*"] }]);
  for (let round = 0; round < 60; round += 1)
    writer.add(batchOf(trafficOf(["a", "b"], 1000, round), FIRST + round * 1000));
  writer.commit(Date.now());
  writer.commit(Date.now());
  const before = writer.sizeBytes;
  writer.reconfigure([{ match: ["nft:a"], "max-size": 256 * 1024 }]);
  for (let round = 0; round < 10; round += 1) writer.commit(Date.now());
  const reader = await store.read();
  expect(reader.topics().map(({ topic }) => topic)).toEqual(["nft:a"]);
  expect(writer.sizeBytes).toBeLessThan(before / 2);
});

describe("where the disk is full", () => {
  test("what waits stays until there is room", async () => {
    await store.write();
    const database = await openToWrite(store.file);
    const writer = new StoreWriter(database, [{ match: ["*"] }]);
    database.exec("PRAGMA max_page_count = 20");
    writer.add(batchOf(trafficOf(["a", "b"], 5000, 0), FIRST));
    expect(() => writer.commit(Date.now())).toThrow(/full/);
    writer.add(batchOf(trafficOf(["a", "b"], 1000, 1), FIRST + 5000));
    expect(() => writer.commit(Date.now())).toThrow(/full/);
    database.exec("PRAGMA max_page_count = 100000");
    writer.commit(Date.now());
    const reader = await store.read();
    expect([...reader.events({})].map(({ cursor }) => cursor)).toEqual(
      Array.from({ length: 6000 }, (_, at) => FIRST + at),
    );
    writer.close();
  });
});
