import { parentPort, workerData } from "node:worker_threads";
import { fuzz } from "./engine.js";
import { loadTarget, seedsOf } from "./targets.js";

// What runs here may not end: what it was given stands in memory that is shared with who watches.
const { name, targetUrl, seeds: given, runs, seconds, findingsMax = Infinity, seed, memory } = workerData;
let findings = 0;
const counts = new Uint32Array(memory, 0, 2);
const input = new Uint8Array(memory, 8);

const target = await loadTarget(targetUrl);
const seeds = given?.map((/** @type {Uint8Array} */ seed) => Buffer.from(seed)) ?? seedsOf(name, target);
const end = performance.now() + seconds * 1000;
const { blocks, corpus } = await fuzz({
  target,
  seeds,
  seed,
  isOver: () => (counts[0] ?? 0) >= runs || performance.now() > end || findings >= findingsMax,
  before(bytes) {
    input.set(bytes.subarray(0, input.length));
    Atomics.store(counts, 1, Math.min(bytes.length, input.length));
    Atomics.add(counts, 0, 1);
  },
  found({ bytes, error }) {
    findings += 1;
    parentPort?.postMessage({ finding: { bytes, error } });
  },
});
parentPort?.postMessage({ over: { blocks, corpus: corpus.length } });
