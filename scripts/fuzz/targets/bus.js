import assert from "node:assert/strict";
import { parseRequest } from "../../../dist/src/core/bus/request.js";
import { tell, wantedOf } from "../../../dist/src/core/bus/tell.js";
import { countOf, cutBatch } from "../../../dist/src/core/event/batch.js";
import { fixtures } from "../targets.js";

/** What a client of the bus sends first: a fault, or a subscription by which each event is told or not. */
export const target = {
  tokens: [
    '{"subscribe":["nft:*"]}',
    '"after":',
    '"when-slow":"block"',
    '{"topic":"subscribe:nft"}',
    "nft:",
    "ct:new:tcp",
    "*",
    "?",
    "**",
    '"__proto__":{}',
  ],
  run(/** @type {Buffer} */ bytes) {
    const subscription = parseRequest(bytes.toString("utf8"));
    const wanted = wantedOf(subscription, BATCH);
    const { events, next, bytes: told } = tell(subscription, wanted, BATCH, 0, { bytesMax: 1 << 20, eventsMax: 100 });
    assert.ok(next <= countOf(BATCH));
    if (subscription.form === "json") assert.equal(told.toString("latin1").split("\n").length - 1, events);
    assert.equal(typeof subscription.matches(`nft:${"a".repeat(5000)}`), "boolean");
  },
};

const LINES = fixtures("packets", /nflog\.json\.ndjson$/).flatMap((file) =>
  file.toString("utf8").split("\n").slice(0, 20),
);
const BATCH = cutBatch(Buffer.from(`${LINES.filter((line) => line !== "").join("\n")}\n`), 1_790_000_000_000_000);
