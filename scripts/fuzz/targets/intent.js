import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { compareRulesets, isAllSame } from "../../../dist/src/core/diff/compare.js";
import { encodeDocument, rulesetOf } from "../../../dist/src/core/intent/document.js";
import { documentText } from "../../../dist/src/core/intent/document-text.js";
import { parseIntent } from "../../../dist/src/core/intent/intent.js";
import { lowerIntent } from "../../../dist/src/core/intent/lower.js";
import { lintIntent } from "../../../dist/src/core/lint/intent-checks.js";
import { Fault } from "../../../dist/src/core/model/fault.js";
import { decodeRuleset } from "../../../dist/src/core/nft/ruleset.js";
import { serveSettingsOf } from "../../../dist/src/core/serve/settings.js";
import { parseTemplate, renderTemplate } from "../../../dist/src/core/template/template.js";
import { fixtures } from "../targets.js";

/** Intents: a fault with its place, or rules that are rendered the same each time and that we can read ourselves. */
export const target = {
  tokens: [
    ...[
      "version: 1\n",
      "rules:\n",
      "- name: x\n",
      "  hook: input\n",
      "  match: {",
      "  log: {",
      "default-log:",
      "table:",
      "sets:",
    ],
    ...[
      "use: dns",
      "with: {",
      "into: inet filter input",
      "at: end",
      "before: drop",
      "limit: 5/minute",
      "burst 10",
      "!!",
      "!",
      "&a",
      "*a",
    ],
    ...[
      "serve:",
      "capture:",
      "archive:",
      "accept:",
      "expr:",
      "nft:",
      "? ",
      ": ",
      "---\n",
      "...\n",
      "%YAML",
      "<<: ",
      "|\n",
      ">-\n",
      "#",
    ],
  ],
  seeds: () => fixtures("intent", /\.yaml$/),
  async run(/** @type {Buffer} */ bytes) {
    const text = bytes.toString("utf8");
    const [first, again] = [await rendered(text), await rendered(text)];
    assert.deepEqual(again, first, "it is rendered otherwise the second time");
    const ruleset = decodeRuleset(JSON.parse(first.json), "f");
    assert.ok(isAllSame(compareRulesets(ruleset, ruleset)));
  },
};

const DIRECTORY = new URL("../../../templates/", import.meta.url);
const TEMPLATES = new Map(
  readdirSync(DIRECTORY)
    .filter((file) => file.endsWith(".hbs"))
    .map((file) => [
      file.replace(".yaml.hbs", ""),
      parseTemplate(readFileSync(new URL(file, DIRECTORY), "utf8"), file, file),
    ]),
);

/** @param {string} text */
async function rendered(text) {
  const intent = await parseIntent(text, "f", ({ use, with: given }, where) => {
    const template = TEMPLATES.get(use);
    if (template === undefined) throw new Fault("not-found", "there is no such template", "name another");
    return renderTemplate(template, given, where);
  });
  serveSettingsOf(intent);
  const lowered = lowerIntent(intent);
  const document = encodeDocument(lowered, undefined);
  const findings = lintIntent(intent, lowered, rulesetOf(lowered), "f");
  return { json: JSON.stringify(document), text: documentText(document), findings: findings.length };
}
