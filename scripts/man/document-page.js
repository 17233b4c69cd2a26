// Pages of what stands in files: netlogctl-intent(5), netlogctl-tests(5), netlogctl-events(5), netlogctl-templates(5).
import { seeAlsoLine } from "./command-page.js";
import { bold, entry, italic, paragraphs, prose, verbatim } from "./roff.js";

/** A document that a JSON Schema describes: each key of it by its path. */
export function schemaPage({ name, about, description, example, schema, files, pages }) {
  return {
    name,
    number: 5,
    about,
    sections: [
      ["DESCRIPTION", paragraphs(description)],
      ["EXAMPLE", [verbatim(example)]],
      ["KEYS", keysOf(schema)],
      ["FILES", files.map(([path, what]) => entry(italic(path), what))],
      ["SEE ALSO", seeAlsoLine(pages)],
    ],
  };
}

/** What stands by itself, then each key that holds others under a heading. */
function keysOf(schema) {
  const keys = Object.entries(schema.properties).map(([key, value]) => ({ key, value, below: childrenOf(value, key) }));
  return [
    ...keys.filter(({ below }) => below.length === 0).map(({ key, value }) => keyEntry(key, value)),
    ...keys
      .filter(({ below }) => below.length > 0)
      .flatMap(({ key, value, below }) => [`.SS ${bold(key)}`, prose(aboutKey(value)), ...below]),
  ];
}

/** A key that stands in several forms is told once. */
function childrenOf(value, path) {
  const found = new Map();
  collect(value, path, found);
  return [...found].map(([key, child]) => keyEntry(key, child));
}

function collect(value, path, found) {
  for (const [key, child] of Object.entries(value.properties ?? {})) {
    const at = `${path}.${key}`;
    if (!found.has(at)) found.set(at, child);
    collect(child, at, found);
  }
  if (value.items !== undefined) collect(value.items, path, found);
  if (typeof value.additionalProperties === "object") collect(value.additionalProperties, `${path}.NAME`, found);
  for (const form of value.anyOf ?? value.oneOf ?? []) collect(form, path, found);
}

function keyEntry(path, value) {
  return entry(`${bold(path)}${typeText(value)}`, aboutKey(value));
}

function aboutKey(value) {
  const given = value.default;
  const isTold =
    given !== undefined && given !== "" && JSON.stringify(given) !== "{}" && JSON.stringify(given) !== "[]";
  const words = optionsOf(value);
  const choice = words.length === 0 || words.length > 20 ? "" : `one of ${words.join(", ")}`;
  const unless = isTold ? `unless said: ${typeof given === "string" ? given : JSON.stringify(given)}` : "";
  return [value.description ?? "", choice, unless].filter(Boolean).join("; ");
}

function optionsOf({ enum: words, items, anyOf = [] }) {
  return words ?? items?.enum ?? anyOf.flatMap((form) => form.enum ?? []);
}

const WORDS = { string: "text", integer: "number", boolean: "true or false", array: "list", object: "" };

function typeText({ type, minimum, maximum, const: only }) {
  if (only !== undefined) return ` (${only})`;
  if (type === "integer" && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER)
    return ` (${minimum} to ${maximum})`;
  const word = WORDS[type] ?? "";
  return word === "" ? "" : ` (${word})`;
}

/** The fields of events. */
export function eventsPage(fields, { description, filter, pages }) {
  return {
    name: "netlogctl-events",
    number: 5,
    about: "the events that netlogctl tells, field by field, and filters of them",
    sections: [
      ["DESCRIPTION", paragraphs(description)],
      ["FIELDS", fields.map(fieldEntry)],
      ["FILTERS", paragraphs(filter)],
      ["SEE ALSO", seeAlsoLine(pages)],
    ],
  };
}

function fieldEntry({ name, type, aliases, about }) {
  const isChoice = type.includes(" | ");
  const also = aliases.length === 0 ? "" : `in a filter also ${aliases.join(", ")}`;
  const choice = isChoice ? `one of ${type.split(" | ").join(", ")}` : "";
  return entry(`${bold(name)}${isChoice ? "" : ` (${type})`}`, [about, choice, also].filter(Boolean).join("; "));
}

/** The templates that come with it. */
export function templatesPage(templates, { description, example, pages }) {
  return {
    name: "netlogctl-templates",
    number: 5,
    about: "templates of log rules",
    sections: [
      ["DESCRIPTION", paragraphs(description)],
      ["EXAMPLE", [verbatim(example)]],
      ["TEMPLATES", templates.flatMap(templateLines)],
      [
        "FILES",
        [
          entry(
            italic("/etc/netlogctl/templates/NAME.yaml.hbs"),
            "Templates of one's own, which go over those that come with it.",
          ),
        ],
      ],
      ["SEE ALSO", seeAlsoLine(pages)],
    ],
  };
}

function templateLines({ name, purpose, parameters, example }) {
  return [
    `.SS ${bold(name)}`,
    prose(purpose),
    ...Object.entries(parameters).map(([word, { type, about, default: given }]) =>
      entry(
        `${bold(word)} (${type})`,
        given === undefined ? `${about}; needed.` : `${about}; unless said: ${JSON.stringify(given)}.`,
      ),
    ),
    `.PP\n${prose("An example:")}`,
    verbatim(`- ${example}`),
  ];
}
