import { expect, test } from "vitest";
import { protocolName, protocolNumber } from "../../../src/core/packet/protocol-names.ts";

test.each([
  [1, "icmp"],
  [6, "tcp"],
  [17, "udp"],
  [58, "icmpv6"],
  [132, "sctp"],
  [136, "udplite"],
  [200, "200"],
  [255, "255"],
])("%i is %s", (number, name) => {
  expect(protocolName(number)).toBe(name);
  expect(protocolNumber(name)).toBe(number);
});

test.each([
  ["ICMPv6", 58],
  ["ipv6-icmp", 58],
  ["UDP", 17],
  ["256", undefined],
  ["", undefined],
  ["constructor", undefined],
  ["0x6", undefined],
])("%j is the name of %s", (name, number) => {
  expect(protocolNumber(name)).toBe(number);
});

test("each number comes back from its name", () => {
  for (let number = 0; number <= 255; number += 1) expect(protocolNumber(protocolName(number))).toBe(number);
});
