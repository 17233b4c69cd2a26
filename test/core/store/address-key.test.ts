import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressBytes } from "../../../src/core/packet/address-bytes.ts";
import { packAddresses, rangeOf } from "../../../src/core/store/address-key.ts";
import { RUNS } from "../../helpers/runs.ts";

const text = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc
    .array(fc.constantFrom("0", "1", "255", "256", "01", "001", ".", "..", ":", "a", ""), { maxLength: 9 })
    .map((parts) => parts.join("")),
);

test("addresses are packed as they are read elsewhere", () => {
  fc.assert(
    fc.property(fc.uniqueArray(text, { maxLength: 6 }), (texts) => {
      const { v4, v6 } = packAddresses(new Set(texts));
      const bytes = texts.map(addressBytes).filter((one) => one !== undefined);
      expect(v4).toEqual(Buffer.concat(bytes.filter(({ length }) => length === 4)));
      expect(v6).toEqual(Buffer.concat(bytes.filter(({ length }) => length === 16)));
    }),
    { numRuns: RUNS * 3 },
  );
});

describe("ranges", () => {
  test.each([
    ["10.0.0.5", "0a000005", "0a000005"],
    ["10.0.0.5/8", "0a000000", "0affffff"],
    ["0.0.0.0/0", "00000000", "ffffffff"],
    ["10.0.0.1-10.0.0.9", "0a000001", "0a000009"],
    ["2001:db8::/32", "20010db8000000000000000000000000", "20010db8ffffffffffffffffffffffff"],
    ["::1", "00000000000000000000000000000001", "00000000000000000000000000000001"],
  ])("%s", (range, first, last) => {
    expect(rangeOf(range)).toEqual({ first: Buffer.from(first, "hex"), last: Buffer.from(last, "hex") });
  });

  test.each(["", "10.0.0", "10.0.0.300", "10.0.0.0/33", "2001:db8::/129", "a"])("none: %j", (range) => {
    expect(rangeOf(range)).toBeUndefined();
  });
});
