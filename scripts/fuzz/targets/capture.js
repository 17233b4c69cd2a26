import assert from "node:assert/strict";
import { createScan, isOurs, sectionComment } from "../../../dist/src/core/capture/scan.js";
import { createEventReader } from "../../../dist/src/core/event/read-events.js";
import { createPcapngWriter } from "../../../dist/src/core/pcap/pcapng.js";
import { createCaptureReader, isCapture } from "../../../dist/src/core/pcap/read.js";
import { fixtures } from "../targets.js";

/** Larger ones come in larger pieces. */
const PIECES_MAX = 16 * 1024;

/** Captures, pcap and pcapng: in whatever pieces they come, the same packets are read, and no more is held than was given. */
export const target = {
  bytesMax: 8192,
  seeds: () =>
    [...fixtures("wire", /\.pcap$/), ...fixtures("packets", /\.pcap$/), ...fixtures("log-tests", /\.pcap$/)].map(
      (file) => file.subarray(0, 3000),
    ),
  run(/** @type {Buffer} */ bytes) {
    const whole = read(bytes, bytes.length);
    for (const size of bytes.length > PIECES_MAX ? [65_536] : [1, 7, 100]) assert.deepEqual(read(bytes, size), whole);
    isCapture(bytes);
    isOurs(bytes);
    sectionComment(bytes);
    scan(bytes);
    events(bytes);
  },
};

/** @param {Buffer} bytes @param {number} size */
function read(bytes, size) {
  const reader = createCaptureReader();
  const packets = pieces(bytes, size).flatMap((piece) => reader.push(piece));
  return { packets, problem: reader.end() };
}

/** @param {Buffer} bytes @param {number} size */
function pieces(bytes, size) {
  return Array.from({ length: Math.ceil(bytes.length / Math.max(1, size)) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );
}

/** @param {Buffer} bytes */
function scan(bytes) {
  const [once, cut] = [createScan(), createScan()];
  once.push(bytes);
  for (const piece of pieces(bytes, bytes.length > PIECES_MAX ? 65_536 : 13)) cut.push(piece);
  assert.ok(once.wholeBytes <= bytes.length);
  assert.equal(cut.wholeBytes, once.wholeBytes);
  const head = {
    file: "f",
    link: "x",
    from: "x",
    host: "h",
    netns: undefined,
    bytes: 0,
    ended: /** @type {const} */ ("end"),
  };
  assert.deepEqual(cut.tally.indexOf(head), once.tally.indexOf(head));
}

/** What is read is written as pcapng again, which is read. @param {Buffer} bytes */
function events(bytes) {
  const reader = createEventReader({ format: "pcap" });
  const writer = createPcapngWriter("raw");
  const parts = [writer.header];
  for (const { event, bytes: packet } of [...reader.push(bytes), ...reader.end()]) {
    if (event.kind === "packet" && packet !== undefined) parts.push(writer.encode(event, packet));
  }
  assert.equal(read(Buffer.concat(parts), 1 << 20).problem, undefined);
}
