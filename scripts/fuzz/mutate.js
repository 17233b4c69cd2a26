/** @import { Random } from "./random.js" */

/** What a mutation may use beside the bytes: words of the target's grammar, and another input. */
/** @typedef {{ readonly random: Random, readonly tokens: readonly Buffer[], readonly other: Buffer, readonly bytesMax: number }} Means */
/** @typedef {(bytes: Buffer, means: Means) => Buffer} Mutation */

/**
 * The bytes changed in one to eight ways.
 * @type {Mutation}
 */
export function mutate(bytes, means) {
  let changed = bytes;
  for (let left = 1 + means.random.small(8); left > 0; left -= 1) {
    changed = means.random.pick(MUTATIONS)(changed, means).subarray(0, means.bytesMax);
  }
  return changed;
}

/** What reorders, hides or ends text, or does something to a terminal. */
const HOSTILE = [
  ...[
    "\0",
    "\u001b[2J",
    "\u001b]52;c;eA==\u0007",
    "\u009b31m",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\u2028",
    "\r",
    "\n",
    "\t",
  ],
  ...["__proto__", "constructor", "toString", "../", "\\ud800", "\\u0000", "%s", "$(", "é", "𝒳", "٣"],
].map((text) => Buffer.from(text));

const NUMBERS = [
  ...["0", "-0", "-1", "1", "127", "128", "255", "256", "65535", "65536", "2147483648", "4294967295", "4294967296"],
  ...["9007199254740991", "9007199254740993", "18446744073709551615", "1e999", "1e-7", "0x10", "010", "1.5", "NaN"],
].map((text) => Buffer.from(text));

const BRACKETS = ["[", "{", "(", '"', "'", "]", "}", ")", '{"a":', "- ", ">"].map((text) => Buffer.from(text));

/** @type {readonly Mutation[]} */
const MUTATIONS = [
  flipBit,
  setByte,
  setByte,
  setNumber,
  insertBytes,
  remove,
  remove,
  truncate,
  duplicate,
  repeat,
  moveLine,
  insertToken,
  insertToken,
  replaceWord,
  replaceWord,
  replaceNumber,
  splice,
  cross,
  nest,
];

/**
 * @param {Buffer} bytes
 * @param {number} from
 * @param {number} to
 * @param {Buffer} by
 */
function put(bytes, from, to, by) {
  return Buffer.concat([bytes.subarray(0, from), by, bytes.subarray(to)]);
}

/** @type {Mutation} */
function flipBit(bytes, { random }) {
  return withByte(bytes, random, (byte) => byte ^ (1 << random.below(8)));
}

/** @type {Mutation} */
function setByte(bytes, { random }) {
  const letter = 0x20 + random.below(95);
  return withByte(bytes, random, (byte) =>
    random.pick([0, 1, 0x7f, 0x80, 0xff, byte + 1, byte - 1, random.below(256), letter, letter, letter, letter]),
  );
}

/**
 * @param {Buffer} bytes
 * @param {Random} random
 * @param {(byte: number) => number} change
 */
function withByte(bytes, random, change) {
  if (bytes.length === 0) return Buffer.from([random.below(256)]);
  const changed = Buffer.from(bytes);
  const at = random.below(bytes.length);
  changed[at] = change(changed[at] ?? 0) & 0xff;
  return changed;
}

/** A length or a count: 16 or 32 bits, of either order. @type {Mutation} */
function setNumber(bytes, { random }) {
  if (bytes.length < 4) return bytes;
  const changed = Buffer.from(bytes);
  const at = random.below(bytes.length - 3) & ~random.pick([0, 1, 3]);
  const number = random.pick([
    0,
    1,
    2,
    3,
    4,
    5,
    8,
    16,
    0x7fff,
    0xffff,
    bytes.length,
    bytes.length - at,
    random.below(64),
  ]);
  const large = random.pick([number, 0x7fff_ffff, 0xffff_ffff]);
  random.pick([
    () => changed.writeUInt16LE(number & 0xffff, at),
    () => changed.writeUInt16BE(number & 0xffff, at),
    () => changed.writeUInt32LE(large, at),
    () => changed.writeUInt32BE(large, at),
  ])();
  return changed;
}

