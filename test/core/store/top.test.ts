import { expect, test } from "vitest";
import { TimelineCounter } from "../../../src/core/store/timeline.ts";
import { Top } from "../../../src/core/store/top.ts";

test("what came most often comes first", () => {
  const top = new Top();
  for (const what of ["a", "b", "b", "c", "c"]) top.add(what);
  expect(top.most(2)).toEqual([
    { what: "b", count: 2 },
    { what: "c", count: 2 },
  ]);
  expect(top.missed).toBe(0);
});

test("of very many the rare ones are forgotten, and it is said", () => {
  const top = new Top();
  for (let index = 0; index < 200_000; index += 1) {
    top.add(`rare ${index}`);
    if (index % 4 === 0) top.add("often");
  }
  expect(top.distinct).toBeLessThanOrEqual(65_536);
  expect(top.most(1)[0]).toEqual({ what: "often", count: 50_000 });
  expect(top.missed).toBeGreaterThan(0);
});

test("stretches of time grow with what they span", () => {
  const counter = new TimelineCounter();
  expect(counter.timeline()).toBeUndefined();
  counter.add("2026-11-29T10:00:00.000000000Z");
  counter.add("2026-11-29T10:00:02.000000000Z");
  expect(counter.timeline()).toEqual({ from: "2026-11-29T10:00:00Z", secondsEach: 1, counts: [1, 0, 1] });
  counter.add("2026-11-28T10:00:02.000000000Z");
  const { secondsEach = 0, counts = [] } = counter.timeline() ?? {};
  expect(secondsEach).toBeGreaterThan(60);
  expect(counts.length).toBeLessThanOrEqual(60);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3);
});

test("a time that is none is left out", () => {
  const counter = new TimelineCounter();
  counter.add("2026-99-99T10:00:00.000000000Z");
  expect(counter.timeline()).toBeUndefined();
});
