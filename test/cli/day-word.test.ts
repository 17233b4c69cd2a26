import { expect, test } from "vitest";
import { parseDay } from "../../src/cli/day-word.ts";

const NEW_YEAR = new Date(2026, 0, 1, 0, 30);

test.each([
  ["today", "2026-01-01"],
  ["yesterday", "2025-12-31"],
  ["2024-02-29", "2024-02-29"],
])("%s is %s", (text, day) => {
  expect(parseDay(text, NEW_YEAR)).toBe(day);
});

test.each(["2025-02-29", "2025-13-01", "0000-01-01", "31.8.2025", "25-01-01", "tomorrow", "", "2025-01-01 10:00"])(
  "%j is no day",
  (text) => {
    expect(() => parseDay(text, NEW_YEAR)).toThrow(`"${text}" is no day`);
  },
);