/** @type {Mutation} */
function insertBytes(bytes, { random }) {
  const fresh = Buffer.from(Array.from({ length: 1 + random.small(16) }, () => random.below(256)));
  const at = random.below(bytes.length + 1);
  return put(bytes, at, at, fresh);
}

/**
 * @param {Buffer} bytes
 * @param {Random} random
 */
function span(bytes, random) {
  const from = random.below(bytes.length + 1);
  return { from, to: Math.min(bytes.length, from + 1 + random.small(64)) };
}

/** @type {Mutation} */
function remove(bytes, { random }) {
  const { from, to } = span(bytes, random);
  return put(bytes, from, to, Buffer.alloc(0));
}

/** @type {Mutation} */
function truncate(bytes, { random }) {
  return bytes.subarray(0, random.below(bytes.length + 1));
}

/** @type {Mutation} */
function duplicate(bytes, { random }) {
  const { from, to } = span(bytes, random);
  const at = random.below(bytes.length + 1);
  return put(bytes, at, at, bytes.subarray(from, to));
}

/** Many of the same, up to what an input may hold. @type {Mutation} */
function repeat(bytes, { random, bytesMax }) {
  const { from, to } = span(bytes, random);
  const part = bytes.subarray(from, to);
  const times = random.pick([2, 3, 8, 64, Math.floor(bytesMax / Math.max(1, part.length))]);
  return put(bytes, from, to, Buffer.concat(Array.from({ length: times }, () => part)));
}

/** @type {Mutation} */
function moveLine(bytes, { random }) {
  const lines = bytes.toString("latin1").split("\n");
  const [line = ""] = lines.splice(random.below(lines.length), 1);
  if (random.below(3) > 0) lines.splice(random.below(lines.length + 1), 0, line);
  return Buffer.from(lines.join("\n"), "latin1");
}

/** @param {Means} means */
function token({ random, tokens }) {
  return random.pick(tokens.length > 0 && random.below(3) > 0 ? tokens : random.pick([HOSTILE, NUMBERS]));
}

/** @type {Mutation} */
function insertToken(bytes, means) {
  const at = means.random.below(bytes.length + 1);
  return put(bytes, at, at, token(means));
}

/** @type {Mutation} */
function replaceWord(bytes, means) {
  const found = matchAt(bytes, /[\w.-]+/g, means.random);
  return found === undefined ? insertToken(bytes, means) : put(bytes, found.from, found.to, token(means));
}

/** @type {Mutation} */
function replaceNumber(bytes, { random }) {
  const found = matchAt(bytes, /\d+/g, random);
  return found === undefined ? bytes : put(bytes, found.from, found.to, random.pick(NUMBERS));
}

/**
 * One of the matches.
 * @param {Buffer} bytes
 * @param {RegExp} pattern
 * @param {Random} random
 */
function matchAt(bytes, pattern, random) {
  const matches = [...bytes.toString("latin1").matchAll(pattern)];
  if (matches.length === 0) return undefined;
  const match = random.pick(matches);
  return { from: match.index, to: match.index + match[0].length };
}

/** A part of another input. @type {Mutation} */
function splice(bytes, { random, other }) {
  const { from, to } = span(other, random);
  const at = random.below(bytes.length + 1);
  return put(bytes, at, random.pick([at, Math.min(bytes.length, at + to - from)]), other.subarray(from, to));
}

/** The beginning of one and the end of another. @type {Mutation} */
function cross(bytes, { random, other }) {
  return Buffer.concat([
    bytes.subarray(0, random.below(bytes.length + 1)),
    other.subarray(random.below(other.length + 1)),
  ]);
}

/** Deeper and deeper. @type {Mutation} */
function nest(bytes, { random, bytesMax }) {
  const bracket = random.pick(BRACKETS);
  const at = random.below(bytes.length + 1);
  const times = random.pick([1, 2, 65, Math.floor(bytesMax / bracket.length)]);
  return put(bytes, at, at, Buffer.concat(Array.from({ length: times }, () => bracket)));
}
