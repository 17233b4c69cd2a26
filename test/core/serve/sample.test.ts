import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as z from "zod";
import { parseYaml } from "../../../src/core/intent/positions.ts";
import { SERVE_SAMPLE } from "../../../src/core/serve/sample.ts";
import { ServeDocument } from "../../../src/core/serve/schema.ts";

const uncommented = SERVE_SAMPLE.split("\n")
  .slice(1)
  .map((line) => line.replace(/^# /, ""))
  .join("\n");
const sample = (parseYaml(uncommented, "sample").value as { serve: Record<string, unknown> }).serve;

test("it can be uncommented as it stands", () => {
  expect(ServeDocument.parse(sample)).toMatchObject({ groups: [0, 1], bus: { group: "adm" } });
});

test("it shows every key", () => {
  const keys = (schema: object): string[] =>
    "properties" in schema
      ? Object.entries(schema.properties as Record<string, object>).flatMap(([key, inner]) => [key, ...keys(inner)])
      : "items" in schema
        ? keys(schema.items as object)
        : [];
  for (const key of keys(z.toJSONSchema(ServeDocument, { io: "input" })))
    expect(uncommented).toMatch(new RegExp(`\\b${key}:`));
});

test("but for the group and what has to be chosen, it shows what holds without it", () => {
  const { groups: _, store: _store, metrics: _metrics, flows, bus, ...rest } = ServeDocument.parse(sample);
  const { group: _group, ...place } = bus;
  expect({ ...rest, bus: place }).toEqual(ServeDocument.parse({}));
  expect(flows).toEqual(ServeDocument.parse({ flows: {} }).flows);
});

test("README shows it, but for blanks before its comments", () => {
  const plain = (text: string): string => text.replace(/ +#/g, " #");
  const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
  expect(plain(readme)).toContain(plain(`\`\`\`yaml\n${uncommented}\`\`\`\n`));
});
