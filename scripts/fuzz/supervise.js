import { Worker } from "node:worker_threads";
import { targetUrl } from "./targets.js";

/** @import { Finding } from "./engine.js" */

/**
 * @typedef {object} Wish
 * @property {string} name
 * @property {string} [url] of a target that stands elsewhere
 * @property {readonly Uint8Array[]} [seeds] instead of the target's own
 * @property {number} seed
 * @property {number} [runs]
 * @property {number} [seconds]
 * @property {number} [findingsMax] so many are enough
 * @property {number} [hangMs] what takes longer is a finding
 * @property {number} [memoryMb] what takes more is one, too
 * @property {(finding: Finding) => void} [found]
 */
/** @typedef {{ readonly runs: number, readonly blocks: number, readonly corpus: number, readonly findings: readonly Finding[] }} Report */

const INPUT_BYTES_MAX = 4 * 1024 * 1024;
const MEMORY_MB = 1024;
const HANG_MS = 5000;
/** A target that hangs at each turn is not tried for ever. */
const RESTARTS_MAX = 5;

/**
 * Fuzzes a target in a thread of its own, and watches it: what takes too long or too much memory is a finding too, and the
 * thread begins again with another seed.
 * @param {Wish} wish
 * @returns {Promise<Report>}
 */
export async function supervise(wish) {
  /** @type {Finding[]} */
  const findings = [];
  const total = { runs: 0, blocks: 0, corpus: 0 };
  const begun = performance.now();
  for (let turn = 0; turn <= RESTARTS_MAX; turn += 1) {
    const left = {
      runs: (wish.runs ?? Number.POSITIVE_INFINITY) - total.runs,
      seconds: (wish.seconds ?? Number.POSITIVE_INFINITY) - (performance.now() - begun) / 1000,
    };
    if (left.runs <= 0 || left.seconds <= 0) break;
    const ended = await oneThread({ ...wish, ...left, seed: wish.seed + turn, found });
    total.runs += ended.runs;
    total.blocks = Math.max(total.blocks, ended.blocks);
    total.corpus = Math.max(total.corpus, ended.corpus);
    if (ended.isOver) break;
  }
  return { ...total, findings };

  /** @param {Finding} finding */
  function found(finding) {
    findings.push(finding);
    wish.found?.(finding);
  }
}

/**
 * @param {Wish & { readonly found: (finding: Finding) => void }} wish
 * @returns {Promise<{ isOver: boolean, runs: number, blocks: number, corpus: number }>}
 */
function oneThread({
  name,
  url,
  seeds,
  seed,
  runs,
  seconds,
  hangMs = HANG_MS,
  memoryMb = MEMORY_MB,
  findingsMax,
  found,
}) {
  const memory = new SharedArrayBuffer(8 + INPUT_BYTES_MAX);
  const counts = new Uint32Array(memory, 0, 2);
  const worker = new Worker(new URL("worker.js", import.meta.url), {
    workerData: { name, targetUrl: url ?? targetUrl(name), seeds, runs, seconds, findingsMax, seed, memory },
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
  const input = () => Buffer.from(Buffer.from(memory, 8, counts[1]));
  const told = { blocks: 0, corpus: 0 };
  return new Promise((resolve, reject) => {
    const stop = watch(counts, hangMs, () => {
      found({ bytes: input(), error: `it took longer than ${hangMs} ms` });
      end(false);
    });
    /** @param {boolean} isOver */
    function end(isOver) {
      stop();
      void worker.terminate();
      resolve({ isOver, runs: counts[0] ?? 0, ...told });
    }
    worker.on("message", ({ finding, over }) => {
      if (finding !== undefined) found({ ...finding, bytes: Buffer.from(finding.bytes) });
      if (over === undefined) return;
      Object.assign(told, over);
      end(true);
    });
    worker.on("error", (error) => {
      // Before anything was run, it is the target itself that is wrong.
      if (counts[0] === 0) return reject(error);
      found({ bytes: input(), error: `the thread ended: ${error.stack ?? error}` });
      end(false);
    });
  });
}

/**
 * Calls back once if an execution lasts too long.
 * @param {Uint32Array} counts
 * @param {number} hangMs
 * @param {() => void} onHang
 */
function watch(counts, hangMs, onHang) {
  let last = -1;
  let since = performance.now();
  const timer = setInterval(() => {
    const now = Atomics.load(counts, 0);
    if (now === 0 || now !== last) {
      last = now;
      since = performance.now();
    } else if (performance.now() - since > hangMs) {
      clearInterval(timer);
      onHang();
    }
  }, 100);
  return () => clearInterval(timer);
}
