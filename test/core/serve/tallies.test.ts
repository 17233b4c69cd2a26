import { expect, test } from "vitest";
import type { LossEvent } from "../../../src/core/event/event.ts";
import { ServiceTallies } from "../../../src/core/serve/tallies.ts";
import { at, flowOf } from "../../helpers/flows.ts";
import { batchOf } from "../../helpers/stored.ts";
import { trafficOf } from "../../helpers/traffic.ts";

const loss = (more: Partial<LossEvent>): LossEvent => ({
  schema: 1,
  kind: "loss",
  ts: at(0),
  count: 3,
  why: "",
  ...more,
});

test("losses of flows are counted apart from those of groups", () => {
  const tallies = new ServiceTallies([5]);
  tallies.count(batchOf(trafficOf(["a"], 2, 0), 1));
  expect(tallies.flowLosses).toBeUndefined();
  tallies.count(batchOf([flowOf("new", at(0)), flowOf("new", at(1))], 3));
  expect(tallies.flowLosses).toEqual({ told: 0, events: 0 });
  const losses = [loss({ group: 5 }), loss({ source: "conntrack" }), loss({ source: "conntrack", count: 0 })];
  tallies.count(batchOf(losses, 5));
  expect(tallies.flowLosses).toEqual({ told: 2, events: 3 });
  expect([...tallies.lostByGroup]).toEqual([["5", 3]]);
  expect([...tallies.byTopic]).toEqual([
    ["nft:a", 2],
    ["ct:new:tcp", 2],
  ]);
  expect(tallies.lastTs).toBe(at(0));
});
