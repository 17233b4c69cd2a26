import { expect, test } from "vitest";
import { takeWaiting } from "../../src/host/packets/take-waiting.ts";

test("all that waits is taken, and no more than may wait where it never ends", () => {
  const waiting = [300, 0, 500, 200];
  takeWaiting(() => waiting.shift() ?? -11, 10_000);
  expect(waiting).toEqual([]);
  let taken = 0;
  const next = (): number => {
    taken += 100;
    return 100;
  };
  takeWaiting(next, 10_000);
  expect(taken).toBe(10_100);
});
