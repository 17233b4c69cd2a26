import { expect, test } from "vitest";
import { decodeDhcp } from "../../../src/core/packet/dhcp.ts";

/** A message to 02:00:00:00:00:0a, with options in hex. */
function message(operation: string, options: string, cookie = "63825363"): Buffer {
  const head = `${operation} 01 06 00 3903f326 0000 8000 00000000 00000000 00000000 00000000 02000000000a`;
  const bytes = Buffer.alloc(240);
  Buffer.from(head.replaceAll(" ", ""), "hex").copy(bytes);
  Buffer.from(cookie, "hex").copy(bytes, 236);
  return Buffer.concat([bytes, Buffer.from(options.replaceAll(" ", ""), "hex")]);
}

const SENT = { operation: 1, xid: 0x3903f326, client_mac: "02:00:00:00:00:0a" };

test.each([
  ["DISCOVER", "350101 ff", { ...SENT, type: "DISCOVER" }],
  ["an unknown type", "3501c8 ff", { ...SENT, type: "200" }],
  ["pads, and nothing behind the end", "0000 0c02 7063 00 ff 350101", { ...SENT, hostname: "pc" }],
  ["of two the first", "350103 350105", { ...SENT, type: "REQUEST" }],
  ["one that is longer than the message", "350101 0c20 7063", { ...SENT, type: "DISCOVER" }],
  ["one whose length is cut off", "350101 0c", { ...SENT, type: "DISCOVER" }],
  ["addresses and numbers of a wrong length", "3203 0a0000 3302 0001", SENT],
  ["an address of zeros", "3204 00000000", SENT],
  ["a name with a zero behind it", "0c03 706300", { ...SENT, hostname: "pc" }],
  ["the address that is asked for", "3204 0a000009", { ...SENT, requested: "10.0.0.9" }],
])("%s", (_, options, expected) => {
  expect(decodeDhcp(message("01", options))).toEqual(expected);
});

test("addresses, of which the server is that of the option", () => {
  const bytes = message("02", "350105 3604 0a000001 3304 00000e10 ff");
  Buffer.from("0a00004d 0a00004e 0a000002 0a000003".replaceAll(" ", ""), "hex").copy(bytes, 12);
  expect(decodeDhcp(bytes)).toEqual({
    operation: 2,
    type: "ACK",
    xid: 0x3903f326,
    client_mac: "02:00:00:00:00:0a",
    client: "10.0.0.77",
    yours: "10.0.0.78",
    server: "10.0.0.1",
    relay: "10.0.0.3",
    lease_seconds: 3600,
  });
  expect(decodeDhcp(bytes.subarray(0, 236))?.server).toBe("10.0.0.2");
});

test("BOOTP has no options", () => {
  expect(decodeDhcp(message("01", "350101", "00000000"))).toEqual(SENT);
});

test("what is no request or reply, or is too short, is none", () => {
  expect(decodeDhcp(message("03", "350101"))).toBeUndefined();
  expect(decodeDhcp(message("01", "").subarray(0, 33))).toBeUndefined();
});
