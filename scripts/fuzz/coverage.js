import { Session } from "node:inspector";

/** Coverage of what is built, as V8 counts it: which blocks of code were reached that never were before. */
export function openCoverage() {
  const session = new Session();
  session.connect();
  /** @type {Map<string, Uint8Array>} of each function which of its characters were reached */
  const reached = new Map();
  let blocks = 0;

  /** @param {string} method @param {object} [parameters] */
  function ask(method, parameters = {}) {
    /** @type {any} */
    let answer;
    session.post(method, parameters, (error, result) => {
      if (error !== null) throw new Error(error.message);
      answer = result;
    });
    return answer;
  }

  /**
   * @param {string} key
   * @param {readonly Range[]} ranges
   * @param {boolean} isKept
   */
  function add(key, ranges, isKept) {
    const now = reachedIn(ranges);
    const before = reached.get(key) ?? new Uint8Array(now.length);
    const fresh = blocksIn(before, now);
    if (isKept && fresh > 0)
      reached.set(
        key,
        before.map((was, at) => was | (now[at] ?? 0)),
      );
    return fresh;
  }

  ask("Profiler.enable");
  ask("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  /** @param {boolean} isKept */
  function freshBlocks(isKept) {
    let found = 0;
    for (const { url, scriptId, functions } of ask("Profiler.takePreciseCoverage").result) {
      if (!isOurs(url)) continue;
      for (const { ranges } of functions) {
        found += add(`${scriptId}:${ranges[0].startOffset}:${ranges[0].endOffset}`, ranges, isKept);
      }
    }
    return found;
  }

  return {
    /** Whether a block was reached since it was asked last that was not before. */
    hasFresh: () => freshBlocks(false) > 0,
    /** The same; what was reached is not new from now on. */
    takeFresh() {
      const fresh = freshBlocks(true);
      blocks += fresh;
      return fresh > 0;
    },
    blocks: () => blocks,
    close: () => session.disconnect(),
  };
}

/** @typedef {{ readonly startOffset: number, readonly endOffset: number, readonly count: number }} Range */

/** Of each character of a function whether it was reached: what stands within is said later. @param {readonly Range[]} ranges */
function reachedIn(ranges) {
  const start = ranges[0]?.startOffset ?? 0;
  const now = new Uint8Array((ranges[0]?.endOffset ?? 0) - start);
  for (const { startOffset, endOffset, count } of ranges) {
    now.fill(count > 0 ? 1 : 0, startOffset - start, endOffset - start);
  }
  return now;
}

/** @param {string} url */
function isOurs(url) {
  return url.includes("/dist/src/") || url.includes("/test/helpers/");
}

/**
 * Runs of characters that are reached now and never were.
 * @param {Uint8Array} before
 * @param {Uint8Array} now
 */
function blocksIn(before, now) {
  let count = 0;
  let isIn = false;
  for (let at = 0; at < now.length; at += 1) {
    const isNew = now[at] === 1 && before[at] === 0;
    if (isNew && !isIn) count += 1;
    isIn = isNew;
  }
  return count;
}
