import { describe, expect, test } from "vitest";
import type { PacketEvent } from "../../../../src/core/event/event.ts";
import { packetOf } from "../../../../src/core/event/formats/rebuild.ts";

const BASE: PacketEvent = {
  schema: 1,
  kind: "packet",
  ts: "2026-11-21T11:37:36.000000000Z",
  ts_source: "log",
  source: "kmsg",
  prefix: "",
  topic: "nft:",
};
const ENDS4 = { src: "10.9.0.1", dst: "10.9.0.2" };
const HEX4 = "0a0900010a090002";
const ENDS6 = { src: "fd00::1", dst: "fd00::2" };
const HEX6 = "fd000000000000000000000000000001fd000000000000000000000000000002";

describe("packetOf", () => {
  test.each<[string, Partial<PacketEvent>, string]>([
    [
      "UDP",
      {
        ...ENDS4,
        proto: "udp",
        sport: 1,
        dport: 2,
        len: 60,
        ttl: 64,
        ip: { version: 4, tos: 3, id: 7 },
        udp: { len: 40 },
      },
      `4503003c0007000040110000${HEX4}0001000200280000`,
    ],
    [
      "TCP with options, as many as fit",
      {
        ...ENDS4,
        proto: "tcp",
        sport: 1,
        dport: 2,
        tcp: {
          flags: ["SYN", "AE"],
          seq: 3,
          ack: 4,
          window: 5,
          options: {
            mss: 1460,
            window_scale: 7,
            other: [
              { kind: 253, data: "00".repeat(40) },
              { kind: 254, data: "aa" },
            ],
          },
        },
      },
      `4500003400000000000 60000${HEX4}0001000200000003000000048102000500000000020405b4030307fe03aa0101`.replace(
        " ",
        "",
      ),
    ],
    [
      "TCP of which only the ports are known",
      { ...ENDS4, proto: "tcp", sport: 1, dport: 2 },
      `450000180000000000060000${HEX4}00010002`,
    ],
    [
      "a fragment",
      { ...ENDS4, proto: "tcp", sport: 1, dport: 2, ip: { version: 4, tos: 0, flags: ["DF", "MF"], offset: 16 } },
      `450000140000600200060000${HEX4}`,
    ],
    [
      "an ICMP error",
      { ...ENDS4, proto: "icmp", icmp: { type: 3, code: 4, mtu: 1400 } },
      `4500001c0000000000010000${HEX4}0304000000000578`,
    ],
    [
      "options of IP",
      { ...ENDS4, proto: "253", ip: { version: 4, tos: 0, options: "94040000" } },
      `460000180000000000fd0000${HEX4}94040000`,
    ],
    [
      "options that are none",
      { ...ENDS4, proto: "253", ip: { version: 4, tos: 0, options: "9404" } },
      `450000140000000000fd0000${HEX4}`,
    ],
    ["a protocol that is not known", { ...ENDS4, proto: "?" }, `450000140000000000ff0000${HEX4}`],
    [
      "SCTP over IPv6",
      { ...ENDS6, proto: "sctp", sport: 1, dport: 2, ttl: 9, sctp: { tag: 5, chunks: [] } },
      `60000000000c8409${HEX6}000100020000000500000000`,
    ],
    [
      "a fragment of IPv6",
      { ...ENDS6, proto: "udp", ip: { version: 6, tos: 1, id: 7, offset: 8, flags: ["MF"], flow_label: 0xabcde } },
      `601abcde00082c00${HEX6}1100000900000007`,
    ],
    ["a payload of the event", { ...ENDS4, payload: "4500", payload_encoding: "hex" }, "4500"],
    ["a payload in base64", { payload: "RQA=", payload_encoding: "base64" }, "4500"],
  ])("%s", (_, fields, expected) => {
    expect(packetOf({ ...BASE, ...fields }, undefined)?.toString("hex")).toBe(expected);
  });

  test("the bytes that were copied go first", () => {
    expect(packetOf({ ...BASE, ...ENDS4, payload: "45" }, Buffer.from("46", "hex"))?.toString("hex")).toBe("46");
  });

  test.each<[string, Partial<PacketEvent>]>([
    ["no address", {}],
    ["one address", { src: "10.9.0.1" }],
    ["addresses of two versions", { src: "10.9.0.1", dst: "fd00::2" }],
    ["what is no address", { src: "10.9.0.256", dst: "10.9.0.1" }],
    ["an address with a zone", { src: "fe80::1%eth0", dst: "fe80::2" }],
  ])("nothing of %s", (_, fields) => {
    expect(packetOf({ ...BASE, ...fields }, undefined)).toBeUndefined();
  });
});
