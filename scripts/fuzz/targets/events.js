import assert from "node:assert/strict";
import { NetlogEvent } from "../../../dist/src/core/event/event.js";
import { PLAIN } from "../../../dist/src/core/event/formats/text.js";
import { openTelling } from "../../../dist/src/core/event/open-telling.js";
import { createEventReader } from "../../../dist/src/core/event/read-events.js";
import { createEventWriter } from "../../../dist/src/core/event/write-events.js";
import { FLOW_FORMATS, FORMATS } from "../../../dist/src/core/model/packet-stream.js";
import { fixtures } from "../targets.js";
import { shown } from "../unseen.js";

/**
 * Lines of events in any format (`packets convert`): what is read, in whatever pieces it comes, is an event by the schema and
 * is written in each format on one line.
 */
export const target = {
  bytesMax: 8192,
  tokens: [
    ...[
      '{"schema":1,"kind":"packet","ts":"2026-11-21T11:37:36.418900123Z"',
      '"kind":"flow"',
      '"kind":"loss"',
      '"__proto__":{"x":1}',
      '"constructor":',
    ],
    ...[
      "[UFW BLOCK] ",
      "IN=eth0 OUT= ",
      "SRC=1.2.3.4 DST=5.6.7.8 ",
      "LEN=60 ",
      "PROTO=TCP ",
      "SPT=1 ",
      "OPT (0204) ",
      "MAC=",
      "[",
      "]",
    ],
    ...[
      "Nov 21 11:37:36 ",
      "kernel: ",
      "[12.000001] ",
      "6,1,2,-;",
      "__REALTIME_TIMESTAMP=",
      "MESSAGE\n",
      "_TRANSPORT=kernel\n",
      "<6>",
    ],
  ],
  seeds: () => [
    ...fixtures("packets", /nflog\.(?!pcap)/).flatMap((file) => firstLines(file, 3)),
    ...fixtures("events", /\.ndjson$/).flatMap((file) => firstLines(file, 2)),
    ...fixtures("wire", /conntrack-events\.ndjson$/).flatMap((file) => firstLines(file, 3)),
  ],
  async run(/** @type {Buffer} */ bytes) {
    const whole = read([bytes]);
    assert.deepEqual(read([bytes.subarray(0, 9), bytes.subarray(9, 40), bytes.subarray(40)]), whole);
    const writers = await WRITERS;
    for (const event of whole) {
      NetlogEvent.parse(event.event);
      for (const [format, writer] of writers) oneLine(format, writer.encode(event));
    }
  },
};

/** @param {string} format @param {Buffer | string | undefined} written */
function oneLine(format, written) {
  if (!Buffer.isBuffer(written)) return;
  const text = written.toString("utf8");
  assert.equal(text.indexOf("\n"), text.length - 1, `${format} writes more than a line`);
  if (format === "text" || format === "json") shown(text.slice(0, -1));
}

/** @param {readonly Buffer[]} pieces */
function read(pieces) {
  const reader = createEventReader({ kernelLog: { year: 2026, bootNanoseconds: 0n } });
  return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
}

const WRITERS = Promise.all(
  [...new Set([...FORMATS, ...FLOW_FORMATS])].map(
    async (format) => /** @type {const} */ ([format, createEventWriter(format, await linesOf(format))]),
  ),
);

/** @param {any} format */
async function linesOf(format) {
  const telling = {
    ...{
      format,
      fields: /** @type {const} */ ("default"),
      payload: { encoding: /** @type {const} */ ("hex"), bytesMax: 64 },
      prefixes: [],
      where: undefined,
    },
    ...{
      hasCommunityId: true,
      hasProgram: false,
      names: { hosts: "10.0.0.1 a", leases: [] },
      isForTerminal: true,
      hasColour: false,
      countMax: undefined,
    },
  };
  return (await openTelling(/** @type {any} */ (telling), { sha1: (bytes) => bytes, style: PLAIN })).lines;
}

/** @param {Buffer} file @param {number} count */
function firstLines(file, count) {
  return file
    .toString("utf8")
    .split("\n")
    .slice(0, count)
    .map((line) => Buffer.from(`${line}\n`));
}
