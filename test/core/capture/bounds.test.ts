import { describe, expect, test } from "vitest";
import { begunBy, beyondBounds, boundsText } from "../../../src/core/capture/bounds.ts";
import type { RingBounds } from "../../../src/core/capture/wish.ts";

const HOUR = 3_600_000;
const NOW = 100 * HOUR;
/** Ten files of 100 bytes, begun one, two, ... hours ago, the oldest first. */
const FILES = Array.from({ length: 10 }, (_, at) => ({ name: `f${at}`, begun: NOW - (10 - at) * HOUR, bytes: 100 }));
const NINE = FILES.slice(0, -1).map(({ name }) => name);
const NONE: RingBounds = { filesMax: undefined, bytesMax: undefined, ageSecondsMax: undefined, freeBytesMin: 0 };

const gone = (bounds: Partial<RingBounds>, writing?: number, freeBytes = 1000): string[] =>
  beyondBounds(FILES, { ...NONE, ...bounds }, { now: NOW, freeBytes, writing }).gone.map(
    ({ file, why }) => `${file.name} ${why}`,
  );

test.each([
  ["without bounds nothing goes", {}, undefined, []],
  ["so many files", { filesMax: 8 }, undefined, ["f0 files", "f1 files"]],
  ["the file that is written counts", { filesMax: 8 }, 50, ["f0 files", "f1 files", "f2 files"]],
  ["so much", { bytesMax: 800 }, undefined, ["f0 size", "f1 size"]],
  ["what is written counts", { bytesMax: 800 }, 150, ["f0 size", "f1 size", "f2 size", "f3 size"]],
  ["so old", { ageSecondsMax: 8.5 * 3600 }, undefined, ["f0 age", "f1 age"]],
  ["so much of the disk is free", { freeBytesMin: 1150 }, undefined, ["f0 free", "f1 free"]],
  ["what all of them could not make free", { freeBytesMin: 1901 }, undefined, []],
  ["all but the last one go for it", { freeBytesMin: 1900 }, undefined, NINE.map((name) => `${name} free`)],
  [
    "the first bound that is met says why",
    { ageSecondsMax: 9.5 * 3600, filesMax: 8 },
    undefined,
    ["f0 age", "f1 files"],
  ],
  [
    "a file that is larger than all may be leaves nothing else",
    { bytesMax: 1 },
    500,
    FILES.map(({ name }) => `${name} size`),
  ],
] as const)("%s", (_, bounds, writing, expected) => {
  expect(gone(bounds, writing)).toEqual(expected);
});

test("a disk that others fill leaves the ring as it is, and that is said", () => {
  const moment = { now: NOW, freeBytes: 1000, writing: undefined };
  const { gone: lost, shortBytes } = beyondBounds(FILES, { ...NONE, freeBytesMin: 2 ** 40 }, moment);
  expect(lost).toEqual([]);
  expect(shortBytes).toBe(1000);
  expect(beyondBounds(FILES, { ...NONE, freeBytesMin: 1100 }, moment)).toMatchObject({ shortBytes: undefined });
});

test.each([
  [{ filesMax: 48, bytesMax: 2 ** 31 }, "at most 48 files, 2.0 GiB"],
  [{ filesMax: 1, ageSecondsMax: 172_800 }, "at most 1 file, 2d 00h"],
])("%j in words", (bounds, text) => {
  expect(boundsText({ ...NONE, ...bounds })).toBe(text);
});

test("one of which the age is not known does not keep those that are too old", () => {
  const files = [{ name: "future", begun: NOW, bytes: 100 }, ...FILES];
  const found = beyondBounds(files, { ...NONE, ageSecondsMax: 8.5 * 3600 }, { now: NOW, freeBytes: 1, writing: 0 });
  expect(found.gone.map(({ file }) => file.name)).toEqual(["f0", "f1"]);
});

describe("when a capture was begun", () => {
  const [earliest, latest] = [NOW - 3 * HOUR, NOW - 2 * HOUR];
  test.each([
    ["in an hour that is there twice, ended before the second", { earliest, latest, modified: latest - 1 }, earliest],
    ["in the second", { earliest, latest, modified: latest + 1 }, latest],
    ["copied from elsewhere", { earliest, latest: earliest, modified: earliest - HOUR }, earliest],
    ["by a clock that was wrong", { earliest: NOW + 1, latest: NOW + 1, modified: NOW - HOUR }, NOW - HOUR],
    ["all of it", { earliest: NOW + 1, latest: NOW + 1, modified: NOW + HOUR }, Number.NEGATIVE_INFINITY],
  ])("%s", (_, time, expected) => {
    expect(begunBy(time, NOW)).toBe(expected);
  });
});
