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
    ["2026-11-28T10:32:01+02:00", new Date("2026-11-28T08:32:01Z")],
  ])("%s", (text, date) => {
    expect(at(text)).toEqual(date);
  });

  test("keeps the nanoseconds that it is given", () => {
    expect(parseMoment("since", "2026-11-28T10:32:01.123456789Z", NOW)).toBe("2026-11-28T10:32:01.123456789Z");
  });
});

test.each(["", "soon", "25:00", "10:60", "2026-02-30", "2026-13-01 10:00", "1y", "-1h", "999999999w"])(
  "no moment: %j",
  (text) => {
    expect(() => parseMoment("until", text, NOW)).toThrow(
      expect.objectContaining({ code: "usage", message: expect.stringContaining("--until") }),
    );
  },
);
