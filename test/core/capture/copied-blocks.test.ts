import { describe, expect, test } from "vitest";
import { BlockBuffer } from "../../../src/core/capture/block-buffer.ts";
import { CopiedBlocks } from "../../../src/core/capture/copied-blocks.ts";
import { FileTally } from "../../../src/core/capture/file-tally.ts";
import type { Moment } from "../../../src/core/event/time-text.ts";
import { sectionBlock } from "../../../src/core/pcap/block-writer.ts";
import { createCaptureReader } from "../../../src/core/pcap/read.ts";
import { pcapHeader, pcapRecord } from "../../../src/core/pcap/write.ts";

const SECOND = 1_795_966_833;
const record = (bytes: Buffer, second = 33): Buffer =>
  pcapRecord({ ts: `2026-11-29T15:40:${second}.000000007Z`, bytes, length: bytes.length + 2 });

interface Files {
  readonly blocks: CopiedBlocks;
  readonly out: BlockBuffer;
  /** What each file holds, and why it ended. */
  readonly files: { readonly parts: Buffer[]; ended?: string; packets?: number }[];
}

function open(clock?: (moment: Moment) => Moment, seconds = 60, bytesMax = 100_000): Files {
  const files: Files["files"] = [];
  const out = new BlockBuffer({
    begin: (moment) => {
      files.push({ parts: [sectionBlock("test")] });
      return { endSeconds: moment.seconds + seconds, bytesMax };
    },
    write: (bytes) => {
      files.at(-1)?.parts.push(Buffer.from(bytes));
      return true;
    },
    close: (tally, ended) => Object.assign(files.at(-1) ?? {}, { ended, packets: tally.packets }),
  });
  const interfaceName = (index: number): string | undefined => (index === 2 ? "eth0" : undefined);
  return { blocks: new CopiedBlocks(out, { interface: "any", interfaceName, clock }), out, files };
}

function packetsIn(parts: readonly Buffer[]) {
  const reader = createCaptureReader();
  const packets = reader.push(Buffer.concat(parts));
  expect(reader.end()).toBeUndefined();
  return packets.map(({ interfaceName, direction, linkType, length, moment }) => ({
    ...{ interfaceName, direction, linkType, length, moment },
  }));
}

const cooked = (index: number, kind: number): Buffer =>
  Buffer.concat([Buffer.from([8, 0, 0, 0, 0, 0, 0, index, 0, 1, kind, 6]), Buffer.alloc(8), Buffer.from("hello")]);

describe("what another program captured", () => {
  test("of any the packet says which interface it was, and which way it went", () => {
    const { blocks, out, files } = open();
    const bytes = Buffer.concat([
      pcapHeader(276),
      ...[cooked(2, 0), cooked(2, 4), cooked(3, 0)].map((one) => record(one)),
    ]);
    for (let at = 0; at < bytes.length; at += 9) blocks.push(bytes.subarray(at, at + 9));
    out.end("end");
    const moment = { seconds: SECOND, nanoseconds: 7 };
    expect(packetsIn(files[0]?.parts ?? [])).toEqual([
      { interfaceName: "eth0", direction: "in", linkType: 276, length: 27, moment },
      { interfaceName: "eth0", direction: "out", linkType: 276, length: 27, moment },
      { interfaceName: "any", direction: "in", linkType: 276, length: 27, moment },
    ]);
    expect(files).toMatchObject([{ ended: "end", packets: 3 }]);
  });

  test("a file ends with its time, and is asked for anew by the next packet only", () => {
    const { blocks, out, files } = open(undefined, 10);
    blocks.push(Buffer.concat([pcapHeader(1), ...[33, 34, 43, 53].map((second) => record(Buffer.alloc(14), second))]));
    expect(out.endSeconds).toBe(SECOND + 30);
    out.end("time");
    out.end("time");
    expect(out.endSeconds).toBe(-1);
    expect(files.map(({ ended, packets }) => [ended, packets])).toEqual([
      ["time", 2],
      ["time", 1],
      ["time", 1],
    ]);
  });

  test("a file that may be small holds as many as find room in it", () => {
    const { blocks, out, files } = open(undefined, 60, 4000);
    blocks.push(Buffer.concat([pcapHeader(1), ...Array.from({ length: 100 }, () => record(Buffer.alloc(60)))]));
    out.end("end");
    expect(files.map(({ ended, packets }) => [ended, packets])).toEqual([
      ["size", 41],
      ["size", 41],
      ["end", 18],
    ]);
    expect(packetsIn(files[2]?.parts ?? [])).toHaveLength(18);
  });

  test("by another clock its packets came at another time", () => {
    const { blocks, out, files } = open(({ seconds }) => ({ seconds: seconds + 3600, nanoseconds: 1 }));
    blocks.push(Buffer.concat([pcapHeader(1), record(Buffer.alloc(14))]));
    out.end("end");
    expect(packetsIn(files[0]?.parts ?? [])).toMatchObject([{ moment: { seconds: SECOND + 3600, nanoseconds: 1 } }]);
  });

  test("what is no capture is said", () => {
    expect(() => open().blocks.push(Buffer.alloc(100, 7))).toThrow("begins as neither pcap nor pcapng does");
  });
});

test("of a thousand prefixes each is counted, others together; those that were not written do not count", () => {
  const tally = new FileTally();
  for (let at = 0; at < 1003; at += 1) tally.add(tally.countOf(`p${at} `), SECOND + at, 5);
  tally.keep();
  tally.add(tally.countOf("p0 "), 1, 0);
  expect(tally.pending).toBe(1);
  tally.drop();
  const index = tally.indexOf({ ...{ file: "f", link: "raw", from: "x", host: "h", bytes: 1 }, ended: "size" });
  expect(index).toMatchObject({ packets: 1003, others: 3, lost: 1, first: "2026-11-29T15:40:33.000000005Z" });
  expect(Object.keys(index.prefixes)).toHaveLength(1000);
});
