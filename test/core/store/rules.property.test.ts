import fc from "fast-check";
import { expect, test } from "vitest";
import { type Aged, keepRules, type Shelf, trim } from "../../../src/core/store/rules.ts";
import { RUNS } from "../../helpers/runs.ts";

test("the first rule that matches counts, and losses have their own", () => {
  const rules = keepRules([
    { match: ["nft:drop:*"], "max-size": 10 },
    { match: ["nft:*"], "max-age": 60 },
  ]);
  const of = (topic: string) => rules.find(({ matches }) => matches(topic));
  expect(of("nft:drop:in")).toMatchObject({ sizeMax: 10, ageSecondsMax: Infinity });
  expect(of("nft:wan:in")).toMatchObject({ sizeMax: Infinity, ageSecondsMax: 60 });
  expect(of("other")).toBeUndefined();
  expect(of("loss")).toMatchObject({ sizeMax: 1024 * 1024 });
});

const block = fc.record({ size: fc.integer({ min: 1, max: 100 }), lastTs: fc.constantFrom("a", "b", "c") });

test("what stays is the newest, as much of it as fits", () => {
  const topics = fc.array(fc.array(block, { maxLength: 8 }), { maxLength: 4 });
  fc.assert(
    fc.property(topics, fc.nat(600), fc.constantFrom("", "b", "~"), (lists, sizeMax, from) => {
      const shelves = lists.map((list, place) => {
        return new TrialShelf(list.map((one, at) => ({ ...one, lastCursor: ((place * 8 + at) * 7) % 31 })));
      });
      const all = shelves.flatMap(({ blocks }) => blocks);
      const gone = trim<Aged>(shelves, { sizeMax, fromAt: () => from }, Infinity);
      const left = shelves.flatMap(({ blocks }) => blocks);
      const size = left.reduce((sum, one) => sum + one.size, 0);
      expect([...gone, ...left]).toHaveLength(all.length);
      expect(size).toBeLessThanOrEqual(sizeMax);
      const last = gone.at(-1);
      if (last !== undefined) expect(size + last.size > sizeMax || last.lastTs < from).toBe(true);
      const nextOldest = left.reduce<Aged | undefined>(
        (one, other) => (one && one.lastCursor <= other.lastCursor ? one : other),
        undefined,
      );
      if (nextOldest !== undefined) expect(nextOldest.lastTs >= from).toBe(true);
      for (const one of gone) expect(one.lastCursor).toBeLessThanOrEqual(nextOldest?.lastCursor ?? Infinity);
    }),
    { numRuns: RUNS },
  );
});

class TrialShelf implements Shelf<Aged> {
  blocks: Aged[];

  constructor(blocks: readonly Aged[]) {
    this.blocks = [...blocks].sort((a, b) => a.lastCursor - b.lastCursor);
  }

  get size(): number {
    return this.blocks.reduce((sum, { size }) => sum + size, 0);
  }

  oldest(): Aged | undefined {
    return this.blocks[0];
  }

  shift(): void {
    this.blocks.shift();
  }
}
