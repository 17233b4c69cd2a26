import { readFileSync } from "node:fs";
import { expect } from "vitest";
import * as z from "zod";
import { parseYaml } from "../../src/core/intent/positions.ts";

/** A sample of a section with its # taken away; what has two of them stays a comment, which says what could stand there instead. */
export function uncommented(sample: string): string {
  return sample
    .split("\n")
    .slice(1)
    .map((line) => line.replace(/^# /, ""))
    .join("\n");
}

/** The section of this name in a sample. */
export function sectionIn(sample: string, key: string): Record<string, unknown> {
  const { value } = parseYaml(uncommented(sample), "sample");
  return (value as Record<string, Record<string, unknown>>)[key] ?? {};
}

/** The names of all keys that a schema knows, at any depth. */
export function keysOf(schema: z.ZodType): string[] {
  return keysIn(z.toJSONSchema(schema, { io: "input" }));
}

function keysIn(schema: object): string[] {
  const {
    properties = {},
    items,
    anyOf = [],
    additionalProperties,
  } = schema as {
    properties?: Record<string, object>;
    items?: object;
    anyOf?: object[];
    additionalProperties?: object | boolean;
  };
  const own = Object.entries(properties).flatMap(([key, inner]) => [key, ...keysIn(inner)]);
  const inner = [...anyOf, items, additionalProperties].filter((one) => typeof one === "object");
  return [...own, ...inner.flatMap(keysIn)];
}

/** A page of docs shows it, but for blanks before its comments. */
export function expectInDocs(page: string, sample: string): void {
  const plain = (text: string): string => text.replace(/ +#/g, " #");
  const text = readFileSync(new URL(`../../docs/${page}.md`, import.meta.url), "utf8");
  expect(plain(text)).toContain(plain(`\`\`\`yaml\n${uncommented(sample)}\`\`\`\n`));
}
