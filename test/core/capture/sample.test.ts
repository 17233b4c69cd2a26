import { expect, test } from "vitest";
import { CAPTURE_SAMPLE } from "../../../src/core/capture/sample.ts";
import { CaptureDocument } from "../../../src/core/capture/schema.ts";
import { expectInDocs, keysOf, sectionIn, uncommented } from "../../helpers/samples.ts";

const sample = sectionIn(CAPTURE_SAMPLE, "capture");

test("it can be uncommented as it stands", () => {
  expect(CaptureDocument.parse(sample)).toMatchObject({ groups: [5], ring: { files: 48 } });
});

test("so can what it shows instead of groups", () => {
  const { groups: _, ...rest } = sample;
  expect(CaptureDocument.parse({ ...rest, interface: "any", filter: "not port 22" })).toMatchObject({
    interface: "any",
  });
});

test("it shows every key", () => {
  const text = uncommented(CAPTURE_SAMPLE);
  for (const key of keysOf(CaptureDocument)) expect(text).toMatch(new RegExp(`\\b${key}:`));
});

test("but for groups, the length and how much is kept, it shows what holds without it", () => {
  const { groups: _, snaplen: _snaplen, ring, ...rest } = CaptureDocument.parse(sample);
  const { files: _files, size: _size, age: _age, ...place } = ring;
  const { snaplen: _all, ...usual } = CaptureDocument.parse({});
  expect({ ...rest, ring: place }).toEqual(usual);
});

test("its page of docs shows it", () => {
  expectInDocs("captures", CAPTURE_SAMPLE);
});
