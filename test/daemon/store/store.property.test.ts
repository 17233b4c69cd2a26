import fc from "fast-check";
import { expect, test } from "vitest";
import type { NetlogEvent } from "../../../src/core/event/event.ts";
import { inOrder } from "../../../src/core/event/pipeline.ts";
import type { StoreQuery, StoreReader } from "../../../src/core/store/reader.ts";
import { lossEvent, packetEvent } from "../../helpers/events.ts";
import { flowEvent } from "../../helpers/flow-events.ts";
import { RUNS } from "../../helpers/runs.ts";
import { ALL, batchOf, TrialStore } from "../../helpers/stored.ts";

const event: fc.Arbitrary<NetlogEvent> = fc.oneof(
  { weight: 9, arbitrary: packetEvent.map(inOrder) },
  { weight: 4, arbitrary: flowEvent },
  lossEvent,
);
/** Events one after the other: some batches, a commit now and then, some openings. */
const runs = fc.array(
  fc.record({
    batches: fc.array(fc.array(event, { minLength: 1, maxLength: 8 }), { maxLength: 4 }),
    isReopened: fc.boolean(),
  }),
  { maxLength: 4 },
);
const FIRST = 1_790_000_000_000_000;

test("what goes in comes out, in order and once", async () => {
  await fc.assert(
    fc.asyncProperty(runs, async (steps) => {
      const store = new TrialStore();
      try {
        const all = await filled(store, steps);
        const reader = await store.read();
        expect(linesOf(reader.events({}))).toEqual(all.map(({ line }) => line));
        expect(reader.count({})).toEqual({
          events: all.filter(({ event: one }) => one.kind !== "loss").length,
          losses: all.filter(({ event: one }) => one.kind === "loss").length,
        });
        expect(reader.oldestCursor()).toBe(all[0] && FIRST);
        expect(store.broken).toEqual([]);
      } finally {
        store.remove();
      }
    }),
    { numRuns: RUNS / 6 },
  );
});

const query = fc.record(
  {
    since: fc.constantFrom("2000-01-01T00:00:00.000000000Z", "2040-06-01T12:00:00.000000000Z"),
    until: fc.constantFrom("2030-01-01T00:00:00.000000000Z", "2080-06-01T12:00:00.000000000Z"),
    after: fc.integer({ min: FIRST - 2, max: FIRST + 40 }),
    topic: fc.constantFrom("nft:drop", "nft:", "ct:", "ct:new:"),
    prefix: fc.constantFrom("drop", "", "\u001b[31m"),
    isWanted: fc.boolean(),
    isWantedLoss: fc.boolean(),
  },
  { requiredKeys: [] },
);

test("a query tells what a look at each event would", async () => {
  await fc.assert(
    fc.asyncProperty(runs, query, fc.integer({ min: 1, max: 12 }), async (steps, wish, most) => {
      const store = new TrialStore();
      try {
        const all = await filled(store, steps);
        const reader = await store.read();
        const asked = queryOf(wish);
        const meant = all.filter((one) => isMeant(one, asked));
        expect(linesOf(reader.events(asked))).toEqual(meant.map(({ line }) => line));
        expect(reader.newest(most, asked).map(({ line }) => line)).toEqual(
          newestOf(meant, most).map(({ line }) => line),
        );
        if (wish.after === undefined) {
          const events = meant.filter(({ event: one }) => one.kind !== "loss").length;
          expect(reader.count(asked)).toEqual({ events, losses: meant.length - events });
        }
      } finally {
        store.remove();
      }
    }),
    { numRuns: RUNS / 6 },
  );
});

type Wish = typeof query extends fc.Arbitrary<infer T> ? T : never;

function queryOf({ topic, prefix, isWanted, isWantedLoss, ...rest }: Wish): StoreQuery {
  return {
    ...rest,
    topic: topic === undefined ? undefined : (name) => name.startsWith(topic),
    prefix: prefix === undefined ? undefined : (text) => text === prefix.trim(),
    isWantedLoss: isWantedLoss ? (line) => line.includes('"group":') : undefined,
    isWanted: isWanted ? (line) => line.includes('"src":"1') : undefined,
  };
}

function isMeant(
  { event: one, line, cursor }: Told,
  { since = "", until = "~", after = 0, ...tests }: StoreQuery,
): boolean {
  if (one.ts < since || one.ts > until || cursor <= after) return false;
  if (one.kind === "loss") return tests.isWantedLoss?.(line) !== false;
  const prefix = one.kind === "flow" ? "" : one.prefix;
  const answers = [tests.topic?.(one.topic), tests.prefix?.(prefix.trim()), tests.isWanted?.(line)];
  return !answers.includes(false);
}

interface Told {
  readonly cursor: number;
  readonly line: string;
  readonly event: NetlogEvent;
}

async function filled(
  store: TrialStore,
  steps: readonly { batches: NetlogEvent[][]; isReopened: boolean }[],
): Promise<Told[]> {
  const told: Told[] = [];
  let writer = await store.write(ALL);
  for (const { batches, isReopened } of steps) {
    for (const events of batches) {
      const batch = batchOf(events, FIRST + told.length);
      writer.add(batch);
      const lines = batch.text.toString("utf8").trimEnd().split("\n");
      told.push(...events.map((one, index) => ({ cursor: batch.first + index, event: one, line: lines[index] ?? "" })));
    }
    writer.commit(Date.now());
    if (!isReopened) continue;
    writer = await store.write(ALL);
    expect(writer.lastCursor).toBe(told.length === 0 ? 0 : FIRST + told.length - 1);
  }
  return told;
}

function newestOf(told: readonly Told[], most: number): readonly Told[] {
  const packets = told.filter(({ event: one }) => one.kind !== "loss");
  const from = packets.length < most ? 0 : (packets.at(-most)?.cursor ?? 0);
  return told.filter(({ cursor }) => cursor >= from);
}

function linesOf(events: ReturnType<StoreReader["events"]>): string[] {
  return [...events].map(({ line }) => line);
}
