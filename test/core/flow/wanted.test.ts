import { describe, expect, test } from "vitest";
import {
  ALL_PROTOCOLS,
  changesOf,
  flowTest,
  flowTopics,
  protocolsOf,
  wantedOf,
} from "../../../src/core/flow/wanted.ts";

describe("protocols", () => {
  test.each([
    [["tcp"], [6]],
    [
      ["TCP", "udp", "tcp"],
      [6, 17],
    ],
    [["icmp"], [1, 58]],
    [["icmpv6"], [58]],
    [
      ["132", "gre"],
      [47, 132],
    ],
  ])("%j", (words, numbers) => {
    expect(protocolsOf(words)).toEqual(numbers);
  });

  test("other is all that has no word of its own; with these it is all", () => {
    const other = protocolsOf(["other"]);
    expect(other.length).toBe(252);
    for (const number of [1, 6, 17, 58]) expect(other).not.toContain(number);
    expect(protocolsOf(["tcp", "udp", "icmp", "other"])).toEqual(ALL_PROTOCOLS);
    expect(protocolsOf(["all"])).toEqual(ALL_PROTOCOLS);
  });

  test.each([
    ["tpc", '"tpc" is no protocol', "did you mean"],
    ["256", '"256" is no protocol', "give tcp, udp, icmp, other"],
    ["", '"" is no protocol', "give tcp"],
  ])("%j is none", (word, message, remedy) => {
    expect(() => protocolsOf([word])).toThrow(
      expect.objectContaining({ code: "usage", message, remedy: expect.stringContaining(remedy) }),
    );
  });
});

test("changes by their names", () => {
  expect(changesOf(["new", "DESTROY"])).toEqual(["new", "destroy"]);
  expect(() => changesOf(["listed"])).toThrow(expect.objectContaining({ message: '"listed" happens to no flow' }));
  expect(() => changesOf(["updat"])).toThrow(expect.objectContaining({ remedy: expect.stringContaining("update") }));
});

test("what is wanted, as topics and as a question", () => {
  const wanted = wantedOf(["new", "destroy"], [6]);
  expect(wanted).toEqual({ new: [6], update: [], destroy: [6], listed: [] });
  expect(flowTopics(wanted)).toEqual(["ct:new:*", "ct:destroy:*"]);
  const isWanted = flowTest(wanted);
  expect(isWanted({ change: "new", proto: "tcp" })).toBe(true);
  expect(isWanted({ change: "update", proto: "tcp" })).toBe(false);
  expect(isWanted({ change: "new", proto: "udp" })).toBe(false);
  expect(isWanted({ change: "new", proto: "no protocol" })).toBe(false);
});
