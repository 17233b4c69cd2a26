import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { parseYaml } from "../../../dist/src/core/intent/positions.js";
import { parseTemplate, renderTemplate } from "../../../dist/src/core/template/template.js";

const DIRECTORY = new URL("../../../templates/", import.meta.url);
const TEXTS = readdirSync(DIRECTORY)
  .filter((file) => file.endsWith(".hbs"))
  .map((file) => readFileSync(new URL(file, DIRECTORY)));
const TEMPLATES = TEXTS.map((text, at) => parseTemplate(text.toString("utf8"), `t${at}`, "t"));

/**
 * Templates: their own text, which strangers may write, and the values that they are used with, as lines of a name and
 * JSON. A value never becomes a part of a template's text: what stands around it is the same whatever it is.
 */
export const target = {
  tokens: [
    ...[
      "{{!--\n",
      "\n--}}\n",
      "{{json ",
      "{{#each ",
      "{{/each}}",
      "{{#if ",
      "{{/if}}",
      "{{{",
      "}}",
      "{{> x}}",
      "{{else}}",
      "(not ",
      "(join ",
    ],
    ...[
      "this",
      "@key",
      "@index",
      "@root",
      "..",
      "constructor",
      "__proto__",
      "lookup",
      "as |a|",
      "purpose: x\n",
      "parameters:\n",
      "type: text",
    ],
    ...['"wan":["eth0"]', '"group":0', '"tag":"x"', '"chains":{"a":"inet filter input"}', "\\ue000", "\\n- name: y\\n"],
  ],
  seeds: () => TEXTS,
  run(/** @type {Buffer} */ bytes) {
    const text = bytes.toString("utf8");
    if (text.startsWith("{{")) return renderOwn(text);
    const [number = "", ...json] = text.split("\n");
    const template = TEMPLATES[Number(number) % TEMPLATES.length] ?? TEMPLATES[0];
    const given = valueIn(json.join("\n"));
    if (template === undefined || given === undefined) return undefined;
    const rendered = renderTemplate(template, given, "f");
    const other = renderTemplate(template, /** @type {any} */ (harmless(given, template)), "f");
    assert.equal(rendered.text, other.text, "a value has become a part of the text");
    return parseYaml(rendered.text, "f");
  },
};

/** @param {string} text */
function renderOwn(text) {
  const template = parseTemplate(text, "own", "own");
  const { text: rendered } = renderTemplate(template, {}, "f");
  return parseYaml(rendered, "f");
}

/** @param {string} json @returns {Record<string, unknown> | undefined} */
function valueIn(json) {
  try {
    const value = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Values of the same types and lengths that nobody would object to.
 * @param {Record<string, unknown>} given
 * @param {{ readonly parameters: Readonly<Record<string, { readonly type: string }>> }} template
 */
function harmless(given, { parameters }) {
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [key, parameters[key]?.type === "tag" ? "x" : mild(value)]),
  );
}

/** @param {unknown} value @returns {unknown} */
function mild(value) {
  if (typeof value === "string") return value === "" ? "" : "x";
  if (typeof value === "number") return value === 0 ? 0 : 1;
  if (Array.isArray(value)) return value.map(mild);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.values(value).map((inner, at) => [`k${at}`, mild(inner)]));
}
