import assert from "node:assert/strict";
import { FlowEvent } from "../../../dist/src/core/event/event.js";
import { ByteWriter } from "../../../dist/src/core/event/fast/byte-writer.js";
import { FlowEvents } from "../../../dist/src/core/event/fast/flow-events.js";
import { FlowWriter } from "../../../dist/src/core/event/fast/flow-writer.js";
import { flowEventOf } from "../../../dist/src/core/event/from-conntrack.js";
import { jsonLine } from "../../../dist/src/core/event/pipeline.js";
import { ConntrackMessage } from "../../../dist/src/core/netlink/conntrack-message.js";
import { messagesIn } from "../../../dist/src/core/netlink/message.js";
import { fixtures } from "../targets.js";

const PLACE = { host: "r\u001b\u202e", netns: "blue" };
const AROUND = {
  change: /** @type {const} */ ("update"),
  isResync: false,
  beganUs: 1_700_000_000_000_000,
  moment: { seconds: 1_796_000_000, nanoseconds: 5 },
};

/** Datagrams of conntrack: the line that is written straight is the event's, and the schema knows it. */
export const target = {
  seeds: () => fixtures("wire", /conntrack-.*\.hex$/).flatMap(messages),
  run(/** @type {Buffer} */ bytes) {
    const message = new ConntrackMessage();
    let at = 0;
    for (const { bytes: one } of messagesIn(bytes)) {
      at = bytes.indexOf(one, at);
      if (message.read(bytes, at, at + one.length)) check(message);
    }
  },
};

/** @param {ConntrackMessage} message */
function check(message) {
  const event = flowEventOf(message, { ...PLACE, ...AROUND });
  assert.deepEqual(FlowEvent.parse(JSON.parse(jsonLine(event, "default"))), event);
  assert.deepEqual(new FlowEvents(PLACE).eventOf(message, AROUND), event);
  if (message.hasMore) return;
  const out = new ByteWriter(64 * 1024);
  new FlowWriter(out, PLACE).write(message, AROUND.change, AROUND.isResync, AROUND.beganUs, AROUND.moment);
  assert.equal(out.bytes.toString("utf8", 0, out.at), `${jsonLine(event, "default")}\n`);
}

/** Every seventh: they are many and much alike. @param {Buffer} file */
function messages(file) {
  const lines = file.toString("latin1").split("\n");
  return lines.filter((line, at) => /^[0-9a-f]+$/.test(line) && at % 7 === 0).map((line) => Buffer.from(line, "hex"));
}
