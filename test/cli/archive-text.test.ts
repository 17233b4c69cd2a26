import { expect, test } from "vitest";
import { placePathOf } from "../../src/cli/archive-command.ts";
import { renderList, renderPull, sizeText } from "../../src/cli/archive-text.ts";
import type { PulledDay } from "../../src/core/archive/pull-report.ts";

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [3.4 * 2 ** 20, "3.4 MiB"],
  [2 ** 50, "1024.0 TiB"],
])("%i bytes are %s", (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

test("of days that the vault had only the last is told, and what failed is printable", () => {
  const day = (of: string, more: Partial<PulledDay>): PulledDay => ({
    day: of,
    outcome: "already",
    why: [],
    files: [],
    parts: [],
    ...more,
  });
  const days = [
    day("2025-08-28", {}),
    day("2025-08-29", { outcome: "failed", why: ["it said \u001b[2J"] }),
    day("2025-08-30", {
      outcome: "archived",
      parts: [{ kind: "captures", captures: 2, bytes: 2048, count: 9 }],
      why: ["events: none"],
    }),
    day("2025-08-31", {}),
  ];
  expect(renderPull({ machines: [{ machine: "edge", days, pruned: 0, kept: [] }], isWhole: false })).toBe(
    `MACHINE  DAY         OUTCOME   WHAT
edge     2025-08-29  failed    it said \\u001b[2J
edge     2025-08-30  archived  2 captures (2.0 KiB, 9 packets); events: none
edge     2025-08-31  already`,
  );
  const wanted = day("2025-08-31", {
    outcome: "wanted",
    parts: [{ kind: "captures", captures: 1, bytes: 4 }, { kind: "events" }],
  });
  expect(renderPull({ machines: [{ machine: "edge", days: [wanted], pruned: 0, kept: [] }], isWhole: true })).toContain(
    "1 capture (4 B); events",
  );
  expect(renderPull({ machines: [], isWhole: true })).toBe("");
});

test("many prefixes are cut short, hostile ones are printable, and what is missing has its line", () => {
  const prefixes = Object.fromEntries(["a ", "b", "c\u009b", "d", "e", "f"].map((prefix) => [prefix, 1]));
  const file = {
    name: "pcaps-2025-08-31.tgz",
    kind: "captures" as const,
    bytes: 2048,
    sha256: "0".repeat(64),
    isEncrypted: false,
  };
  const files = [{ ...file, members: [], count: 5, lost: 0, prefixes }];
  const text = renderList(
    { days: [{ machine: "edge", day: "2025-08-31", files, missing: ["events: x"] }], gaps: [], unread: [] },
    true,
  );
  expect(text).toContain("2.0 KiB  5      0");
  expect(text).toContain("a, b, c\\u009b, d, and 2 more");
  expect(text.split("\n").at(-1)).toBe("  missing: events: x");
});

test("a path of this machine may be a relative one; a word alone is none", () => {
  const here = process.cwd();
  expect(["./logs", "some/logs", ".", "/srv"].map((text) => placePathOf("--to", text))).toEqual(
    [`${here}/logs`, `${here}/some/logs`, here, "/srv"].map((path) => ({ at: "here", path })),
  );
  expect(placePathOf("--to", "ssh:edge:some/logs")).toEqual({ at: "ssh:edge", path: "some/logs" });
  expect(() => placePathOf("--to", "logs")).toThrow("is no place");
});
