import assert from "node:assert/strict";
import { parseWhere } from "../../../dist/src/core/event/where.js";
import { fixtures } from "../targets.js";

/** Filters of events (--where): whatever can be read can be asked of each event, and says yes or no. */
export const target = {
  tokens: [
    ..."= != ~ !~ < <= > >= in not and or has ( ) { } , && || ! \" ' \\ * ? 10.0.0.0/8 ::/0 2001:db8::-2001:db8::1".split(
      " ",
    ),
  ],
  run(/** @type {Buffer} */ bytes) {
    const text = bytes.toString("utf8");
    const isWanted = parseWhere(text);
    const isWantedToo = parseWhere(` ${text}\n`);
    for (const event of EVENTS) {
      const answer = isWanted(event);
      assert.equal(typeof answer, "boolean");
      assert.equal(isWantedToo(event), answer, "blanks around a filter change its answer");
    }
  },
};

const EVENTS = [
  ...fixtures("packets", /nflog\.json\.ndjson$/),
  ...fixtures("wire", /conntrack-events\.ndjson$/),
].flatMap((file) =>
  file
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
    .slice(0, 12)
    .map((line) => JSON.parse(line)),
);
