import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { align, type Item, longestRise } from "../../../src/core/diff/align.ts";
import { RUNS } from "../../helpers/runs.ts";

/** Items out of words: `key` or `key#mark`, each letter of the key a part. */
const items = (words: string): Item[] =>
  words.split(" ").flatMap((word) => {
    const [key = "", mark] = word.split("#");
    return word === "" ? [] : [{ key: word, marks: [mark], parts: [...key] }];
  });

/** How two lists correspond: `a=`, kept; `a~b`, edited; `>a`, moved; `-a`, `+b`. */
function say(a: string, b: string): string {
  const [one, other] = [items(a), items(b)];
  const { kept, moved, removed, added } = align(one, other);
  const word = (list: Item[], at: number): string => list[at]?.key ?? "";
  return [
    ...kept.map((match) =>
      match.isEdited ? `${word(one, match.a)}~${word(other, match.b)}` : `${word(one, match.a)}=`,
    ),
    ...moved.map((match) => `>${word(one, match.a)}${match.isEdited ? `~${word(other, match.b)}` : ""}`),
    ...removed.map((at) => `-${word(one, at)}`),
    ...added.map((at) => `+${word(other, at)}`),
  ].join(" ");
}

describe("align", () => {
  test.each([
    ["a b c", "a b c", "a= b= c="],
    ["a b c", "a c", "a= c= -b"],
    ["a c", "a b c", "a= c= +b"],
    ["a b c", "c a b", "a= b= >c"],
    ["a b c d e", "a d b c e", "a= b= c= e= >d"],
    ["a x#1 c", "a y#1 c", "a= x#1~y#1 c="],
    ["x#1 b c", "b c y#1", "b= c= >x#1~y#1"],
    ["a abcd z", "a abcx z", "a= abcd~abcx z="],
    ["a abcd z", "a wxyz z", "a= z= -abcd +wxyz"],
    ["x y x", "y x", "y= x= -x"],
    ["x x x", "x x", "x= x= -x"],
    ["", "a", "+a"],
    ["a", "", "-a"],
  ])("%s | %s", (a, b, said) => {
    expect(say(a, b)).toBe(said);
  });

  test("every item is in exactly one place, and what is kept rises in both", () => {
    const lists = fc.array(fc.constantFrom("a", "b", "c", "d#1", "e#1", "ab", "abc", "xyz"), { maxLength: 30 });
    fc.assert(
      fc.property(lists, lists, (a, b) => {
        const [one, other] = [items(a.join(" ")), items(b.join(" "))];
        const { kept, moved, removed, added } = align(one, other);
        const inA = [...kept, ...moved].map((match) => match.a);
        const inB = [...kept, ...moved].map((match) => match.b);
        expect([...inA, ...removed].toSorted((x, y) => x - y)).toEqual([...one.keys()]);
        expect([...inB, ...added].toSorted((x, y) => x - y)).toEqual([...other.keys()]);
        expect(kept.map((match) => match.a)).toEqual(kept.map((match) => match.a).toSorted((x, y) => x - y));
        for (const match of [...kept, ...moved]) {
          expect(one[match.a]?.key === other[match.b]?.key).toBe(!match.isEdited);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test("a longest rise is as long as a slow search finds it", () => {
    const slow = (numbers: number[]): number => {
      const best: number[] = [];
      for (const number of numbers) {
        const below = best.filter((_length, before) => (numbers[before] as number) < number);
        best.push(1 + Math.max(0, ...below));
      }
      return Math.max(0, ...best);
    };
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(100), { maxLength: 40 }), (numbers) => {
        const rise = longestRise(numbers);
        expect(rise.length).toBe(slow(numbers));
        expect(rise.map((at) => numbers[at])).toEqual(
          rise.map((at) => numbers[at] as number).toSorted((x, y) => x - y),
        );
      }),
      { numRuns: RUNS },
    );
  });
});
