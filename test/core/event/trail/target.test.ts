import { describe, expect, test } from "vitest";
import { parseTarget, targetText } from "../../../../src/core/event/trail/target.ts";

describe("whose trail", () => {
  test.each([
    [["10.0.0.5"], { kind: "address", ends: [{ address: "10.0.0.5" }] }],
    [["10.0.0.5:443"], { kind: "address", ends: [{ address: "10.0.0.5", number: 443 }] }],
    [["fd00::2"], { kind: "address", ends: [{ address: "fd00::2" }] }],
    [["[fd00::2]"], { kind: "address", ends: [{ address: "fd00::2" }] }],
    [["[fd00::2]:443"], { kind: "address", ends: [{ address: "fd00::2", number: 443 }] }],
    [["1::2"], { kind: "address", ends: [{ address: "1::2" }] }],
    [
      ["10.0.0.5", "10.0.0.9:22"],
      { kind: "address", ends: [{ address: "10.0.0.5" }, { address: "10.0.0.9", number: 22 }] },
    ],
    [["4294967295"], { kind: "flow", id: 4_294_967_295 }],
    [["1:LQU9qZlK+B5F3KDmev6m5PMibrg="], { kind: "community", id: "1:LQU9qZlK+B5F3KDmev6m5PMibrg=" }],
  ])("%j", (words, target) => {
    expect(parseTarget(words)).toEqual(target);
  });

  test.each([
    [["10.0.0.5:443", "[fd00::2]:22"], "10.0.0.5:443 and [fd00::2]:22"],
    [["fd00::2"], "fd00::2"],
    [["7"], "flow 7"],
  ])("%j is told as %s", (words, text) => {
    expect(targetText(parseTarget(words))).toBe(text);
  });
});

test.each([
  [[], "it is not said whose trail is looked for"],
  [["1.2.3.4", "1.2.3.5", "1.2.3.6"], "a conversation has two ends"],
  [["10.0.0.300"], '"10.0.0.300" is no address and no flow'],
  [["10.0.0.0/8"], "is no address"],
  [["10.0.0.5:99999"], "is no address"],
  [["[10.0.0.5]:1"], "is no address"],
  [["fd00::2:x"], "is no address"],
  [["4294967296"], "is no address and no flow"],
  [["10.0.0.5", "7"], '"7" is no address'],
  [["fw.example"], "is no address"],
])("%j is none", (words, why) => {
  expect(() => parseTarget(words)).toThrow(why);
});
