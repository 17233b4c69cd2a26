import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { changesOf } from "../../../dist/src/core/diff/changes.js";
import { compareRulesets, isAllSame } from "../../../dist/src/core/diff/compare.js";
import { hunksOf, hunkText } from "../../../dist/src/core/diff/unified.js";
import { lintRuleset } from "../../../dist/src/core/lint/lint.js";
import { DocumentReader } from "../../../dist/src/core/nft/document-reader.js";
import { decodeRuleset, encodeRuleset } from "../../../dist/src/core/nft/ruleset.js";
import { rulesetText } from "../../../dist/src/core/nft/text/ruleset.js";
import { fixtures } from "../targets.js";

/**
 * Listings of nft's: what is parsed late is what JSON.parse makes of it, a ruleset does not differ from itself, and what is
 * written is read as the same again.
 */
export const target = {
  tokens: [
    ...[
      '{"nftables":[',
      "]}",
      '{"rule":',
      '{"add":',
      '{"table":',
      '{"chain":',
      '"expr":',
      '"handle":',
      '"comment":',
      "null",
    ],
    ...[
      '{"set":',
      '{"map":',
      '{"element":',
      '{"limit":',
      '{"flush":',
      '{"ruleset":',
      '{"delete":',
      '{"insert":',
      '{"replace":',
    ],
    ...['{"match":', '{"log":', '"op":"=="', '{"payload":', '{"prefix":', '{"range":', '{"concat":', '"family":"inet"'],
  ],
  seeds: () => fixtures("rulesets", /^(?!.*1\.1\.7).*\.json$/).filter((file) => file.length < 6000),
  run(/** @type {Buffer} */ bytes) {
    const text = bytes.toString("utf8");
    const items = readTwice(text);
    const plain = outcome(() => decodeRuleset(parsed(text), "f"));
    if (items !== undefined)
      assert.deepEqual(
        outcome(() => decodeRuleset({ nftables: items }, "f")),
        plain,
      );
    if ("fault" in plain) throw plain.fault;
    lookAt(plain.value);
  },
};

/** @param {any} ruleset */
function lookAt(ruleset) {
  const tables = compareRulesets(ruleset, ruleset);
  assert.ok(isAllSame(tables), "it differs from itself");
  assert.deepEqual(changesOf({ settings: [], tables }), []);
  const again = decodeRuleset(JSON.parse(JSON.stringify(encodeRuleset(ruleset))), "f");
  assert.deepEqual(itemsOf(again), itemsOf(ruleset));
  for (const [a, b] of [
    [ruleset, OTHER],
    [OTHER, ruleset],
  ])
    hunksOf(compareRulesets(a, b)).map(hunkText);
  lintRuleset(ruleset, () => "f");
  assert.equal(typeof rulesetText(encodeRuleset(ruleset).nftables), "string");
}

/** Chains that nobody declares stand where they are first named, so that their rules may move behind those of others. @param {any} ruleset */
function itemsOf(ruleset) {
  return encodeRuleset(ruleset)
    .nftables.map((item) => JSON.stringify(item))
    .sort();
}

/** The document as it is read late, the second time by what was learnt at the first. @param {string} text */
function readTwice(text) {
  const reader = new DocumentReader();
  const first = reader.read(text);
  const second = reader.read(text);
  assert.equal(second === undefined, first === undefined);
  return second;
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw Object.assign(new Error("it is no JSON"), { name: "HostError", cause });
  }
}

/** @template T @param {() => T} act @returns {{ readonly value: T } | { readonly fault: Error }} */
function outcome(act) {
  try {
    return { value: act() };
  } catch (error) {
    if (/** @type {Error} */ (error).name !== "Fault") throw error;
    return { fault: /** @type {Error} */ (error) };
  }
}

const OTHER = decodeRuleset(
  JSON.parse(readFileSync(new URL("../../../fixtures/rulesets/chains/inet.json", import.meta.url), "utf8")),
  "f",
);
