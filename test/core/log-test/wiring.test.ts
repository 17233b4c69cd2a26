import { describe, expect, test } from "vitest";
import { endsOf, macFor, wayTo, wiringOf } from "../../../src/core/log-test/wiring.ts";

const WIRING = wiringOf({
  eth0: ["192.0.2.254/24", "2001:db8::1", "192.0.2.254/24"],
  lan0: { addresses: ["10.0.0.1/30"], routes: ["10.1.2.3/8"] },
  lo: ["127.0.0.1/8", "10.9.9.9/32"],
});

test("interfaces as they are set up", () => {
  expect(WIRING).toEqual([
    { name: "eth0", addresses: ["192.0.2.254/24", "2001:db8::1/64"], routes: ["0.0.0.0/0", "::/0"] },
    { name: "lan0", addresses: ["10.0.0.1/30"], routes: ["10.0.0.0/8"] },
    { name: "lo", addresses: ["10.9.9.9/32"], routes: [] },
  ]);
});

describe("an address and its neighbour", () => {
  test.each([
    ["192.0.2.254/24", "192.0.2.253"],
    ["192.0.2.1/24", "192.0.2.2"],
    ["192.0.2.3/24", "192.0.2.4"],
    ["192.0.2.2/30", "192.0.2.1"],
    ["192.0.2.1/31", "192.0.2.0"],
    ["192.0.2.0/31", "192.0.2.1"],
    ["2001:db8::ffff/64", "2001:db8::1:0"],
  ])("%s", (address, neighbour) => {
    const version = address.includes(":") ? 6 : 4;
    expect(endsOf({ name: "eth0", addresses: [address], routes: [] }, version)).toEqual([
      address.split("/")[0],
      neighbour,
    ]);
  });
});

test.each([
  ["255.255.255.255", "ffffffffffff"],
  ["192.0.2.255", "ffffffffffff"],
  ["10.0.0.3", "ffffffffffff"],
  ["10.9.9.9", null],
  ["192.0.2.2", null],
  ["239.129.2.3", "01005e010203"],
  ["ff02::1:ff00:7", "3333ff000007"],
  ["2001:db8::1", null],
])("%s is addressed on the wire to %s", (to, mac) => {
  expect(macFor(to, WIRING)).toBe(mac);
});

test.each([
  ["10.0.0.2", "lan0"],
  ["10.200.0.1", "lan0"],
  ["198.51.100.1", "eth0"],
  ["2001:db8:9::1", "eth0"],
])("the way to %s is %s", (address, name) => {
  expect(wayTo(address, WIRING)).toBe(name);
});
