import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { expect, test } from "vitest";
import { encodeAddress, parseAddress, spellAddress } from "../../../src/core/intent/addresses.ts";
import { RUNS } from "../../helpers/runs.ts";

/** What looks like an address, and often is none. */
const bytes = fc.oneof(fc.nat(255).map(String), fc.constantFrom("0", "00", "01", "256", "1000", "", "-1", "0x1", " 1"));
const fourParts = fc.array(bytes, { minLength: 3, maxLength: 5 }).map((parts) => parts.join("."));
const lengths = fc.oneof(
  fc.nat(33).map((bits) => `/${bits}`),
  fc.constantFrom("", "/", "/08", "/-1", "/24/8", "/a"),
);
const texts4 = fc.oneof(
  fc.tuple(fc.ipV4(), lengths).map((parts) => parts.join("")),
  fc.tuple(fourParts, lengths).map((parts) => parts.join("")),
  fc.tuple(fc.ipV4(), fc.ipV4()).map((both) => both.join("-")),
);

test("an IPv4 address is spelt as its span is", () => {
  fc.assert(
    fc.property(texts4, (text) => {
      const span = parseAddress(text, 4);
      expect(spellAddress(text, 4)).toEqual(span === undefined ? undefined : encodeAddress(span, 4));
    }),
    { numRuns: RUNS * 10 },
  );
});

test("four decimal bytes and nothing else are an IPv4 address", () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fourParts), (text) => {
      const isOne = ipaddr.IPv4.isValidFourPartDecimal(text);
      const number = isOne ? BigInt(`0x${Buffer.from(ipaddr.parse(text).toByteArray()).toString("hex")}`) : undefined;
      expect(parseAddress(text, 4)).toEqual(isOne ? { first: number, last: number } : undefined);
    }),
    { numRuns: RUNS * 10 },
  );
});
