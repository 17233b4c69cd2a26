import fc from "fast-check";
import { expect, test } from "vitest";
import { addressText } from "../../../src/core/packet/address.ts";
import { addressBytes } from "../../../src/core/packet/address-bytes.ts";
import { RUNS } from "../../helpers/runs.ts";

test.each([
  ["10.0.0.1", "0a000001"],
  ["2001:db8::1", "20010db8000000000000000000000001"],
  ["::1.2.3.4", "00000000000000000000000001020304"],
  ["::ffff:1.2.3.4", "00000000000000000000ffff01020304"],
  ["64:ff9b::1.2.3.4", "0064ff9b000000000000000001020304"],
  ["10.0.0.256", undefined],
  ["::1.2.3", undefined],
  ["::1.2.3.256", undefined],
  ["1.2.3.4::", undefined],
  ["fe80::1%eth0", undefined],
  ["::g", undefined],
  ["", undefined],
  ["0000:0000:0000:0000:0000:ffff:192.168.100.200", "00000000000000000000ffffc0a864c8"],
  [`:${"a".repeat(1_000_000)}`, undefined],
])("%j", (text, hex) => {
  expect(addressBytes(text)?.toString("hex")).toBe(hex);
});

test("the text of any address is read back", () => {
  const group = fc.constantFrom([0, 0], [0, 0], [0xff, 0xff], [0, 1], [0x20, 0x01]);
  const address = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.array(group, { minLength: 8, maxLength: 8 }).map((groups) => Uint8Array.from(groups.flat())),
  );
  fc.assert(
    fc.property(address, (bytes) => {
      expect(addressBytes(addressText(Buffer.from(bytes)) ?? "")).toEqual(Buffer.from(bytes));
    }),
    { numRuns: RUNS },
  );
});
