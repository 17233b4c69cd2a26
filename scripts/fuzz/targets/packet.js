import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { nftMatchOf } from "../../../dist/src/core/event/copy/nft-match.js";
import { testCaseOf } from "../../../dist/src/core/event/copy/test-case.js";
import { PacketEvent } from "../../../dist/src/core/event/event.js";
import { encodeEcs } from "../../../dist/src/core/event/formats/ecs.js";
import { encodeEve } from "../../../dist/src/core/event/formats/eve.js";
import { encodeIptables } from "../../../dist/src/core/event/formats/iptables.js";
import { encodeSpr } from "../../../dist/src/core/event/formats/spr.js";
import { encodeText, PLAIN } from "../../../dist/src/core/event/formats/text.js";
import { encodeUlogd } from "../../../dist/src/core/event/formats/ulogd.js";
import { createNames } from "../../../dist/src/core/event/names.js";
import { endsOfEvent, tuplesOf } from "../../../dist/src/core/event/trail/tuple.js";
import { decodePacket, madeWhole } from "../../../dist/src/core/packet/captured.js";
import { communityId } from "../../../dist/src/core/packet/community-id.js";
import { decodeDhcp } from "../../../dist/src/core/packet/dhcp.js";
import { decodeDns } from "../../../dist/src/core/packet/dns.js";
import { decodeFrame } from "../../../dist/src/core/packet/frame.js";
import { createCaptureReader } from "../../../dist/src/core/pcap/read.js";
import { fixtures } from "../targets.js";
import { shown } from "../unseen.js";

const LINK_TYPES = [1, 12, 14, 101, 113, 228, 229, 276, 239, 0];
const HEAD = /** @type {const} */ ({
  schema: 1,
  kind: "packet",
  ts: "2026-11-21T11:37:36.418900123Z",
  ts_source: "capture",
  source: "capture",
  prefix: "x",
  topic: "nft:x",
});

/** Frames, behind a byte that says of what link: what is decoded fits the schema, and each format has words for it. */
export const target = {
  seeds: () =>
    fixtures("wire", /\.pcap$/).flatMap((file) =>
      createCaptureReader()
        .push(file)
        .map(({ bytes, linkType }) => Buffer.concat([Buffer.from([Math.max(0, LINK_TYPES.indexOf(linkType))]), bytes])),
    ),
  run(/** @type {Buffer} */ bytes) {
    const frame = bytes.subarray(1);
    const { layers, networkAt } = decodeFrame(frame, LINK_TYPES[(bytes[0] ?? 0) % LINK_TYPES.length] ?? 1);
    assert.ok(networkAt <= frame.length);
    const event = PacketEvent.parse({ ...HEAD, ...layers });
    assert.equal(JSON.stringify(event), JSON.stringify({ ...HEAD, ...layers }), "its keys stand in another order");
    tell(event, frame.subarray(networkAt));
    decodeDns(frame, false);
    decodeDns(frame, true);
    decodeDhcp(frame);
    if (decodePacket(frame) !== undefined) madeWhole(frame);
  },
};

/** @param {PacketEvent} event @param {Buffer} bytes */
function tell(event, bytes) {
  for (const encode of [encodeSpr, encodeUlogd, encodeEve, encodeEcs]) JSON.parse(encode(event, bytes));
  for (const line of [encodeText(event, PLAIN), encodeIptables(event, bytes)]) assert.doesNotMatch(line, /\n/);
  for (const line of [encodeText(event, PLAIN), nftMatchOf(event) ?? ""]) shown(line);
  testCaseOf(event, bytes);
  communityId(event, (input) => createHash("sha1").update(input).digest());
  tuplesOf(event);
  endsOfEvent(event);
  const names = createNames(10);
  names.learn(event, 1);
  names.apply(event, 1);
}
