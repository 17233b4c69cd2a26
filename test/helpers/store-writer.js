// Writes batches into a store until it is killed; a line on standard output says how many events are surely written.
// Arguments: the file; how many events a batch has; pause between two in milliseconds.

import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { cutBatch } from "../../dist/src/core/event/batch.js";
import { openHost, openStore } from "../../dist/src/index.js";

const say = (line) => process.stdout.write(`${line}\n`);
const [file, size, ms] = process.argv.slice(2);
const program = fileURLToPath(new URL("../../dist/bin/store-worker.cjs", import.meta.url));
const store = await openStore(
  await openHost({}),
  program,
  { file, topics: [{ match: ["*"], "max-size": 2 ** 28 }] },
  {
    onNote: (text) => say(`note ${text}`),
    onFailure: (error) => say(`failure ${error.message}`),
  },
);
say(`open ${store.lastCursor}`);
let [cursor, told] = [Math.max(store.lastCursor + 1, 1_790_000_000_000_000), 0];
const line = (at) =>
  `{"schema":1,"kind":"packet","ts":"${new Date(at / 1000).toISOString().slice(0, 23)}000000Z","ts_source":"kernel","source":"nflog","prefix":"p${at % 5}","topic":"nft:p${at % 5}","src":"10.0.${at % 256}.1","dst":"10.1.0.1"}\n`;
for (;;) {
  store.add(cutBatch(Buffer.from(Array.from({ length: Number(size) }, (_, at) => line(cursor + at)).join("")), cursor));
  cursor += Number(size);
  await pause(Number(ms));
  const { written } = store.figures();
  if (written !== told) say(`written ${written} of ${cursor}`);
  told = written;
}
