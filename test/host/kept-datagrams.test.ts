import fc from "fast-check";
import { expect, test } from "vitest";
import { KeptDatagrams } from "../../src/host/packets/kept-datagrams.ts";

const INPUT_BYTES = 600_000;

/** Keeps a datagram so long, of which each byte is the number; or takes one. */
type Move = { readonly keeps: number; readonly number: number } | "take";

const move: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ keeps: fc.oneof(fc.integer({ min: 1, max: 2000 }), fc.constant(INPUT_BYTES)), number: fc.nat(255) }),
  fc.constant("take" as const),
);

test("what is kept is taken in the same order, as it was", () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
      const kept = new KeptDatagrams();
      const waiting: Buffer[] = [];
      const input = Buffer.alloc(INPUT_BYTES);
      const takeOne = (): void => {
        const wanted = waiting.shift();
        const length = kept.take(input);
        expect(length).toBe(wanted?.length ?? -1);
        expect(input.subarray(0, Math.max(length, 0)).equals(wanted ?? Buffer.alloc(0))).toBe(true);
      };
      for (const one of moves) {
        if (one === "take") takeOne();
        else {
          input.fill(one.number, 0, one.keeps);
          waiting.push(Buffer.from(input.subarray(0, one.keeps)));
          kept.keep(input.subarray(0, one.keeps));
        }
        expect(kept.bytes).toBe(waiting.reduce((sum, { length }) => sum + length, 0));
      }
      while (waiting.length > 0) takeOne();
      takeOne();
    }),
  );
});
