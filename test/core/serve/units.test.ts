import { expect, test } from "vitest";
import { parseAge, parseSize } from "../../../src/core/serve/units.ts";

test.each([
  ["1KiB", 1024],
  ["64MiB", 67_108_864],
  ["2GiB", 2_147_483_648],
  ["0MiB", undefined],
  ["64MB", undefined],
  ["1.5GiB", undefined],
  ["", undefined],
])("the size %s", (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each([
  ["90s", 90],
  ["12h", 43_200],
  ["30d", 2_592_000],
  ["2w", 1_209_600],
  ["30", undefined],
  ["-1d", undefined],
])("the age %s", (text, seconds) => {
  expect(parseAge(text)).toBe(seconds);
});
