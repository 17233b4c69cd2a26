import fc from "fast-check";
import { expect, test } from "vitest";
import { storeOfSpr } from "../../../src/core/serve/from-spr.ts";
import { ServeDocument } from "../../../src/core/serve/schema.ts";
import { RUNS } from "../../helpers/runs.ts";

const storeOf = (config: object): ReturnType<typeof storeOfSpr> => storeOfSpr(JSON.stringify(config), "config.json");

test("events that are saved share the size; topics with a limit have their own", () => {
  const config = {
    SaveEvents: ["log:api", "nft:drop:", "nft:wan:in"],
    MaxSize: 262_144_000,
    TopicLimits: [
      { Name: "nft:drop:mac", Size: 1_048_576 },
      { Name: "wifi:auth:", Size: 1 },
    ],
  };
  expect(storeOf(config)).toEqual({
    section: {
      serve: {
        store: {
          topics: [
            { match: "nft:drop:mac*", "max-size": "1MiB" },
            { match: ["nft:drop:*", "nft:wan:in*"], "max-size": "250MiB" },
          ],
        },
      },
    },
    notes: ["left out are topics that a log service does not tell: log:api, wifi:auth:"],
  });
});

test.each([[""], ["nft"], ["n"]])("all packets are meant by %j", (start) => {
  const { section } = storeOf({ SaveEvents: [start], MaxSize: 1000, TopicLimits: null });
  expect(section.serve.store.topics).toEqual([{ match: "nft:*", "max-size": "1KiB" }]);
});

test.each([
  ["{", /^config.json is no JSON: /],
  ["[]", /^config.json: Invalid input: expected object, received array$/],
  ['{"SaveEvents":"nft"}', /^config.json: SaveEvents: Invalid input: expected array, received string$/],
  ['{"SaveEvents":["alert:"]}', /^config.json: SaveEvents names no topics of packets$/],
])("%s is refused", (text, message) => {
  expect(() => storeOfSpr(text, "config.json")).toThrow(message);
});

test("what is made of it can stand in an intent, and has room for no less", () => {
  const sizes = fc.integer({ min: 1, max: 2 ** 45 });
  const name = fc.string({ unit: "binary", maxLength: 8 }).map((end) => `nft:${end}`);
  const limits = fc.array(fc.record({ Name: name, Size: sizes }), { maxLength: 3 });
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), sizes, limits, (SaveEvents, MaxSize, TopicLimits) => {
      const { section } = storeOf({ SaveEvents, MaxSize, TopicLimits });
      const topics = ServeDocument.parse(section.serve).store?.topics ?? [];
      const wanted = [...TopicLimits.map(({ Size }) => Size), MaxSize];
      for (const [index, size] of wanted.entries()) expect(topics[index]?.["max-size"]).toBeGreaterThanOrEqual(size);
      expect(topics).toHaveLength(wanted.length);
    }),
    { numRuns: RUNS },
  );
});
