import { describe, expect, test } from "vitest";
import { fromCapture } from "../../../src/core/event/from-capture.ts";
import type { CapturedPacket } from "../../../src/core/pcap/captured.ts";
import { commentedIn, commentOf } from "../../../src/core/pcap/comment.ts";

const MOMENT = { seconds: 1_795_261_056, nanoseconds: 418_900_123 };
const IP = "45000014000100004011000 00a0000010a000002".replace(" ", "");

function captured(linkType: number, hex: string, more: Partial<CapturedPacket> = {}): CapturedPacket {
  const bytes = Buffer.from(hex.replace(/\s/g, ""), "hex");
  return { linkType, bytes, isBig: false, length: bytes.length, moment: MOMENT, ...more };
}

const LITTLE = `0200 0005 0800 0100 0800 0100 0700 0a00 6162 0000 0800 0200 00000007 1400 1400 0600 0100 8100 0000 0600 0200 602a 0000`;
const BIG = `0200 0005 0008 0001 0800 0100 0007 000a 6162 0000 0008 0002 00000007 0014 0014 0006 0001 8100 0000 0006 0002 602a 0000`;
const PAYLOAD = { little: "1800 0900", big: "0018 0009" };

const SAID = {
  schema: 1,
  kind: "packet",
  ts: "2026-11-21T11:37:36.418900123Z",
  ts_source: "capture",
  source: "capture",
  group: 5,
  prefix: "ab",
  topic: "nft:ab",
  hook: "input",
  family: "ip",
  mark: 7,
  vlan: [{ protocol: 0x8100, id: 42, priority: 3 }],
  src: "10.0.0.1",
  dst: "10.0.0.2",
};

describe("NFLOG", () => {
  test.each([
    ["little-endian", false, `${LITTLE} ${PAYLOAD.little} ${IP}`],
    ["big-endian", true, `${BIG} ${PAYLOAD.big} ${IP}`],
  ])("of a %s machine", (_, isBig, hex) => {
    const { event, bytes, record } = fromCapture(captured(239, hex, { isBig }));
    expect(event).toMatchObject(SAID);
    expect(bytes?.toString("hex")).toBe(IP);
    expect(record?.bytes.toString("hex")).toBe(`${LITTLE}${PAYLOAD.little}${IP}`.replace(/\s/g, ""));
  });

  test("a payload that is cut off is there as far as it goes", () => {
    const { event, bytes } = fromCapture(captured(239, `${LITTLE} ff00 0900 ${IP}`));
    expect(event).toMatchObject(SAID);
    expect(bytes?.toString("hex")).toBe(IP);
  });

  test.each(["", "02", "02000005", "02000005 0300", "02000005 0000 0000 0000"])("%j says nothing, and ends", (hex) => {
    expect(fromCapture(captured(239, hex)).event).toMatchObject({
      kind: "undecoded",
      why: "there are no bytes of a network header",
    });
  });
});

describe("other links", () => {
  test.each([
    ["raw IP", 101, IP],
    ["Ethernet", 1, `020000000002020000000001 0800 ${IP}`],
    ["Linux cooked", 113, `0000 0001 0006 020000000001 0000 0800 ${IP}`],
  ])("%s", (_, linkType, hex) => {
    const { event, bytes } = fromCapture(captured(linkType, hex));
    expect(event).toMatchObject({ kind: "packet", ts: SAID.ts, ts_source: "capture", src: "10.0.0.1", prefix: "" });
    expect(bytes?.toString("hex")).toBe(IP);
  });

  test("a link that is not known is undecoded", () => {
    const { event, bytes } = fromCapture(captured(147, "0102"));
    expect(event).toMatchObject({ kind: "undecoded", why: "link type 147 is not known" });
    expect(bytes?.toString("hex")).toBe("0102");
  });

  test.each([
    ["in", "in"],
    ["out", "out"],
  ] as const)("an interface by the way of the packet: %s", (direction, key) => {
    expect(fromCapture(captured(101, IP, { direction, interfaceName: "eth0" })).event[key]).toBe("eth0");
  });

  test("without a time it is of 1970", () => {
    const { moment, ...packet } = captured(101, IP);
    expect(fromCapture(packet).event.ts).toBe("1970-01-01T00:00:00.000000000Z");
  });

  test("our comment is read back", () => {
    const comment = 'prefix "drop:in " action blocked hook input in eth0 mark 0x5';
    expect(fromCapture(captured(101, IP, { comment })).event).toMatchObject({
      prefix: "drop:in ",
      topic: "nft:drop:in",
      action: "blocked",
      hook: "input",
      in: "eth0",
      mark: 5,
    });
  });
});

describe("comments", () => {
  test.each([
    [{ prefix: "" }],
    [{ prefix: 'a "b" in eth0' }],
    [{ prefix: "x", action: "allowed", hook: "forward", in: "a", out: "b", mark: 0xffff_ffff }],
  ] as const)("%j", (said) => {
    expect(commentedIn(commentOf(said))).toEqual(said);
  });

  test.each(["", "hello", 'prefix "a', 'prefix "a" hook nowhere', 'prefix "a" mark 0x123456789'])(
    "%j is somebody else's",
    (comment) => {
      expect(commentedIn(comment)).toBeUndefined();
    },
  );
});
