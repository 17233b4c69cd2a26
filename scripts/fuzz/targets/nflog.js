import assert from "node:assert/strict";
import { NetlogEvent } from "../../../dist/src/core/event/event.js";
import { NflogWriter } from "../../../dist/src/core/event/fast/nflog-writer.js";
import { encodeText, PLAIN } from "../../../dist/src/core/event/formats/text.js";
import { jsonLine, withPayload } from "../../../dist/src/core/event/pipeline.js";
import { decodeGeneration } from "../../../dist/src/core/netlink/generation.js";
import { decodeLinkChange } from "../../../dist/src/core/netlink/link.js";
import { attributesIn, messagesIn } from "../../../dist/src/core/netlink/message.js";
import { decodeTrace } from "../../../dist/src/core/netlink/trace.js";
import { createCaptureReader } from "../../../dist/src/core/pcap/read.js";
import { fixtures } from "../targets.js";
import { shown } from "../unseen.js";

const STYLE = { encoding: /** @type {const} */ ("hex"), bytesMax: 40 };
const MOMENT = { seconds: 1_795_966_833, nanoseconds: 123_456_789 };

/** Datagrams of NFLOG messages: the line that is written at once is the one that the event makes, and the schema knows it. */
export const target = {
  seeds: () => fixtures("packets", /nflog\.pcap$/).flatMap(datagrams),
  run(/** @type {Buffer} */ bytes) {
    for (const message of messagesIn(bytes)) {
      decodeLinkChange(message);
      attributesIn(message.bytes, 20).map(({ value }) => attributesIn(value));
      if (message.bytes.length >= 20) traced(message.bytes);
    }
    decodeGeneration(bytes, 1);
    for (const told of /** @type {const} */ (["default", "compact", PLAIN])) same(bytes, told);
  },
};

/** A trace says its numbers in as many bytes as the kernel does, or is none that is read. @param {Buffer} bytes */
function traced(bytes) {
  const trace = decodeTrace(bytes);
  assert.equal(typeof trace.verdict, "string");
}

/** @param {Buffer} bytes @param {any} told */
function same(bytes, told) {
  const slow = written(bytes, undefined, told);
  assert.equal(written(bytes, told, told), slow);
  for (const line of slow.split("\n")) {
    if (told === "default" && line.startsWith("{")) NetlogEvent.parse(JSON.parse(line));
    shown(line);
  }
}

/** @param {Buffer} datagram @param {any} atOnce @param {any} told */
function written(datagram, atOnce, told) {
  /** @type {string[]} */
  const parts = [];
  const writer = new NflogWriter(
    64 * 1024,
    {
      host: "router",
      interfaceName: (index) => (index === 3 ? undefined : `eth${index}`),
      atOnce,
      payload: typeof told === "object" ? undefined : STYLE,
      linesMax: Number.POSITIVE_INFINITY,
      isWanted: () => true,
    },
    {
      flush: (bytes) => void parts.push(bytes.toString("utf8")),
      lineOf: (event, bytes) => {
        if (typeof told === "object") return `${encodeText(event, told)}\n`;
        return `${jsonLine(withPayload(event, bytes, STYLE), told)}\n`;
      },
      lossLine: (group, gap) => `[${group},${JSON.stringify(gap)}]\n`,
    },
  );
  datagram.copy(writer.input);
  writer.datagram(Math.min(datagram.length, writer.input.length), MOMENT);
  writer.flush();
  return parts.join("");
}

/** The records of a capture of LINKTYPE_NFLOG as messages: what stands there is nfgenmsg and its attributes. @param {Buffer} file */
function datagrams(file) {
  return createCaptureReader()
    .push(file)
    .map(({ bytes }) => {
      const head = Buffer.alloc(16);
      head.writeUInt32LE(16 + bytes.length, 0);
      head.writeUInt16LE(0x0400, 4);
      return Buffer.concat([head, bytes]);
    });
}
