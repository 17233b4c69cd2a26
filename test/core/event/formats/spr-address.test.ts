import { expect, test } from "vitest";
import { addressOfGo, goAddress } from "../../../../src/core/event/formats/spr/address.ts";

// What net.IP.String() of Go 1.22 gives for these bytes.
test.each([
  ["0a000001", "10.0.0.1"],
  ["20010db8000000000000000000000001", "2001:db8::1"],
  ["00000000000000000000ffff01020304", "1.2.3.4"],
  ["00000000000000000000000001020304", "::102:304"],
  ["00000000000000000000000000000001", "::1"],
  ["0a0000", undefined],
])("%s is %s", (hex, expected) => {
  expect(goAddress(Buffer.from(hex, "hex"))).toBe(expected);
});

test.each([
  ["10.0.0.1", false, "10.0.0.1"],
  ["1.2.3.4", true, "::ffff:1.2.3.4"],
  ["::102:304", true, "::1.2.3.4"],
  ["2001:db8::1", true, "2001:db8::1"],
  ["nowhere", true, "nowhere"],
])("%s of IPv6: %s is %s", (text, isIpv6, expected) => {
  expect(addressOfGo(text, isIpv6)).toBe(expected);
});
