import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LossEvent, PacketEvent } from "../../../../src/core/event/event.ts";
import { encodeText, type TextStyle } from "../../../../src/core/event/formats/text.ts";
import { anyPacketEvent, hostileText, lossEvent } from "../../../helpers/events.ts";
import { RUNS } from "../../../helpers/runs.ts";

const BASE: PacketEvent = {
  schema: 1,
  kind: "packet",
  ts: "2026-11-21T11:37:36.418900123Z",
  ts_source: "kernel",
  source: "nflog",
  prefix: "wan:in ",
  topic: "nft:wan:in",
  in: "eth0",
};
const IP4 = { src: "10.9.0.2", dst: "10.9.0.1", len: 60, ttl: 64 };
const HEAD = "11:37:36.418  wan:in            eth0>        ";

/** As the default, but the columns are as narrow as they can be. */
const NARROW: TextStyle = {
  blocked: (text) => `[31m${text}[0m`,
  allowed: (text) => `[32m${text}[0m`,
  began: (text) => `[32m${text}[0m`,
  ended: (text) => `[36m${text}[0m`,
  trouble: (text) => `[33m${text}[0m`,
  prefixWidth: 0,
  interfacesWidth: 0,
  endsWidth: 0,
};

describe("encodeText", () => {
  test.each<[string, Partial<PacketEvent>, string]>([
    [
      "TCP",
      { ...IP4, proto: "tcp", sport: 36034, dport: 22, tcp: { flags: ["SYN", "ACK"], seq: 1, ack: 0, window: 1 } },
      "tcp  10.9.0.2:36034 > 10.9.0.1:22                   SYN,ACK  len 60 ttl 64",
    ],
    [
      "UDP over IPv6, cut",
      { src: "fd00::1", dst: "fd00::2", proto: "udp", sport: 5000, dport: 53, len: 77, ttl: 64, cut: true },
      "udp  [fd00::1]:5000 > [fd00::2]:53                  len 77 ttl 64  cut",
    ],
    [
      "names",
      { ...IP4, proto: "udp", sport: 1, dport: 2, src_name: "a.example", dst_name: "b.example" },
      "udp  a.example:1 > b.example:2                      len 60 ttl 64",
    ],
    [
      "an echo",
      { ...IP4, proto: "icmp", icmp: { type: 8, code: 0, id: 1, seq: 2 } },
      "icmp 10.9.0.2 > 10.9.0.1                            echo-request id 1 seq 2  len 60 ttl 64",
    ],
    [
      "an error",
      {
        ...IP4,
        proto: "icmp",
        icmp: {
          type: 3,
          code: 4,
          mtu: 1400,
          inner: { proto: "udp", src: "1.1.1.1", dst: "fd00::2", sport: 1, dport: 2 },
        },
      },
      "icmp 10.9.0.2 > 10.9.0.1                            destination-unreachable code 4 mtu 1400 (udp 1.1.1.1:1 > [fd00::2]:2)  len 60 ttl 64",
    ],
    [
      "a query",
      {
        ...IP4,
        proto: "udp",
        dns: {
          id: 1,
          qr: "query",
          opcode: 0,
          rcode: 0,
          flags: ["RD"],
          questions: [{ name: "example.com", type: "A" }],
          answers: [],
        },
      },
      "udp  10.9.0.2 > 10.9.0.1                            A example.com?  len 60 ttl 64",
    ],
    [
      "an answer",
      {
        ...IP4,
        proto: "udp",
        dns: {
          id: 1,
          qr: "response",
          opcode: 0,
          rcode: 3,
          flags: [],
          questions: [{ name: "example.com", type: "A" }],
          answers: [{ name: "example.com", type: "A", ttl: 1, data: "1.2.3.4" }],
        },
      },
      "udp  10.9.0.2 > 10.9.0.1                            A example.com NXDOMAIN 1.2.3.4  len 60 ttl 64",
    ],
    [
      "DHCP",
      { ...IP4, proto: "udp", dhcp: { operation: 1, type: "REQUEST", xid: 1, hostname: "tv", requested: "10.0.0.9" } },
      "udp  10.9.0.2 > 10.9.0.1                            REQUEST tv 10.0.0.9  len 60 ttl 64",
    ],
    [
      "a fragment",
      { ...IP4, proto: "udp", ip: { version: 4, tos: 0, id: 7, flags: ["MF"], offset: 1480 } },
      "udp  10.9.0.2 > 10.9.0.1                            fragment 7 at 1480+  len 60 ttl 64",
    ],
    ["ARP", { arp: { operation: 1, sender: "10.0.0.1", target: "10.0.0.2" } }, "arp  who has 10.0.0.2? tell 10.0.0.1"],
    [
      "its sender",
      { ...IP4, proto: "esp", esp: { spi: 255, seq: 1 }, uid: 1000, program: "curl" },
      "esp  10.9.0.2 > 10.9.0.1                            spi 0xff  by curl  len 60 ttl 64",
    ],
    ["nothing known", {}, ""],
    [
      "bytes that are no packet",
      {
        kind: "undecoded",
        why: "IP version 15",
        payload: "f000112233445566778899aabbccddeeff",
        payload_encoding: "hex",
      },
      "undecoded: IP version 15  f0 00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ...",
    ],
  ])("%s", (_, fields, expected) => {
    expect(encodeText({ ...BASE, ...fields }).slice(HEAD.length)).toBe(expected);
    expect(encodeText({ ...BASE, ...fields }).slice(0, HEAD.length)).toBe(HEAD);
  });

  test.each<[string, LossEvent | PacketEvent, string]>([
    [
      "blocked",
      { ...BASE, ...IP4, action: "blocked" } as const,
      "11:37:36.418  [31mwan:in[0m  eth0>       10.9.0.2 > 10.9.0.1  len 60 ttl 64",
    ],
    [
      "allowed",
      { ...BASE, action: "allowed", prefix: "\u001b[2J", out: "a\nb" } as const,
      "11:37:36.418  [32m\\u001b[2J[0m  eth0>a\\u000ab",
    ],
    [
      "lost",
      { schema: 1, kind: "loss", ts: BASE.ts, group: 5, count: 12, from: 3, to: 14, why: "gap" },
      "11:37:36.418  [33m12 events of group 5 were lost (3 to 14): gap[0m",
    ],
    [
      "lost, one",
      { schema: 1, kind: "loss", ts: BASE.ts, count: 1, why: "gap" },
      "11:37:36.418  [33m1 event was lost: gap[0m",
    ],
    [
      "lost, of unknown number",
      { schema: 1, kind: "loss", ts: BASE.ts, group: 5, count: 0, why: "ENOBUFS" },
      "11:37:36.418  [33mevents of group 5 were lost, it is not known how many: ENOBUFS[0m",
    ],
  ])("in colour: %s", (_, event, expected) => {
    expect(encodeText(event, NARROW).replaceAll(/ +$/g, "")).toBe(expected);
  });
});

test("law: every event is one line, and nothing in it acts upon a terminal", () => {
  const nested = anyPacketEvent.chain((event) =>
    hostileText.map(
      (text): PacketEvent => ({
        ...event,
        dns: {
          id: 1,
          qr: "query",
          opcode: 0,
          rcode: 0,
          flags: [],
          questions: [{ name: text, type: text }],
          answers: [],
        },
        program: text,
      }),
    ),
  );
  fc.assert(
    fc.property(fc.oneof(nested, lossEvent), (event) => {
      expect(encodeText(event)).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u202e]/u);
    }),
    { numRuns: RUNS },
  );
});
