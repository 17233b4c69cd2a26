import fc from "fast-check";
import { expect, test } from "vitest";
import { answerTo, decodePacket, madeWhole } from "../../../src/core/packet/captured.ts";
import { encodePacket } from "../../../src/core/packet/encode.ts";
import { packet } from "../../helpers/packets.ts";
import { RUNS } from "../../helpers/runs.ts";

/** Where the layer above IP has its checksum. */
const CHECKSUM = { tcp: [16, 2], udp: [6, 2], icmp: [2, 2], icmpv6: [2, 2], sctp: [8, 4], other: [0, 0] } as const;

test("what a network card and a snaplen took of a packet is given back", () => {
  fc.assert(
    fc.property(packet, fc.nat(40), (sent, cut) => {
      const bytes = encodePacket({ ...sent, layer4: { ...sent.layer4, data: Buffer.alloc(sent.layer4.data.length) } });
      const head = sent.from.includes(":") ? 40 : 20;
      const [at, length] = CHECKSUM[sent.layer4.kind];
      const captured = Buffer.from(bytes);
      captured.fill(0xab, head + at, head + at + length);
      const zeros = sent.layer4.kind === "sctp" ? 0 : sent.layer4.data.length; // SCTP may carry more than its data
      expect(madeWhole(captured.subarray(0, captured.length - Math.min(cut, zeros))).toString("hex")).toBe(
        bytes.toString("hex"),
      );
    }),
    { numRuns: RUNS },
  );
});

test("an answer goes to where what left came from", () => {
  const data = Buffer.from("x");
  const between = (from: string, to: string, ports: readonly [number, number]): Buffer => {
    const [sport, dport] = ports;
    return encodePacket({ from, to, ttl: 64, layer4: { kind: "udp", sport, dport, data } });
  };
  const left = between("192.0.2.1", "198.51.100.7", [6000, 53]);
  const answer = answerTo(between("198.51.100.7", "10.0.0.9", [53, 40_000]), left);
  expect(answer.toString("hex")).toBe(between("198.51.100.7", "192.0.2.1", [53, 6000]).toString("hex"));
  const echo = (from: string, to: string, type: number, id: number): Buffer =>
    encodePacket({ from, to, ttl: 64, layer4: { kind: "icmpv6", type, code: 0, id, seq: 9, data } });
  const reply = answerTo(echo("2001:db8::7", "fd00::9", 129, 1), echo("2001:db8::1", "2001:db8::7", 128, 77));
  expect(reply.toString("hex")).toBe(echo("2001:db8::7", "2001:db8::1", 129, 77).toString("hex"));
});

test("its heads are read again", () => {
  fc.assert(
    fc.property(packet, (sent) => {
      const found = decodePacket(encodePacket(sent));
      expect(found).toMatchObject({ ttl: sent.ttl });
      if (found?.layer4.kind === "tcp" && sent.layer4.kind === "tcp") {
        const { sport, dport, flags, seq } = sent.layer4;
        expect(found.layer4).toMatchObject({ sport, dport, flags, seq });
      }
    }),
    { numRuns: RUNS },
  );
});

test("any bytes are taken", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
      expect(madeWhole(Buffer.from(bytes)).length).toBeGreaterThanOrEqual(bytes.length);
      decodePacket(Buffer.from(bytes));
    }),
    { numRuns: RUNS },
  );
});
