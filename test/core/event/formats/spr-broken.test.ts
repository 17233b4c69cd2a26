import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PacketEvent } from "../../../../src/core/event/event.ts";
import { encodeSpr } from "../../../../src/core/event/formats/spr.ts";
import { RUNS } from "../../../helpers/runs.ts";

const EVENT: PacketEvent = {
  schema: 1,
  kind: "packet",
  ts: "2026-11-21T11:37:36.000000000Z",
  ts_source: "kernel",
  source: "nflog",
  prefix: "p",
  topic: "nft:p",
};

/** A UDP packet over IPv4 between two ports. */
function udp(sport: number, dport: number, payload: Buffer): Buffer {
  const head = Buffer.from("4500000000014000401100000a0000010a0000020000000000000000", "hex");
  head.writeUInt16BE(head.length + payload.length, 2);
  head.writeUInt16BE(sport, 20);
  head.writeUInt16BE(dport, 22);
  head.writeUInt16BE(8 + payload.length, 24);
  return Buffer.concat([head, payload]);
}

function layersOf(bytes: Buffer): Record<string, unknown> {
  return JSON.parse(encodeSpr(EVENT, bytes)) as Record<string, unknown>;
}

const HEAD = "12348180";
const ONE_QUESTION = `${HEAD}0001000000000000`;
const ONE_ANSWER = `${HEAD}0000000100000000`;
const EXAMPLE = "076578616d706c6500";
const A = "00010001";

/** Each is one that gopacket 1.1.19 says is broken. */
describe("DNS that is broken is told as the UDP that it is", () => {
  test.each([
    ["it ends in the header", "123481800001000000"],
    ["it has no question", ONE_QUESTION],
    ["a name has no end", `${ONE_QUESTION}0765`],
    ["a name ends before its last label", `${ONE_QUESTION}0161`],
    ["a label of a kind of its own", `${ONE_QUESTION}4161`],
    ["half a pointer", `${ONE_QUESTION}c0`],
    ["a pointer beyond the message", `${ONE_QUESTION}c0ff${A}`],
    ["a pointer to itself", `${ONE_QUESTION}c00c${A}`],
    ["a question without a type", `${ONE_QUESTION}${EXAMPLE}`],
    ["a record without its data", `${ONE_ANSWER}00${A}0000003c0004`],
    ["a record without a length", `${ONE_ANSWER}00${A}`],
    ["more text than data", `${ONE_ANSWER}00001000010000003c0002056100`],
    ["NS without a name", `${ONE_ANSWER}00000200010000003c0000`],
    ["SOA with one name", `${ONE_ANSWER}00000600010000003c000100`],
    ["SOA without its numbers", `${ONE_ANSWER}00000600010000003c00020000`],
    ["MX without a preference", `${ONE_ANSWER}00000f00010000003c000105`],
    ["SRV that is cut off", `${ONE_ANSWER}00002100010000003c00020001`],
    ["URI that is cut off", `${ONE_ANSWER}00010000010000003c00020001`],
    ["an option of EDNS without its data", `${ONE_ANSWER}00002904d0000000000004000a0005`],
    ["half an option of EDNS", `${ONE_ANSWER}00002904d0000000000002000a`],
  ])("%s", (_, hex) => {
    const layers = layersOf(udp(53, 1000, Buffer.from(hex, "hex")));
    expect(layers).not.toHaveProperty("DNS");
    expect(layers["UDP"]).toMatchObject({
      SrcPort: 53,
      DstPort: 1000,
      Payload: Buffer.from(hex, "hex").toString("base64"),
    });
  });

  test("names that stand for far more than the message is long", () => {
    const label = Buffer.concat([Buffer.from([63]), Buffer.alloc(63, 0x61)]);
    const name = Buffer.concat([label, label, label, Buffer.from([0])]);
    const pointers = Buffer.concat(Array.from({ length: 5000 }, () => Buffer.from(`c00c${A}`, "hex")));
    const head = Buffer.from(`${HEAD}${(5001).toString(16)}000000000000`, "hex");
    const message = Buffer.concat([head, name, Buffer.from(A, "hex"), pointers]);
    const line = encodeSpr(EVENT, udp(53, 1000, message));
    expect(line).not.toContain('"DNS"');
    expect(line.length).toBeLessThan(4 * message.length);
  });
});

