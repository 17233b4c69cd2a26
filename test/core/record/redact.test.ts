import { expect, test } from "vitest";
import { createRedactor } from "../../../src/core/record/redact.ts";

const redact = (text: string): string => createRedactor().redact(text);

test.each([
  ["10.0.0.1", "192.0.2.1"],
  ["from10.0.0.1to10.0.0.2, 10.0.0.1.", "from192.0.2.1to192.0.2.2, 192.0.2.1."],
  ["192.168.1.0/24", "192.0.2.1/24"],
  [String.raw`"\u000010.0.0.1"`, String.raw`"\u0000192.0.2.1"`],
  ["192.0.2.9", "192.0.2.1"],
  ["2001:DB9::1 2001:db9:0:0:0:0:0:1", "2001:db8::1 2001:db8::1"],
  ["[fe80::1]:80 fe80::1%eth0", "[2001:db8::1]:80 2001:db8::1%eth0"],
  ["new:fe80::1: and wan6:fe80::2", "new:2001:db8::1: and wan6:2001:db8::2"],
  ["::ffff:10.0.0.1", "2001:db8::1"],
  ["1:2:3:4:5:6:7:8", "2001:db8::1"],
  ["mac:52:54:00:AA:BB:CC 52-54-00-aa-bb-cc", "mac:00:00:5e:00:53:00 00-00-5e-00-53-00"],
  ["x52:54:00:aa:bb:cc xfe80::2y", "x00:00:5e:00:53:00 x2001:db8::1y"],
  ["33:33:ff:12:34:56 ff02::1:ff12:3456", "00:00:5e:00:53:00 2001:db8::1"],
])("%s", (text, answer) => {
  expect(redact(text)).toBe(answer);
});

test.each([
  "127.0.0.1 0.0.0.0 255.255.255.0 224.0.0.251 0.0.0.255",
  ":: ::1 ff02::1 fe80::/10 ffff:ffff::",
  "ff:ff:ff:ff:ff:ff 00:00:00:00:00:00",
  "1.0.6 1.2.3.4.5 300.1.1.1 12:30:45.123 0::/system.slice/x.service netlogctl:name",
])("stays: %s", (text) => {
  expect(redact(text)).toBe(text);
});

test("no two addresses have the same stand-in, however many there are", () => {
  const { redact: one, count } = createRedactor();
  const numbers = Array.from({ length: 140_000 }, (_, at) => at);
  const ip = numbers.map((at) => one(`10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`));
  expect(new Set(ip).size).toBe(numbers.length);
  expect(ip.at(-1)).toMatch(/^100\.6[4-9]\./);
  const ip6 = numbers.map((at) => one(`fd00::${(at >> 16).toString(16)}:${(at & 0xffff).toString(16)}`));
  expect(new Set(ip6).size).toBe(numbers.length);
  expect(count()).toBe(2 * numbers.length);
});

test("a run of the letters of addresses without end is read in one go", () => {
  expect(redact("a:".repeat(100_000))).toHaveLength(150_000);
  expect(redact("a".repeat(1_000_000))).toHaveLength(1_000_000);
});
