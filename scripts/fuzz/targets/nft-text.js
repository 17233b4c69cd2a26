import assert from "node:assert/strict";
import { takeApart } from "../../../dist/src/core/default-log/in-text.js";
import { flagsIn, linesLost } from "../../../dist/src/core/nft/told-in-text.js";
import { fixtures } from "../targets.js";

/** nft's text that may hold a default log: no line or column moves, and what is marked is the text with groups put in. */
export const target = {
  tokens: [
    ...[
      "default log { ip kernel; }",
      "default log ip6 user group 3\n",
      "table inet t {",
      "chain c {",
      "log ",
      'log prefix "a" ',
      "group 5 ",
      "level warn ",
    ],
    ...[
      "type filter hook input priority 0;",
      'include "x"',
      "define x = 1",
      "$x",
      "flush ruleset",
      "jump {",
      'comment "log"',
      "\\\n",
      "# log\n",
      "@log",
      "counter",
      "}",
    ],
  ],
  seeds: () =>
    [...fixtures("rulesets", /(?:log|chains|sets)\/.*\.nft$/), ...fixtures("log-tests", /\.nft$/)].filter(
      (file) => file.length < 3000,
    ),
  run(/** @type {Buffer} */ bytes) {
    const text = bytes.toString("utf8");
    flagsIn(text);
    assert.deepEqual(linesLost(text, text), []);
    const { nft, marked, sentinel, logs } = takeApart(text, "f");
    assert.equal(nft.length, text.length);
    assert.equal(nft.split("\n").length, text.split("\n").length);
    assert.equal(marked.replaceAll(` group ${sentinel}`, ""), nft);
    assert.equal(marked.split(` group ${sentinel}`).length - 1, logs.filter(({ isBare }) => isBare).length);
    const again = takeApart(nft, "f");
    assert.equal(again.nft, nft);
    assert.deepEqual(again.defaultLog, {});
  },
};
