import fc from "fast-check";
import { expect, test } from "vitest";
import { linkName } from "../../../src/core/capture/link-name.ts";
import { createScan, sectionComment } from "../../../src/core/capture/scan.ts";
import { InterfaceNumbers, packetBlock, sectionBlock } from "../../../src/core/pcap/block-writer.ts";
import { RUNS } from "../../helpers/runs.ts";

const AT = 1_795_966_833;

function packet(at: number): Buffer {
  const comment = `prefix "p${at % 2} " in eth${at % 2}`;
  return packetBlock({
    ...{ number: 0, moment: { seconds: AT + at, nanoseconds: at }, bytes: Buffer.alloc(at, 1), length: at, comment },
  });
}

const HEAD = Buffer.concat([sectionBlock("netlogctl", "NFLOG group 5"), ...new InterfaceNumbers(101).of("eth0").added]);
const PACKETS = Array.from({ length: 6 }, (_, at) => packet(at));
const WHOLE = Buffer.concat([HEAD, ...PACKETS]);

test("wherever a capture is cut off, it is taken up to its last whole block", () => {
  fc.assert(
    fc.property(fc.integer({ min: HEAD.length, max: WHOLE.length }), fc.integer({ min: 1, max: 200 }), (end, size) => {
      const scan = createScan();
      for (let at = 0; at < end; at += size) scan.push(WHOLE.subarray(at, Math.min(end, at + size)));
      const ends = PACKETS.map(
        (_, at) => HEAD.length + PACKETS.slice(0, at + 1).reduce((sum, one) => sum + one.length, 0),
      );
      const whole = ends.filter((one) => one <= end);
      expect(scan.wholeBytes).toBe(whole.at(-1) ?? HEAD.length);
      expect(scan.tally.packets).toBe(whole.length);
      expect(scan.linkType).toBe(whole.length === 0 ? undefined : 101);
    }),
    { numRuns: RUNS },
  );
});

test("nonsense behind whole blocks ends it, and is not waited for", () => {
  const scan = createScan();
  scan.push(Buffer.concat([WHOLE, Buffer.alloc(64, 0xff)]));
  scan.push(PACKETS[0] as Buffer);
  expect(scan.wholeBytes).toBe(WHOLE.length);
  const head = {
    file: "f",
    link: linkName(scan.linkType ?? 0),
    from: "x",
    host: "h",
    bytes: 1,
    ended: "cut-off",
  } as const;
  expect(scan.tally.indexOf({ ...head, netns: "blue" })).toMatchObject({
    ...{ link: "raw", netns: "blue", packets: 6, prefixes: { "p0 ": 3, "p1 ": 3 }, interfaces: ["eth0", "eth1"] },
    ...{ first: "2026-11-29T15:40:33.000000000Z", last: "2026-11-29T15:40:38.000000005Z" },
  });
});

test("a capture says where it comes from", () => {
  expect(sectionComment(WHOLE)).toBe("NFLOG group 5");
  expect(sectionComment(sectionBlock("netlogctl"))).toBeUndefined();
  expect(sectionComment(Buffer.alloc(8))).toBeUndefined();
  expect([1, 113, 276, 147].map(linkName)).toEqual(["ethernet", "cooked", "cooked2", "LINKTYPE_147"]);
});
