import assert from "node:assert/strict";
import { UNSEEN } from "../../dist/src/core/model/unseen.js";

const SEEN_AS_IS = new RegExp(`[${UNSEEN}]`, "u");

/** Sees to it that a line that is shown holds nothing that a terminal acts upon. @param {string} line */
export function shown(line) {
  const at = line.search(SEEN_AS_IS);
  assert.equal(
    at,
    -1,
    `there is U+${line.codePointAt(at)?.toString(16)} in what is shown: ${JSON.stringify(line.slice(Math.max(0, at - 20), at + 20))}`,
  );
}
