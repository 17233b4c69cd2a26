import dnsPacket from "dns-packet";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeDns } from "../../../src/core/packet/dns.ts";
import { RUNS } from "../../helpers/runs.ts";

/** A message with the question `x A`, answers in hex and how many they are said to be. */
function response(answers: string, count = 1): Buffer {
  const head = Buffer.from("000181800001000000000000 0178 00 0001 0001".replaceAll(" ", ""), "hex");
  head.writeUInt16BE(count, 6);
  return Buffer.concat([head, Buffer.from(answers.replaceAll(" ", ""), "hex")]);
}

const ANSWER = "c00c 0001 0001 0000003c 0004 c0000207";

describe("records", () => {
  test.each([
    ["A", "0001", "0004 c0000207", "192.0.2.7"],
    ["A of another length", "0001", "0003 c00002", "c00002"],
    ["AAAA", "001c", "0010 20010db8000000000000000000000007", "2001:db8::7"],
    ["NS", "0002", "0005 02 6e73 c00c", "ns.x"],
    ["a name that is none", "0005", "0002 c0ff", "c0ff"],
    ["MX", "000f", "0007 000a 02 6d78 c00c", "10 mx.x"],
    ["SRV", "0021", "0009 0001 0002 01bb 0161 00", "1 2 443 a"],
    ["SOA", "0006", "0018 c00c c00c 00000001 00000002 00000003 00000004 00000005", "x x 1 2 3 4 5"],
    ["SOA with one name", "0006", "0002 c00c", "c00c"],
    ["MX without a name", "000f", "0002 000a", "000a"],
    ["SOA that is too short", "0006", "0004 c00c c00c", "c00cc00c"],
    ["TXT", "0010", "0006 02 6869 02 686f", "hi ho"],
    ["TXT with a wrong length", "0010", "0002 09 68", "0968"],
    ["TXT with control characters", "0010", "0004 03 1b5b4a", "\u001b[J"],
    ["HTTPS", "0041", "0003 0001 00", "000100"],
    ["without data", "0001", "0000", undefined],
  ])("%s", (_, type, data, expected) => {
    const dns = decodeDns(response(`c00c ${type} 0001 0000003c ${data}`), false);
    expect(dns?.answers[0]?.data).toBe(expected);
    expect(dns?.answers[0]).toMatchObject({ name: "x", ttl: 60 });
  });

  test.each([
    [65, "HTTPS"],
    [257, "CAA"],
    [65280, "TYPE65280"],
  ])("type %i is called %s", (type, name) => {
    const record = `c00c ${type.toString(16).padStart(4, "0")} 0001 00000000 0000`;
    expect(decodeDns(response(record), false)?.answers[0]?.type).toBe(name);
  });

  test("a dot within a label is told from one between two", () => {
    const dns = decodeDns(response("03 612e62 0163 00 0001 0001 0000003c 0004 c0000207"), false);
    expect(dns?.answers[0]?.name).toBe("a\\.b.c");
  });
});

describe("messages", () => {
  test("the head", () => {
    const dns = decodeDns(Buffer.from("beefafb3", "hex"), false);
    expect(dns).toBeUndefined();
    expect(decodeDns(Buffer.from("beefafb30000000000000000", "hex"), false)).toEqual({
      id: 0xbeef,
      qr: "response",
      opcode: 5,
      rcode: 3,
      flags: ["AA", "TC", "RD", "RA", "AD", "CD"],
      questions: [],
      answers: [],
    });
  });

  test("what has no question although it says so is none, but for a cut one", () => {
    const message = response("").subarray(0, 14);
    expect(decodeDns(message, false)).toBeUndefined();
    expect(decodeDns(message, true)).toMatchObject({ id: 1, questions: [], answers: [] });
  });

  test("a name that points to itself ends", () => {
    const message = Buffer.from("00010100000100000000 0000 c00c 0001 0001".replaceAll(" ", ""), "hex");
    expect(decodeDns(message, false)).toBeUndefined();
  });

  test("a name of 127 labels is read", () => {
    const long = `${"0161".repeat(127)}00 0001 0001`.replaceAll(" ", "");
    const message = Buffer.concat([Buffer.from("000101000001000000000000", "hex"), Buffer.from(long, "hex")]);
    expect(decodeDns(message, false)?.questions[0]?.name).toBe(Array(127).fill("a").join("."));
  });

  test.each([
    [20, [".", "."]],
    [200, ["."]],
  ])("a name behind %i pointers, each to the one before", (count, names) => {
    const word = (number: number) => number.toString(16).padStart(4, "0");
    const record = (name: string, bytes: number) => `${name} 0001 0001 00000000 ${word(bytes)}`;
    const pointers = Array.from({ length: count }, (_, index) => word(0xc01e + 2 * index)).join("");
    const last = word(0xc01e + 2 * count);
    const message = response(`${record("00", 2 + 2 * count)} 0000 ${pointers} ${record(last, 0)}`, 2);
    expect(decodeDns(message, false)?.answers.map(({ name }) => name)).toEqual(names);
  });

  test("more answers than there are, and more than are read", () => {
    expect(decodeDns(response(ANSWER, 0xffff), false)?.answers).toHaveLength(1);
    expect(decodeDns(response(ANSWER.repeat(300), 300), false)?.answers).toHaveLength(100);
  });

  test("a whole message of the library comes back, and each part of it has the first answers", () => {
    const name = fc.domain().filter((domain) => domain.length < 60);
    const answers = fc.array(fc.record({ name, ttl: fc.nat(), data: fc.ipV4() }), { maxLength: 5 });
    fc.assert(
      fc.property(name, answers, fc.nat(400), (question, records, length) => {
        const message = dnsPacket.encode({
          type: "response",
          questions: [{ type: "A", name: question }],
          answers: records.map((record) => ({ type: "A", ...record })),
        });
        const expected = records.map(({ data, ...record }) => ({ type: "A", ...record, data }));
        const whole = decodeDns(message, false);
        expect(whole?.questions).toEqual([{ name: question, type: "A" }]);
        expect(whole?.answers).toEqual(expected);
        const part = decodeDns(message.subarray(0, length), true)?.answers ?? [];
        expect(part).toEqual(expected.slice(0, part.length));
      }),
      { numRuns: RUNS },
    );
  });
});
