import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { captureIn, createBudget, createSieve, dayFileIn } from "../../../dist/src/core/archive/sieve.js";
import { gunzip } from "../../../dist/src/host/archive/gunzip.js";
import { readTar } from "../../../dist/src/host/archive/read-tar.js";
import { shown } from "../unseen.js";

const LIMITS = { members: 20, memberBytes: 1 << 20, bytes: 1 << 20, ratio: 250 };
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * Archives of strangers, gzip or a tar by itself: whatever stands in it, what is taken is a file whose name leads nowhere
 * else, once, and no more of it than the limits let through.
 */
export const target = {
  bytesMax: 16 * 1024,
  tokens: [
    "netpcap/",
    "../",
    "/etc/passwd",
    "./",
    "pcap-20251130000000.pcapng",
    "ustar\0" + "00",
    "0000644\0",
    "path=",
    "size=",
    "17 path=../../x\n",
    "\x1f\x8b\x08",
  ],
  seeds: () => [
    tar("netpcap/a.pcap", "0", "hello"),
    gzipSync(tar("netpcap/a.pcap", "0", "hello")),
    tar("../x", "2", ""),
    tar("x", "x", "17 path=netpcap/b\n"),
  ],
  async run(/** @type {Buffer} */ bytes) {
    for (const nameOf of [captureIn, dayFileIn("2025-11-30")]) await unpack(once(bytes), nameOf);
    await unpack(once(withSums(bytes)), captureIn);
    await unpack(gunzip(once(bytes)), captureIn);
  },
};

/** @param {AsyncIterable<Buffer>} chunks @param {any} nameOf */
async function unpack(chunks, nameOf) {
  const judge = createSieve(nameOf, LIMITS);
  const taken = new Set();
  try {
    for await (const member of readTar(within(chunks))) {
      const verdict = judge(member);
      if ("take" in verdict) await take(member, verdict.take, taken);
      else if ("leave" in verdict) shown(verdict.leave);
    }
  } catch (error) {
    if (/** @type {Error} */ (error).name !== "BrokenArchive") throw error;
  }
}

/** @param {any} member @param {string} name @param {Set<unknown>} taken */
async function take(member, name, taken) {
  assert.match(name, NAME);
  assert.ok(!taken.has(name) && taken.size < LIMITS.members);
  assert.equal(member.kind, "file");
  taken.add(name);
  let size = 0;
  for await (const chunk of member.body) size += chunk.length;
  assert.equal(size, member.bytes);
}

/** @param {AsyncIterable<Buffer>} chunks */
async function* within(chunks) {
  const budget = createBudget(LIMITS, 1000);
  for await (const chunk of chunks) {
    budget.spend(chunk.length);
    yield chunk;
  }
}

/** @param {Buffer} bytes */
async function* once(bytes) {
  for (let at = 0; at < bytes.length; at += 700) yield bytes.subarray(at, at + 700);
}

/** With the sum of each header made right: what was changed would be refused for that alone. @param {Buffer} bytes */
function withSums(bytes) {
  const whole = Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
  for (let at = 0; at < whole.length; at += 512) {
    const block = whole.subarray(at, at + 512);
    if (block.toString("latin1", 257, 262) === "ustar") putSum(block);
  }
  return whole;
}

/** @param {Buffer} head */
function putSum(head) {
  head.write("        ", 148);
  const sum = head.reduce((all, byte) => all + byte, 0);
  head.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
}

/**
 * A tar with one member.
 * @param {string} name
 * @param {string} type
 * @param {string} body
 */
function tar(name, type, body) {
  const head = Buffer.alloc(512);
  head.write(name, 0);
  head.write("0000644", 100);
  head.write("0000000", 108);
  head.write("0000000", 116);
  head.write(body.length.toString(8).padStart(11, "0"), 124);
  head.write("00000000000", 136);
  head.write(type, 156);
  head.write("ustar", 257);
  head.write("00", 263);
  putSum(head);
  const padded = Buffer.alloc(Math.ceil(body.length / 512) * 512);
  padded.write(body);
  return Buffer.concat([head, padded, Buffer.alloc(1024)]);
}
