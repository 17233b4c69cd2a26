import { expect, test } from "vitest";
import { bucketsOf, limitObjectsOf } from "../../../src/core/forecast/buckets.ts";
import type { JsonObject } from "../../../src/core/nft/json.ts";

const objects = limitObjectsOf([{ set: { family: "inet", name: "endless" } }, { chain: null }, {}]);

test.each<[string, JsonObject]>([
  ["a rule of nothing", {}],
  ["a limit that is not there", { expr: [{ limit: "gone" }] }],
  ["a set without a size", { expr: [{ set: { set: "@endless", stmt: [{ limit: { rate: 1, per: "second" } }] } }] }],
  ["a set that limits nothing", { expr: [{ set: { set: "@endless" } }, { set: null }] }],
  ["what is no limit", { expr: [{ limit: { rate: "many" } }, "text", { counter: null }] }],
])("%s is bounded by nothing", (_what, rule) => {
  expect(bucketsOf({ family: "inet", ...rule }, objects, "x")).toEqual([]);
});
