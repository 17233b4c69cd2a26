import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fault } from "../../../src/core/model/fault.ts";
import { readCapture } from "../../../src/core/pcap/read.ts";
import { RUNS } from "../../helpers/runs.ts";

const PACKETS = [Buffer.from("4500", "hex"), Buffer.from("60000000ff", "hex")];

/** As pcap-savefile(5) has it. */
function pcap(isBig: boolean, magic = 0xa1b2c3d4): Buffer {
  const word = (value: number): Buffer => number(value, 4, isBig);
  const records = PACKETS.flatMap((packet) => [word(1), word(2), word(packet.length), word(packet.length), packet]);
  return Buffer.concat([
    word(magic),
    number(2, 2, isBig),
    number(4, 2, isBig),
    word(0),
    word(0),
    word(65_535),
    word(101),
    ...records,
  ]);
}

/** As draft-ietf-opsawg-pcapng has it: a section, an interface, an enhanced and a simple packet. */
function pcapng(isBig: boolean): Buffer {
  const word = (value: number): Buffer => number(value, 4, isBig);
  const block = (type: number, ...body: Buffer[]): Buffer => {
    const whole = Buffer.concat(body);
    const padded = Buffer.concat([whole, Buffer.alloc(-whole.length & 3)]);
    return Buffer.concat([word(type), word(padded.length + 12), padded, word(padded.length + 12)]);
  };
  const [first, second] = PACKETS as [Buffer, Buffer];
  return Buffer.concat([
    block(0x0a0d0d0a, word(0x1a2b3c4d), number(1, 2, isBig), number(0, 2, isBig), word(0xffffffff), word(0xffffffff)),
    block(1, number(101, 2, isBig), number(0, 2, isBig), word(65_535)),
    block(5, word(0), word(0), word(0)), // statistics: passed over
    block(6, word(0), word(0), word(0), word(first.length), word(first.length), first),
    block(3, word(second.length), second),
  ]);
}

function number(value: number, bytes: 2 | 4, isBig: boolean): Buffer {
  const buffer = Buffer.alloc(bytes);
  if (isBig) buffer.writeUIntBE(value, 0, bytes);
  else buffer.writeUIntLE(value, 0, bytes);
  return buffer;
}

const ALL = [
  ["pcap", pcap(false)],
  ["pcap of the other byte order", pcap(true)],
  ["pcap with nanoseconds", pcap(false, 0xa1b23c4d)],
  ["pcapng", pcapng(false)],
  ["pcapng of the other byte order", pcapng(true)],
] as const;

describe("the packets of a capture", () => {
  test.each(ALL)("%s", (_, bytes) => {
    expect(readCapture(bytes, "f")).toEqual(PACKETS.map((packet) => ({ linkType: 101, bytes: packet })));
  });

  test.each(ALL)("%s that is cut off is a fault", (_, bytes) => {
    expect(() => readCapture(bytes.subarray(0, bytes.length - 3), "f")).toThrow(/^f is no capture: /);
  });

  test.each(ALL)("%s that is damaged is read or a fault", (_, bytes) => {
    const damage = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(damage, (bits) => {
        const damaged = Buffer.from(bytes);
        for (const [at, byte] of bits) damaged[at] = byte;
        try {
          readCapture(damaged, "f");
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
