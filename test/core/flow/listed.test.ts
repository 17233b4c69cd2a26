import fc from "fast-check";
import { expect, test } from "vitest";
import type { FlowEvent } from "../../../src/core/event/event.ts";
import { topFlows } from "../../../src/core/flow/flow-rates.ts";
import { FLOW_ORDERS, sortFlows } from "../../../src/core/flow/sort.ts";
import { flowEvent } from "../../helpers/flow-events.ts";
import { flowOf } from "../../helpers/flows.ts";
import { RUNS } from "../../helpers/runs.ts";

const TS = "2026-11-29T10:00:00.000000000Z";

function counted(id: number, out: number, back: number): FlowEvent {
  const flow = flowOf("listed", TS, { id });
  return {
    ...flow,
    orig: { packets: 1, bytes: out },
    reply: { ...flow.reply, packets: 2, bytes: back },
    packets: 3,
    bytes: out + back,
  };
}

test("the largest come first, those without a figure last", () => {
  const flows = [flowOf("listed", TS, { id: 1 }), counted(2, 5, 5), counted(3, 50, 5)];
  expect(sortFlows(flows, "bytes").map(({ id }) => id)).toEqual([3, 2, 1]);
  expect(sortFlows(flows, "address").map(({ id }) => id)).toEqual([1, 2, 3]);
});

test("an order is a matter of the flows, not of how they came", () => {
  fc.assert(
    fc.property(fc.array(flowEvent), fc.constantFrom(...FLOW_ORDERS), (flows, order) => {
      const sorted = sortFlows(flows, order);
      expect(sorted.length).toBe(flows.length);
      const ids = (some: readonly FlowEvent[]): unknown[] =>
        some.map(({ src, dst, proto, id }) => [src, dst, proto, id]);
      expect(ids(sortFlows(flows.toReversed(), order))).toEqual(ids(sorted));
    }),
    { numRuns: RUNS },
  );
});

test("rates are those since the listing before; what is new counts from its beginning", () => {
  const top = topFlows([counted(1, 1000, 0)], [counted(1, 1500, 40), counted(2, 100, 0)], 2, 5);
  expect(top).toMatchObject({ flows: 2, hasCounters: true, bytes: 320, packets: 1.5 });
  expect(top.top.map(({ flow, bytesOut, bytesBack }) => [flow.id, bytesOut, bytesBack])).toEqual([
    [1, 250, 20],
    [2, 50, 0],
  ]);
});

test("where nobody counts there are no rates; no more are shown than asked for", () => {
  const flows = [flowOf("listed", TS, { id: 1 }), flowOf("listed", TS, { id: 2 })];
  const top = topFlows([], flows, 1, 1);
  expect(top).toMatchObject({ flows: 2, hasCounters: false, bytes: 0 });
  expect(top.top).toEqual([{ flow: flows[0], bytesOut: null, bytesBack: null, packets: null }]);
});
