import { expect, test } from "vitest";
import { familyName, hookName, hookNumber } from "../../../src/core/event/netfilter-numbers.ts";

test.each([
  [1, "ip", "input"],
  [4, undefined, "postrouting"],
  [5, "ip", "ingress"],
  [0, "netdev", "ingress"],
  [1, "netdev", "egress"],
] as const)("hook %j of family %j is %j", (number, family, hook) => {
  expect(hookName(number, family)).toBe(hook);
  expect(hookNumber(hook, family)).toBe(number);
});

test.each([
  [7, undefined],
  [2, "netdev"],
  [-1, "ip"],
  [-1, "netdev"],
] as const)("there is no hook %j of family %j", (number, family) => {
  expect(hookName(number, family)).toBeUndefined();
});

test("a family that there is not", () => {
  expect(familyName(1)).toBeUndefined();
});
