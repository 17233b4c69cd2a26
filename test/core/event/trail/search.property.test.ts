import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { NetlogEvent, TrafficEvent } from "../../../../src/core/event/event.ts";
import { inOrder } from "../../../../src/core/event/pipeline.ts";
import type { Conversation } from "../../../../src/core/event/trail/conversation.ts";
import { NewestEvents } from "../../../../src/core/event/trail/newest.ts";
import { searchTrail } from "../../../../src/core/event/trail/search.ts";
import type { Look, TrailSource } from "../../../../src/core/event/trail/source.ts";
import { endsTest, parseTarget, type Target } from "../../../../src/core/event/trail/target.ts";
import { keyOf, tuplesOf } from "../../../../src/core/event/trail/tuple.ts";
import { lossEvent, packetEvent } from "../../../helpers/events.ts";
import { flowEvent } from "../../../helpers/flow-events.ts";
import { at } from "../../../helpers/flows.ts";
import { RUNS } from "../../../helpers/runs.ts";

// Few addresses and ports, so that there are conversations.
const address = fc.constantFrom("10.0.0.1", "10.0.0.2", "192.0.2.1", "203.0.113.1");
const port = fc.constantFrom(80, 443, 5000);
const ends = fc.record({ src: address, dst: address, sport: port, dport: port });
const proto = fc.constantFrom("tcp", "udp");
const time = fc.nat(600).map(at);
const packet = fc.tuple(packetEvent, ends, proto, time).map(([{ icmp: _, ...event }, between, of, ts]) => {
  return inOrder({ ...event, ...between, proto: of, ts });
});
const flow = fc
  .tuple(flowEvent, ends, ends, proto, time, fc.nat(3), fc.boolean())
  .map(([{ icmp: _, nat: __, ...event }, between, rewritten, of, ts, id, hasNat]) => {
    const { src, dst, sport, dport } = between;
    const reply = hasNat ? rewritten : { src: dst, dst: src, sport: dport, dport: sport };
    return inOrder({ ...event, ...between, proto: of, ts, start: ts, id, reply: { ...reply } });
  });
const events = fc.array(fc.oneof<fc.Arbitrary<NetlogEvent>[]>(packet, packet, flow, lossEvent), { maxLength: 40 });
const words = fc.constantFrom(["10.0.0.1"], ["192.0.2.1:443"], ["10.0.0.1", "192.0.2.1"], ["2"], ["010.0.0.1"]);

/** What is meant has what a store looks for first. */
function sourceOf(all: readonly NetlogEvent[]): TrailSource {
  return {
    async *events({ since = "", until = "~", hasPackets, isMeant, needles }: Look) {
      const looked = all.filter(({ ts, kind }) => ts >= since && ts <= until && (hasPackets || kind !== "packet"));
      for (const event of looked.filter((one) => one.kind === "loss" || isMeant(one))) {
        const line = JSON.stringify(event);
        const isFound = needles.length === 0 || needles.some((texts) => texts.every((text) => line.includes(text)));
        expect(event.kind === "loss" || isFound).toBe(true);
        yield event;
      }
    },
    close: () => {},
  };
}

const sha1 = (bytes: Buffer): Buffer => createHash("sha1").update(bytes).digest();

test("each event of whom is looked for is in one conversation, in order; none is without them", async () => {
  await fc.assert(
    fc.asyncProperty(events, words, async (all, of) => {
      const search = { target: parseTarget(of), since: undefined, until: undefined, limit: 1000, sha1 };
      const isOf = testOf(search.target);
      const { conversations, left_out } = await searchTrail([sourceOf(all)], search);
      const told = conversations.flatMap((one) => one.events);
      expect(left_out).toBe(0);
      expect(new Set(told).size).toBe(told.length);
      expect(all.filter((event) => event.kind !== "loss" && isOf(event) && !told.includes(event))).toEqual([]);
      for (const conversation of conversations) expectWhole(conversation, isOf);
    }),
    { numRuns: RUNS },
  );
});

function testOf(target: Target): (event: TrafficEvent) => boolean {
  return target.kind === "address" ? endsTest(target.ends) : (event) => event.kind === "flow" && event.id === 2;
}

/** What does not share its ends with the flows was not theirs. */
function expectWhole({ events: some, from, to }: Conversation, isOf: (event: TrafficEvent) => boolean): void {
  const times = some.map(({ ts }) => ts);
  expect(times).toEqual([...times].sort());
  expect([from, to]).toEqual([times[0], times.at(-1)]);
  expect(some.some(isOf)).toBe(true);
  const keys = new Set(some.filter(({ kind }) => kind === "flow").flatMap((one) => tuplesOf(one).map(keyOf)));
  const strangers = some.filter((one) => !tuplesOf(one).some((tuple) => keys.has(keyOf(tuple))));
  expect(keys.size === 0 ? [] : strangers).toEqual([]);
}

test("the newest are held, however they come, and the others are counted", () => {
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 30 }), fc.integer({ min: 1, max: 10 }), (all, most) => {
      const held = new NewestEvents(most);
      for (const event of all) held.add(event);
      const sorted = all.toSorted((a, b) => (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0));
      expect(held.leftOut).toBe(Math.max(0, all.length - most));
      expect(held.inOrder()).toEqual(sorted.slice(-most));
      expect(held.leftOut).toBe(Math.max(0, all.length - most));
    }),
    { numRuns: RUNS },
  );
});
