import { expect, test } from "vitest";
import { parseRfc3339 } from "../../../src/core/event/rfc3339.ts";
import { momentText, nanosecondsIn, secondsIn } from "../../../src/core/event/time-text.ts";

test.each([
  ["2026-11-21T11:37:36Z", "2026-11-21T11:37:36.000000000Z"],
  ["2026-11-21T11:37:36.5+01:00", "2026-11-21T10:37:36.500000000Z"],
  ["2026-11-21T11:37:36.418900-0130", "2026-11-21T13:07:36.418900000Z"],
  ["2026-11-21 11:37:36.1234567891", "2026-11-21T11:37:36.123456789Z"],
  ["2026-02-31T11:37:36Z", undefined],
  ["2026-11-21T25:37:36Z", undefined],
  ["0000-01-01T00:00:00+23:59", undefined],
  ["2026-11-21", undefined],
  ["", undefined],
])("%j is %j", (text, expected) => {
  expect(parseRfc3339(text, "Z")).toBe(expected);
});

test("seconds since 1970", () => {
  expect(secondsIn("2026-11-21T11:37:36.418900000Z")).toBe(1_795_261_056);
  expect(secondsIn("2026-99-21T11:37:36.418900000Z")).toBe(0);
  expect(nanosecondsIn("2026-11-21T11:37:36.418900123Z")).toBe(418_900_123);
  expect(secondsIn("2107-01-01T00:00:00.000000000Z")).toBe(0);
  expect(momentText({ seconds: 1_795_261_056, nanoseconds: 4_189_000 })).toBe("2026-11-21T11:37:36.004189000Z");
});
