import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Layers } from "../../../src/core/event/layers.ts";
import { communityIdInput } from "../../../src/core/packet/community-id.ts";

function communityId(layers: Layers): string | undefined {
  const input = communityIdInput(layers);
  return input && `1:${createHash("sha1").update(input).digest("base64")}`;
}

function flow(src: string, dst: string, rest: Layers): Layers {
  return { src, dst, ...rest };
}

const [LL_A, LL_B] = ["fe80::200:86ff:fe05:80da", "fe80::260:97ff:fe07:69ea"];

describe("the identifiers that the specification has in its baseline", () => {
  test.each<[Layers, string]>([
    [flow(LL_A, LL_B, { proto: "icmpv6", icmp: { type: 135, code: 0 } }), "1:dGHyGvjMfljg6Bppwm3bg0LO8TY="],
    [flow(LL_B, LL_A, { proto: "icmpv6", icmp: { type: 136, code: 0 } }), "1:dGHyGvjMfljg6Bppwm3bg0LO8TY="],
    [flow(LL_B, LL_A, { proto: "icmpv6", icmp: { type: 135, code: 0 } }), "1:zavyT/cezQr1fmImYCwYnMXbgck="],
    [
      flow("3ffe:501:1800:2345::2", "3ffe:507:0:1:200:86ff:fe05:80da", { proto: "icmpv6", icmp: { type: 3, code: 0 } }),
      "1:2ObVBgIn28oZvibYZhZMBgh7WdQ=",
    ],
    [flow(LL_A, "ff02::2", { proto: "icmpv6", icmp: { type: 133, code: 0 } }), "1:hO+sN4H+MG5MY/8hIrXPqc4ZQz0="],
    [flow(LL_B, "ff02::1", { proto: "icmpv6", icmp: { type: 134, code: 0 } }), "1:pkvHqCL88/tg1k4cPigmZXUtL00="],
    [
      flow("192.168.0.89", "192.168.0.1", { proto: "icmp", icmp: { type: 8, code: 0 } }),
      "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=",
    ],
    [
      flow("192.168.0.1", "192.168.0.89", { proto: "icmp", icmp: { type: 0, code: 0 } }),
      "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=",
    ],
    [flow("10.0.0.1", "10.0.0.2", { proto: "icmp", icmp: { type: 11, code: 0 } }), "1:YHxtAirCG//0OzkcVAukqKQN9xM="],
    [
      flow("2607:f8b0:400c:c03::1a", "2001:470:e5bf:dead:4957:2174:e82c:4887", {
        proto: "tcp",
        sport: 25,
        dport: 63943,
      }),
      "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=",
    ],
    [flow("192.168.170.8", "192.168.170.56", { proto: "sctp", sport: 7, dport: 7 }), "1:MP2EtRCAUIZvTw6MxJHLV7N7JDs="],
    [
      flow("128.232.110.120", "66.35.250.204", { proto: "tcp", sport: 34855, dport: 80 }),
      "1:LQU9qZlK+B5F3KDmev6m5PMibrg=",
    ],
    [flow("192.168.1.52", "8.8.8.8", { proto: "udp", sport: 54585, dport: 53 }), "1:d/FP5EW3wiY1vCndhwleRRKHowQ="],
    [flow("8.8.8.8", "192.168.1.52", { proto: "udp", sport: 53, dport: 54585 }), "1:d/FP5EW3wiY1vCndhwleRRKHowQ="],
    [flow("10.1.12.2", "10.1.12.1", { proto: "rsvp" }), "1:KHlLkgoJW7ifUTyTSgyVfkFHzKw="],
    [flow("10.1.12.1", "10.1.12.2", { proto: "46" }), "1:KHlLkgoJW7ifUTyTSgyVfkFHzKw="],
  ])("%j", (layers, id) => {
    expect(communityId(layers)).toBe(id);
  });
});

test("of one host with itself the ports decide the order", () => {
  const there = flow("::1", "::1", { proto: "tcp", sport: 443, dport: 40000 });
  const back = flow("::1", "::1", { proto: "tcp", sport: 40000, dport: 443 });
  expect(communityIdInput(there)).toEqual(communityIdInput(back));
});

test.each<[string, Layers]>([
  ["no addresses", { arp: { operation: 1 } }],
  ["no protocol", flow("10.0.0.1", "10.0.0.2", {})],
  ["an unknown protocol", flow("10.0.0.1", "10.0.0.2", { proto: "what" })],
  ["a later fragment", flow("10.0.0.1", "10.0.0.2", { proto: "udp" })],
  ["an ICMP header that is cut", flow("10.0.0.1", "10.0.0.2", { proto: "icmp" })],
  ["addresses of two versions", flow("10.0.0.1", "::1", { proto: "tcp", sport: 1, dport: 2 })],
  ["text that is no address", flow("10.0.0.1", "\u001b[2J", { proto: "tcp", sport: 1, dport: 2 })],
])("there is none for %s", (_, layers) => {
  expect(communityIdInput(layers)).toBeUndefined();
});
