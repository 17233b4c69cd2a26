import { expect, test } from "vitest";
import { Tallies } from "../../../../src/core/event/fast/tallies.ts";

test("what is missing before a packet is a gap, by groups", () => {
  const tallies = new Tallies();
  expect(tallies.count(1, 0)).toBeUndefined();
  expect(tallies.count(2, 3)).toEqual({ from: 0, to: 2, count: 3 });
  expect(tallies.count(1, 2)).toEqual({ from: 1, to: 1, count: 1 });
  expect(tallies.count(1, 3)).toBeUndefined();
  expect(tallies.count(1, -1)).toBeUndefined();
  expect(Object.fromEntries(tallies.byGroup)).toEqual({
    1: { received: 4, lost: 1, next: 4 },
    2: { received: 1, lost: 3, next: 4 },
  });
});

test("numbers begin anew behind the last of 32 bits, and what comes late is no gap", () => {
  const tallies = new Tallies();
  tallies.count(1, 0xffff_fffe);
  tallies.byGroup.set(1, { received: 0, lost: 0, next: 0xffff_ffff });
  expect(tallies.count(1, 1)).toEqual({ from: 0xffff_ffff, to: 0, count: 2 });
  expect(tallies.count(1, 0)).toBeUndefined();
});
