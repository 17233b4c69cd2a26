import { openCoverage } from "./coverage.js";
import { minimized } from "./minimize.js";
import { mutate } from "./mutate.js";
import { createRandom } from "./random.js";
import { trouble } from "./trouble.js";

/**
 * What is fuzzed: `run` has to give an answer or refuse with a fault; whatever else it throws is a finding. Its laws are
 * assertions in it.
 * @typedef {object} Target
 * @property {(bytes: Buffer) => unknown} run
 * @property {() => Buffer[]} [seeds] beside those in its own directory
 * @property {readonly string[]} [tokens] words of its grammar
 * @property {number} [bytesMax]
 */
/** @typedef {{ readonly bytes: Buffer, readonly error: string }} Finding */
/**
 * @typedef {object} Session
 * @property {Target} target
 * @property {readonly Buffer[]} seeds
 * @property {number} seed
 * @property {() => boolean} isOver asked before each batch
 * @property {(bytes: Buffer) => void} before called before each execution
 * @property {(finding: Finding) => void} found
 */

/** So many inputs are run before it is asked what they reached: the question takes longer than most of them. */
const BATCH = 32;
const BYTES_MAX = 4096;
const MUTATED_BYTES_MAX = 16 * 1024;

/**
 * Fuzzes: runs the seeds, then what becomes of them; what reaches new code is changed further.
 * @param {Session} session
 */
export async function fuzz({ target, seeds, seed, isOver, before, found }) {
  const coverage = openCoverage();
  const random = createRandom(seed);
  /** @type {Buffer[]} */
  const corpus = [];
  const known = new Set();
  const means = { random, tokens: tokensOf(target, seeds), bytesMax: target.bytesMax ?? BYTES_MAX };

  /** @param {Buffer} bytes */
  async function run(bytes) {
    before(bytes);
    return await trouble(target, bytes);
  }

  /** @param {Buffer} bytes */
  async function judged(bytes) {
    const first = await run(bytes);
    if (first === undefined || known.has(first.signature)) return;
    known.add(first.signature);
    const isSame = async (/** @type {Buffer} */ less) => (await run(less))?.signature === first.signature;
    const smallest = await minimized(bytes, isSame);
    found({ bytes: smallest, error: (await run(smallest))?.text ?? first.text });
  }

  /** @param {readonly Buffer[]} inputs */
  async function keepWhatIsNew(inputs) {
    for (const bytes of inputs) {
      await run(bytes);
      if (coverage.takeFresh()) corpus.push(bytes);
    }
  }

  function next() {
    const parent = corpus.length === 0 ? Buffer.alloc(0) : chosen(corpus, random);
    return mutate(parent, { ...means, other: corpus.length === 0 ? parent : random.pick(corpus) });
  }

  for (const bytes of seeds) {
    await judged(bytes);
    if (bytes.length <= MUTATED_BYTES_MAX) corpus.push(bytes);
  }
  coverage.takeFresh();
  while (!isOver()) {
    const inputs = Array.from({ length: BATCH }, next);
    for (const bytes of inputs) await judged(bytes);
    if (coverage.hasFresh()) await keepWhatIsNew(inputs);
  }
  coverage.close();
  return { blocks: coverage.blocks(), corpus };
}

/**
 * What came last is worth more.
 * @param {readonly Buffer[]} corpus
 * @param {import("./random.js").Random} random
 */
function chosen(corpus, random) {
  const last = Math.ceil(corpus.length / 4);
  const at = random.below(2) === 0 ? corpus.length - 1 - random.below(last) : random.below(corpus.length);
  return /** @type {Buffer} */ (corpus[at]);
}

/**
 * The words that the target names, and those that its seeds are made of.
 * @param {Target} target
 * @param {readonly Buffer[]} seeds
 */
function tokensOf({ tokens = [] }, seeds) {
  const words = new Set(tokens);
  for (const seed of seeds) {
    for (const [word] of seed.toString("latin1", 0, MUTATED_BYTES_MAX).matchAll(/[A-Za-z_][\w.-]{2,31}/g)) {
      if (words.size < 2000) words.add(word);
    }
  }
  return [...words].map((word) => Buffer.from(word));
}
