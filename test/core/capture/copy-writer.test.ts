import { expect, test } from "vitest";
import { createCopyWriter } from "../../../src/core/capture/copy-writer.ts";
import type { CapturedPacket } from "../../../src/core/pcap/captured.ts";
import { createCaptureReader } from "../../../src/core/pcap/read.ts";

const PACKET: CapturedPacket = {
  ...{ linkType: 1, bytes: Buffer.from("a frame of Ethernet"), isBig: false, length: 1500 },
  ...{ moment: { seconds: 1_795_966_833, nanoseconds: 7 }, interfaceName: "eth0" },
  ...{ comment: 'prefix "drop " in eth0', direction: "in" },
};

function copied(...packets: readonly CapturedPacket[]): CapturedPacket[] {
  const writer = createCopyWriter();
  const reader = createCaptureReader();
  const read = reader.push(Buffer.concat([writer.header, ...packets.map((packet) => writer.encode(packet))]));
  expect(reader.end()).toBeUndefined();
  expect([...writer.linkTypes]).toEqual([...new Set(packets.map(({ linkType }) => linkType))]);
  return read;
}

test("a packet is what it was, with its interface, its comment and its way", () => {
  const { comment, direction, interfaceName, ...plain } = PACKET;
  const out: CapturedPacket = { ...PACKET, direction: "out", interfaceName: "eth1", comment: "of another program" };
  const other: CapturedPacket = { ...PACKET, linkType: 101 };
  expect(copied(PACKET, out, plain, PACKET, other)).toEqual([PACKET, out, plain, PACKET, other]);
});

test("one without a time comes at the beginning of all time", () => {
  const { moment, ...timeless } = PACKET;
  expect(copied(timeless)).toEqual([{ ...timeless, moment: { seconds: 0, nanoseconds: 0 } }]);
});

test("what the kernel of a big-endian machine said is turned round", () => {
  // Family 2, group 5; the prefix "x" of ten bytes: length, type 10.
  const said = (isBig: boolean): Buffer => Buffer.from(`02000005${isBig ? "0006000a" : "06000a00"}78000000`, "hex");
  const big: CapturedPacket = { ...PACKET, linkType: 239, bytes: said(true), isBig: true, length: 12 };
  expect(copied(big)).toEqual([{ ...big, isBig: false, bytes: said(false) }]);
});
