import fc from "fast-check";
import { expect, test } from "vitest";
import { countOf, cutBatch, LOSS_TOPIC, linesIn } from "../../../src/core/event/batch.ts";
import { jsonLine } from "../../../src/core/event/pipeline.ts";
import { anyPacketEvent, lossEvent } from "../../helpers/events.ts";
import { flowEvent } from "../../helpers/flow-events.ts";
import { RUNS } from "../../helpers/runs.ts";

const events = fc.array(
  fc.oneof({ weight: 5, arbitrary: anyPacketEvent }, { weight: 3, arbitrary: flowEvent }, lossEvent),
  { minLength: 1, maxLength: 8 },
);

test("each event keeps what it says, and has its cursor and its topic", () => {
  fc.assert(
    fc.property(events, fc.integer({ min: 1, max: 2 ** 50 }), (told, first) => {
      const text = told.map((event) => `${jsonLine(event, "default")}\n`).join("");
      const batch = cutBatch(Buffer.from(text), first);

      expect(countOf(batch)).toBe(told.length);
      expect(batch.first).toBe(first);
      for (const [place, event] of told.entries()) {
        const line = linesIn(batch, place, place + 1).toString("utf8");
        expect(line.endsWith("}\n")).toBe(true);
        expect(JSON.parse(line)).toEqual({ ...event, cursor: first + place });
        const topic = event.kind === "loss" ? LOSS_TOPIC : event.topic;
        expect(batch.topics[batch.topicOf[place] as number]).toBe(topic);
      }
    }),
    { numRuns: RUNS },
  );
});

test("a prefix cannot pass for a topic", () => {
  const prefix = '","topic":"nft:other';
  const topic = `nft:${prefix}`;
  const batch = cutBatch(Buffer.from(`${JSON.stringify({ schema: 1, kind: "packet", prefix, topic })}\n`), 1);
  expect(batch.topics).toEqual([topic]);
});
