import { expect, test } from "vitest";
import { SERVE_SAMPLE } from "../../../src/core/serve/sample.ts";
import { ServeDocument } from "../../../src/core/serve/schema.ts";
import { expectInDocs, keysOf, sectionIn, uncommented } from "../../helpers/samples.ts";

const sample = sectionIn(SERVE_SAMPLE, "serve");

test("it can be uncommented as it stands", () => {
  expect(ServeDocument.parse(sample)).toMatchObject({ groups: [0, 1], bus: { group: "adm" } });
});

test("it shows every key", () => {
  const text = uncommented(SERVE_SAMPLE);
  for (const key of keysOf(ServeDocument)) expect(text).toMatch(new RegExp(`\\b${key}:`));
});

test("but for the group and what has to be chosen, it shows what holds without it", () => {
  const { groups: _, store: _store, metrics: _metrics, flows, bus, ...rest } = ServeDocument.parse(sample);
  const { group: _group, ...place } = bus;
  expect({ ...rest, bus: place }).toEqual(ServeDocument.parse({}));
  expect(flows).toEqual(ServeDocument.parse({ flows: {} }).flows);
});

test("its page of docs shows it", () => {
  expectInDocs("log-service", SERVE_SAMPLE);
});
