import { expect, test } from "vitest";
import { byteRateText, rateText } from "../../src/cli/rate-text.ts";

test.each<[number | null, string, string]>([
  [null, "?", "?"],
  [0, "0", "0"],
  [1, "1/s", "1 B/s"],
  [12.345, "12.3/s", "12.3 B/s"],
  [123_456.7, "123457/s", "121 kB/s"],
  [5 / 60, "5/min", "5 B/min"],
  [1 / 3600, "1/h", "1 B/h"],
  [3 / 86_400, "3/day", "3 B/day"],
  [1 / 604_800, "0.143/day", "0.143 B/day"],
  [1024 ** 5, "1125899906842624/s", "1024 TB/s"],
])("%j per second", (perSecond, rate, bytes) => {
  expect([rateText(perSecond), byteRateText(perSecond)]).toEqual([rate, bytes]);
});
