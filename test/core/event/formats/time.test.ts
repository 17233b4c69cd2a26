import { expect, test } from "vitest";
import { secondsOf, timeOfSeconds, timeOfText } from "../../../../src/core/event/formats/time.ts";

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
])("timeOfText: %j is %j", (text, expected) => {
  expect(timeOfText(text)).toBe(expected);
});

test("seconds since 1970", () => {
  expect(secondsOf("2026-11-21T11:37:36.418900000Z")).toBe(1_795_261_056);
  expect(secondsOf("2026-99-21T11:37:36.418900000Z")).toBe(0);
  expect(timeOfSeconds(1_795_261_056, 4189)).toBe("2026-11-21T11:37:36.004189000Z");
});