describe("DHCP that is broken is told as the UDP that it is", () => {
  const HEAD_BYTES = Buffer.alloc(240);
  HEAD_BYTES.writeUInt32BE(0x63825363, 236);

  test.each([
    ["it is too short", HEAD_BYTES.subarray(0, 239)],
    ["it has no cookie", Buffer.alloc(240)],
    ["an option is longer than what is left", Buffer.concat([HEAD_BYTES, Buffer.from([12, 5, 65])])],
    ["an option has no length", Buffer.concat([HEAD_BYTES, Buffer.from([12])])],
  ])("%s", (_, payload) => {
    expect(layersOf(udp(68, 67, payload))).not.toHaveProperty("DHCP");
  });
});

describe("above the extension headers of IPv6", () => {
  const IP6 = (next: string, length: string): string =>
    `60000000${length}${next}40fd000000000000000000000000000001fd000000000000000000000000000002`;
  const UDP = "04d2162e00090000ff";

  test.each<[string, string, unknown]>([
    ["nothing", IP6("11", "0009") + UDP, { SrcPort: 1234, DstPort: 5678, Length: 9 }],
    ["hop-by-hop, destination", `${IP6("00", "0019")}3c000502000001001100010400000000${UDP}`, { SrcPort: 1234 }],
    ["authentication", `${IP6("33", "0015")}110100000000000100000001${UDP}`, { SrcPort: 1234 }],
    ["the first fragment", `${IP6("2c", "0011")}1100000100000007${UDP}`, { SrcPort: 1234 }],
    ["a later fragment", `${IP6("2c", "0011")}1100000800000007${UDP}`, undefined],
    ["a header that is cut off", `${IP6("00", "0004")}11000502`, undefined],
    ["a length of 0, a jumbogram", IP6("11", "0000") + UDP, { SrcPort: 1234 }],
  ])("%s", (_, hex, expected) => {
    const layers = layersOf(Buffer.from(hex, "hex"));
    expect(layers).toHaveProperty("IP");
    if (expected === undefined) expect(layers).not.toHaveProperty("UDP");
    else expect(layers["UDP"]).toMatchObject(expected as object);
  });
});

describe("heads that are cut off", () => {
  const IP4 = (protocol: string): string => `450000000000000040${protocol}00000a0900010a090002`;

  test.each([
    ["UDP", `${IP4("11")}04d2162e`, { SrcPort: 1234, DstPort: 5678, Length: 0, Payload: "" }],
    ["UDP with a length that is none", `${IP4("11")}04d2162e00070000ff`, { SrcPort: 1234, Length: 7, Payload: null }],
    ["TCP", `${IP4("06")}04d2`, { SrcPort: 1234, DstPort: 0, Payload: null, Options: [] }],
    [
      "TCP with a broken option",
      `${IP4("06")}04d2162e00000001000000026000ffff000000000209abcd`,
      { SrcPort: 1234, Options: [], Payload: "" },
    ],
  ])("%s: what is there", (kind, hex, expected) => {
    expect(layersOf(Buffer.from(hex, "hex"))[kind.slice(0, 3)]).toMatchObject(expected);
  });

  test("options of IP up to the broken one", () => {
    const hex = "4700001c0000000040fd00000a0900010a0900020194ff0000000000";
    expect(layersOf(Buffer.from(hex, "hex"))["IP"]).toMatchObject({
      Options: [{ OptionType: 1, OptionLength: 1, OptionData: null }],
      Padding: null,
    });
  });
});

test("law: whatever stands in a message, it is one line of JSON that is not much longer", () => {
  const message = fc
    .tuple(
      fc.uint8Array({ minLength: 12, maxLength: 200 }),
      fc.array(fc.constantFrom(0, 1, 5, 0xc0, 12, 16), { maxLength: 60 }),
    )
    .map(([head, tail]) => Buffer.concat([Buffer.from(head).fill(0, 4, 12), Buffer.from(tail)]))
    .chain((bytes) =>
      fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)).map(([questions, answers, additionals]) => {
        bytes[5] = questions;
        bytes[7] = answers;
        bytes[11] = additionals;
        return bytes;
      }),
    );
  fc.assert(
    fc.property(message, fc.constantFrom(53, 67), (bytes, port) => {
      const line = encodeSpr(EVENT, udp(port, 1000, bytes));
      expect(JSON.parse(line)).toHaveProperty("UDP");
      expect(line.length).toBeLessThan(70_000);
    }),
    { numRuns: RUNS },
  );
});
