import { statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Batch, cutBatch } from "../../src/core/event/batch.ts";
import { openStore, type Store } from "../../src/daemon/store/open-store.ts";
import { openLocalHost } from "../../src/host/local-host.ts";
import { ROOT } from "../helpers/cli.ts";
import { ALL, batchOf, TrialStore } from "../helpers/stored.ts";
import { trafficOf } from "../helpers/traffic.ts";

const [FIRST, HOST, PROGRAM] = [1_790_000_000_000_000, openLocalHost(), `${ROOT}dist/bin/store-worker.cjs`];
let store: TrialStore;
let notes: string[];
beforeEach(() => {
  store = new TrialStore();
  notes = [];
});
afterEach(() => store.remove());

async function opened(file: string, topics = ALL): Promise<Store> {
  const onFailure = (error: Error): void => void notes.push(`failure: ${error.message}`);
  return await openStore(HOST, PROGRAM, { file, topics }, { onNote: (text) => notes.push(text), onFailure });
}

test("it is made for its owner and group, closed in order and opened again", async () => {
  const file = join(store.directory, "a", "events.db");
  const first = await opened(file);
  expect(first.lastCursor).toBe(0);
  expect(first.add(batchOf(trafficOf(["a"], 100, 0), FIRST))).toBe(true);
  await first.close();
  expect(first.figures()).toMatchObject({ written: 100, dropped: 0, waitingBytes: 0 });
  expect((statSync(join(store.directory, "a")).mode & 0o777).toString(8)).toBe("750");
  expect((statSync(file).mode & 0o777).toString(8)).toBe("640");
  const second = await opened(file);
  expect(second.lastCursor).toBe(FIRST + 99);
  await expect(opened(file)).rejects.toThrow(
    expect.objectContaining({ code: "locked", message: `another program writes the store ${file}` }),
  );
  await second.close();
  expect(notes).toEqual([]);
});

test("what cannot be opened is a fault, and nothing is held", async () => {
  await expect(opened("/proc/none/events.db")).rejects.toThrow(
    expect.objectContaining({ name: "Fault", code: "refused" }),
  );
  await expect(opened(store.directory)).rejects.toThrow(expect.objectContaining({ name: "Fault" }));
  expect(notes).toEqual([]);
});

test("too much at once is dropped, and a loss stands in its place", async () => {
  const writer = await opened(store.file);
  const batches = Array.from({ length: 10 }, (_, at) => big(FIRST + at * 1000));
  const answers = batches.map((batch) => writer.add(batch)); // nothing is heard of the thread in between
  expect(answers).toEqual([...Array.from({ length: 7 }, () => true), false, false, false]);
  expect(writer.figures().dropped).toBe(3000);
  await waited(() => writer.figures().waitingBytes === 0);
  expect(writer.add(batchOf(trafficOf(["a"], 5, 0), FIRST + 10_000))).toBe(true);
  await writer.close();
  const reader = await store.read();
  const last = [...reader.events({ after: FIRST + 6999 })].map(({ cursor, isLoss, line }) => [
    cursor,
    isLoss ? JSON.parse(line).count : 0,
  ]);
  expect(last).toEqual([[FIRST + 7000, 3000], ...[0, 1, 2, 3, 4].map((at) => [FIRST + 10_000 + at, 0])]);
});

test("other topics are kept from then on", async () => {
  const writer = await opened(store.file);
  writer.add(batchOf(trafficOf(["a", "b"], 100, 0), FIRST));
  writer.reconfigure([{ match: ["nft:b"] }]);
  writer.add(batchOf(trafficOf(["a", "b"], 100, 1), FIRST + 100));
  await writer.close();
  const reader = await store.read();
  expect(reader.topics().map(({ topic }) => topic)).toEqual(["nft:b"]);
});

/** A thousand events of 8 MiB. */
function big(first: number): Batch {
  const [event] = trafficOf(["a"], 1, 0);
  const line = `${JSON.stringify({ ...event, payload: "A".repeat(8192), payload_encoding: "base64" })}\n`;
  return cutBatch(Buffer.from(line.repeat(1000)), first);
}

async function waited(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}
