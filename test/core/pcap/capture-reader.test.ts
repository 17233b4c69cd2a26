import { describe, expect, test } from "vitest";
import type { CapturedPacket } from "../../../src/core/pcap/captured.ts";
import { createCaptureReader } from "../../../src/core/pcap/read.ts";

function read(hex: string): { packets: CapturedPacket[]; problem: string | undefined } {
  const reader = createCaptureReader();
  const bytes = Buffer.from(hex.replace(/\s/g, ""), "hex");
  const packets = [...bytes].flatMap((_, at) => reader.push(bytes.subarray(at, at + 1)));
  return { packets, problem: reader.end() };
}

const SECTION = "0a0d0d0a 1c000000 4d3c2b1a 01000000 ffffffffffffffff 1c000000";
const BIG_SECTION = "0a0d0d0a 0000001c 1a2b3c4d 00010000 ffffffffffffffff 0000001c";
/** Ethernet, called eth0, with a resolution. */
const device = (resolution: string) =>
  `01000000 28000000 01000000 00000000 02000400 65746830 09000100 ${resolution}000000 00000000 28000000`;
/** Without a name, in microseconds. */
const BARE = "01000000 14000000 65000000 00000000 14000000";

describe("what a capture says of a packet", () => {
  test.each([
    ["microseconds", "d4c3b2a1 02000400 00000000 00000000 00000400 65000000", { seconds: 1, nanoseconds: 2000 }],
    ["nanoseconds", "4d3cb2a1 02000400 00000000 00000000 00000400 65000000", { seconds: 1, nanoseconds: 2 }],
  ])("pcap in %s", (_, header, moment) => {
    expect(read(`${header} 01000000 02000000 01000000 3c000000 45`).packets).toEqual([
      { linkType: 101, bytes: Buffer.from([0x45]), isBig: false, length: 60, moment },
    ]);
  });

  test.each([
    ["microseconds unless said", BARE, "00000000 41420f00", { seconds: 1, nanoseconds: 1000 }],
    ["nanoseconds", device("09"), "00000000 01ca9a3b", { seconds: 1, nanoseconds: 1 }],
    ["parts of two", device("8a"), "00000000 01040000", { seconds: 1, nanoseconds: 976_562 }],
    ["seconds", device("00"), "00000000 07000000", { seconds: 7, nanoseconds: 0 }],
  ])("pcapng in %s", (_, interfaceBlock, ticks, moment) => {
    const packet = `06000000 24000000 00000000 ${ticks} 01000000 01000000 45000000 24000000`;
    expect(read(SECTION + interfaceBlock + packet).packets[0]?.moment).toEqual(moment);
  });

  test("its interface, its comment and its way", () => {
    const options = "01000200 68690000 02000400 02000000 00000000";
    const packet = `06000000 38000000 00000000 00000000 00000000 01000000 3c000000 45000000 ${options} 38000000`;
    expect(read(SECTION + device("06") + packet)).toEqual({
      packets: [
        {
          linkType: 1,
          bytes: Buffer.from([0x45]),
          isBig: false,
          length: 60,
          moment: { seconds: 0, nanoseconds: 0 },
          interfaceName: "eth0",
          comment: "hi",
          direction: "out",
        },
      ],
      problem: undefined,
    });
  });

  test("each section has a byte order and interfaces of its own", () => {
    const simple = "03000000 14000000 01000000 45000000 14000000";
    const big = "00000001 00000014 00010000 00000000 00000014 00000003 00000014 00000001 60000000 00000014";
    const { packets } = read(SECTION + BARE + simple + BIG_SECTION + big);
    expect(packets.map(({ linkType, isBig, bytes }) => [linkType, isBig, bytes.toString("hex")])).toEqual([
      [101, false, "45"],
      [1, true, "60"],
    ]);
  });
});

describe("what is wrong with it", () => {
  const PCAP = "d4c3b2a1 02000400 00000000 00000000 00000400 65000000";
  test.each([
    ["nothing", "", "it is too short"],
    ["no capture", "00".repeat(24), "it begins as neither pcap nor pcapng does"],
    ["half a packet", `${PCAP} 01000000 02000000 02000000 3c000000 45`, "it is cut off in packet 1"],
    ["a packet that is too long", `${PCAP} 01000000 02000000 ffffff7f 3c000000`, "packet 1 of it has no right length"],
    ["half a block", `${SECTION} 01000000`, "it is cut off in a block"],
    ["a block that is too short", `${SECTION} 01000000 08000000 08000000`, "a block of it has no right length"],
    [
      "a packet of no interface",
      `${SECTION} 03000000 14000000 01000000 45000000 14000000`,
      "a packet of it is of no interface",
    ],
    ["an interface cut short", `${SECTION} 01000000 10000000 65000000 10000000`, "a block of it has no right length"],
  ])("%s", (_, hex, problem) => {
    expect(read(hex)).toEqual({ packets: [], problem });
  });
});
