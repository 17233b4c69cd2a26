import fc from "fast-check";
import { expect, test } from "vitest";
import { type MergeSource, mergeByTime } from "../../../src/core/capture/merge.ts";
import type { CapturedPacket } from "../../../src/core/pcap/captured.ts";
import { RUNS } from "../../helpers/runs.ts";

const packetAt = (ms: number, from: number): CapturedPacket => ({
  ...{ linkType: 1, bytes: Buffer.alloc(0), isBig: false, length: 0, interfaceName: String(from) },
  moment: { seconds: Math.floor(ms / 1000), nanoseconds: (ms % 1000) * 1_000_000 },
});

interface Opened {
  now: number;
  most: number;
}

/** A capture that is read a few packets at a time. */
function sourceOf(times: readonly number[], number: number, isKnown: boolean, opened: Opened): MergeSource {
  const packets = times.map((ms) => packetAt(ms, number));
  return {
    from: isKnown && times[0] !== undefined ? Math.floor(times[0] / 1000) : undefined,
    open: async function* () {
      opened.now += 1;
      opened.most = Math.max(opened.most, opened.now);
      for (let at = 0; at < packets.length; at += 2) yield packets.slice(at, at + 2);
      opened.now -= 1;
    },
  };
}

async function merged(sources: readonly MergeSource[]): Promise<CapturedPacket[]> {
  const all: CapturedPacket[] = [];
  for await (const packets of mergeByTime(sources)) all.push(...packets);
  return all;
}

const timeOf = ({ moment }: CapturedPacket): number => (moment?.seconds ?? 0) * 1000 + (moment?.nanoseconds ?? 0) / 1e6;

test("every packet comes once, in the order of the times", async () => {
  const capture = fc.record({
    times: fc.array(fc.nat(20_000), { maxLength: 8 }).map((times) => times.toSorted((one, other) => one - other)),
    isKnown: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(capture, { maxLength: 5 }), async (captures) => {
      const opened = { now: 0, most: 0 };
      const all = await merged(captures.map(({ times, isKnown }, at) => sourceOf(times, at, isKnown, opened)));
      expect(all.map(timeOf)).toEqual(captures.flatMap(({ times }) => times).toSorted((one, other) => one - other));
      for (const [at, { times }] of captures.entries()) {
        expect(all.filter(({ interfaceName }) => interfaceName === String(at)).map(timeOf)).toEqual(times);
      }
      expect(opened.now).toBe(0);
    }),
    { numRuns: RUNS },
  );
});

test("captures that follow each other are not open at once", async () => {
  const opened = { now: 0, most: 0 };
  const sources = Array.from({ length: 50 }, (_, at) => sourceOf([at * 5000, at * 5000 + 100], at, true, opened));
  expect(await merged(sources)).toHaveLength(100);
  expect(opened.most).toBeLessThanOrEqual(2);
});

test("what is no time is not known: nothing is left out", async () => {
  const opened = { now: 0, most: 0 };
  const odd = { ...sourceOf([1000], 1, true, opened), from: Number.NaN };
  const all = await merged([sourceOf([2000], 0, true, opened), odd, sourceOf([500], 2, true, opened)]);
  expect(all.map(timeOf)).toEqual([500, 1000, 2000]);
});
