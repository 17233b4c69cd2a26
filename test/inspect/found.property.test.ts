import fc from "fast-check";
import { expect, test } from "vitest";
import { Book } from "../../src/inspect/book.ts";
import { Found } from "../../src/inspect/found.ts";
import type { Arrival } from "../../src/inspect/source.ts";
import { RUNS } from "../helpers/runs.ts";

const EVENT = { schema: 1, kind: "packet", ts: "", ts_source: "log", source: "nflog", topic: "" } as const;

/** An arrival whose prefix is a number. */
function arrival(number: number): Arrival {
  return { isLoss: false, read: () => ({ event: { ...EVENT, prefix: String(number) } }) };
}

function numberIn(one: Arrival): number {
  const event = one.read()?.event;
  return event?.kind === "packet" ? Number(event.prefix) : -1;
}

const act = fc.oneof(fc.nat(40), fc.constant("look" as const), fc.constant("filter" as const));

test("what is found is what a filter of all that is kept would find, however it came", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 4 }), fc.array(act), (keep, step, acts) => {
      const passes = (one: Arrival): boolean => numberIn(one) % step === 0;
      const book = new Book(keep);
      let found = new Found(book, passes);
      for (const one of acts) {
        if (one === "look") found.look(Number.POSITIVE_INFINITY);
        else if (one === "filter") found = new Found(book, passes);
        else add(book, one);
        expect(numbersOf(found).every((number) => number >= book.first)).toBe(true);
      }
      found.look(Number.POSITIVE_INFINITY);
      expectFound(found, book, (number) => number % step === 0);
    }),
    { numRuns: RUNS },
  );
});

function add(book: Book, count: number): void {
  for (let left = count; left > 0; left -= 1) book.add(arrival(book.end));
}

function numbersOf(found: Found): number[] {
  return Array.from({ length: found.count }, (_, place) => found.at(place));
}

function expectFound(found: Found, book: Book, passes: (number: number) => boolean): void {
  const kept = Array.from({ length: book.end - book.first }, (_, at) => book.first + at);
  const expected = kept.filter(passes);
  expect(numbersOf(found)).toEqual(expected);
  for (const [place, number] of expected.entries()) expect(found.placeOf(number)).toBe(place);
  expect(kept.map((number) => numberIn(book.at(number) ?? arrival(-1)))).toEqual(kept);
}
