import { Worker, type WorkerOptions } from "node:worker_threads";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore } from "../../../src/daemon/store/open-store.ts";
import { openLocalHost } from "../../../src/host/local-host.ts";
import { ALL, batchOf, TrialStore } from "../../helpers/stored.ts";
import { trafficOf } from "../../helpers/traffic.ts";

/** Takes what the store's thread takes, and notes how many bytes came, and how many stand in memory with them. */
const NOTES = `
const { parentPort } = require("node:worker_threads");
parentPort.postMessage({ says: "open", lastCursor: 0, sizeBytes: 0, lastTs: undefined });
parentPort.on("message", (order) => {
  if (order.do === "close") return parentPort.close();
  const { text } = order.batch;
  parentPort.postMessage({ says: "note", text: text.length + " of " + text.buffer.byteLength });
});
`;

const startNotes = async (options: WorkerOptions): Promise<Worker> => new Worker(NOTES, { ...options, eval: true });

let store: TrialStore;
beforeEach(() => {
  store = new TrialStore();
});
afterEach(() => store.remove());

// Node keeps small Buffers together, and moves none of them to a thread: 20 copies them all, 22 and later refuse.
test.each([1, 5, 1000])("a batch of %d events comes to the thread whole, and nothing else with it", async (count) => {
  const notes: string[] = [];
  const options = { onNote: (text: string) => notes.push(text), onFailure: () => {} };
  const opened = await openStore(openLocalHost(), startNotes, { file: store.file, topics: ALL }, options);
  const batch = batchOf(trafficOf(["a"], count, 0), 1_790_000_000_000_000);
  const text = batch.text.toString("latin1");
  expect(opened.add(batch)).toBe(true);
  await opened.close();
  expect(notes).toEqual([`${text.length} of ${text.length}`]);
  expect(batch.text.toString("latin1")).toBe(text); // others are told the same bytes
});
