import { SocketAddress } from "node:net";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { expect, test } from "vitest";
import { ipv4Text, ipv6Text, macText } from "../../../src/core/packet/address.ts";
import { RUNS } from "../../helpers/runs.ts";

test.each([
  ["00000000000000000000000000000000", "::"],
  ["00000000000000000000000000000001", "::1"],
  ["20010db8000000000000000000000001", "2001:db8::1"],
  ["20010db8000000010001000100010001", "2001:db8:0:1:1:1:1:1"],
  ["20010db8000000000001000000000001", "2001:db8::1:0:0:1"],
  ["20010db8000100000000000100000000", "2001:db8:1::1:0:0"],
  ["fe800000000000000000000000000000", "fe80::"],
  ["00000000000000000000ffff01020304", "::ffff:1.2.3.4"],
  ["00000000000000000000000001020304", "::1.2.3.4"],
  ["000000000000000000000000000a0000", "::0.10.0.0"],
  ["0000000000000000ffff000001020304", "::ffff:0:102:304"],
  ["0064ff9b000000000000000001020304", "64:ff9b::102:304"],
  ["ABCD00000000000000000000000000EF", "abcd::ef"],
])("%s is %s", (hex, text) => {
  expect(ipv6Text(Buffer.from(hex, "hex"), 0)).toBe(text);
});

test("an address of IPv4, and one of Ethernet, from within a buffer", () => {
  const bytes = Buffer.from("ffc0a80001020000000aff", "hex");
  expect(ipv4Text(bytes, 1)).toBe("192.168.0.1");
  expect(macText(bytes, 5)).toBe("02:00:00:00:0a:ff");
});

/** Many zeros, of which the rules are. */
const group = fc.oneof(fc.constant(0), fc.constant(0), fc.constant(0xffff), fc.integer({ min: 0, max: 0xffff }));

test("IPv6 as inet_ntop writes it", () => {
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
      const address = groups.map((word) => word.toString(16)).join(":");
      const bytes = Buffer.from(ipaddr.parse(address).toByteArray());
      expect(ipv6Text(bytes, 0)).toBe(new SocketAddress({ address, family: "ipv6" }).address);
    }),
    { numRuns: RUNS },
  );
});
