import { describe, expect, test } from "vitest";
import { parseMoment } from "../../src/cli/query-time.ts";

const NOW = new Date(2026, 10, 29, 15, 4, 5, 678);
const at = (text: string): Date => new Date(`${parseMoment("since", text, NOW).slice(0, 23)}Z`);

describe("a moment", () => {
  test.each([
    ["now", NOW],
    ["90s", new Date(NOW.getTime() - 90_000)],
    ["1h", new Date(NOW.getTime() - 3_600_000)],
    ["30m ago", new Date(NOW.getTime() - 1_800_000)],
    ["2d", new Date(NOW.getTime() - 172_800_000)],
    ["1w ago", new Date(NOW.getTime() - 604_800_000)],
    ["today", new Date(2026, 10, 29)],
    ["yesterday", new Date(2026, 10, 28)],
    ["10:32", new Date(2026, 10, 29, 10, 32)],
    ["10:32:07", new Date(2026, 10, 29, 10, 32, 7)],
    ["2026-11-28", new Date(2026, 10, 28)],
    ["2026-11-28 10:32", new Date(2026, 10, 28, 10, 32)],
    ["2026-11-28T10:32:01", new Date(2026, 10, 28, 10, 32, 1)],
    ["10:32:07.089", new Date(2026, 10, 29, 10, 32, 7, 89)],
    ["2026-11-28 10:32:07.5", new Date(2026, 10, 28, 10, 32, 7, 500)],
    ["2026-11-28 10:32:07.089Z", new Date("2026-11-28T10:32:07.089Z")],
    ["2026-11-28 10:32Z", new Date("2026-11-28T10:32:00Z")],
    ["2026-11-28 10:32:01+0200", new Date("2026-11-28T08:32:01Z")],
    ["2026-11-28T10:32:01+02:00", new Date("2026-11-28T08:32:01Z")],
  ])("%s", (text, date) => {
    expect(at(text)).toEqual(date);
  });

  test("keeps the nanoseconds that it is given", () => {
    expect(parseMoment("since", "2026-11-28T10:32:01.123456789Z", NOW)).toBe("2026-11-28T10:32:01.123456789Z");
  });
});

test("a time of UTC is the one within the day that it is here", () => {
  const [begin, end] = [new Date(2026, 10, 29), new Date(2026, 10, 30)];
  for (const time of ["00:00:00Z", "07:15:22.123456789Z", "12:00Z", "23:59:59z"]) {
    const moment = parseMoment("at", time, NOW);
    expect(moment.slice(11, 16)).toBe(time.slice(0, 5));
    expect(Date.parse(moment)).toBeGreaterThanOrEqual(begin.getTime());
    expect(Date.parse(moment)).toBeLessThan(end.getTime());
  }
  expect(parseMoment("at", "07:15:22.123456789Z", NOW)).toContain(":22.123456789Z");
});

test.each([
  "",
  "soon",
  "10:15:",
  "10:15.5",
  "10:15:22.",
  "24:00Z",
  "2026-02-30 10:00Z",
  "25:00",
  "10:60",
  "2026-02-30",
  "2026-13-01 10:00",
  "1y",
  "-1h",
  "999999999w",
])("no moment: %j", (text) => {
  expect(() => parseMoment("until", text, NOW)).toThrow(
    expect.objectContaining({ code: "usage", message: expect.stringContaining("--until") }),
  );
});
