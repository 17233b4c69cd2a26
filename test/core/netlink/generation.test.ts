import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeGeneration, encodeGenerationQuestion } from "../../../src/core/netlink/generation.ts";
import { RUNS } from "../../helpers/runs.ts";

/** nlmsghdr, nfgenmsg, then NFTA_GEN_: ID, PROC_PID, PROC_NAME ("nft"). */
const ANSWER = Buffer.from(
  "2c0000000f0a000007000000000000000000010208000100000001020800020000000bb808000300 6e667400".replaceAll(" ", ""),
  "hex",
);

test("the question is one message without an acknowledgement", () => {
  expect(encodeGenerationQuestion(7).toString("hex")).toBe("14000000100a0100070000000000000000000000");
});

test("the number is told of the answer to this question only", () => {
  expect(decodeGeneration(ANSWER, 7)).toBe(258);
  expect(decodeGeneration(ANSWER, 8)).toBeUndefined();
});

test("whatever comes is no answer or one with a number", () => {
  const bytes = fc.uint8Array({ maxLength: 64 }).map((some) => Buffer.from(some));
  const damaged = fc.tuple(fc.nat(ANSWER.length - 1), fc.nat(255)).map(([at, value]) => {
    const copy = Buffer.from(ANSWER);
    copy[at] = value;
    return copy;
  });
  fc.assert(
    fc.property(fc.oneof(bytes, damaged), (datagram) => {
      expect(["number", "undefined"]).toContain(typeof decodeGeneration(datagram, 7));
    }),
    { numRuns: RUNS },
  );
});
