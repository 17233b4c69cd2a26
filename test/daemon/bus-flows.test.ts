import { describe, expect, test } from "vitest";
import type { NetlogEvent } from "../../src/core/event/event.ts";
import { connectLines } from "../../src/host/connect-lines.ts";
import { openTellingHere } from "../../src/host/thread/telling.ts";
import { sourceOfBus } from "../../src/verbs/inspect-sources.ts";
import { streamBus } from "../../src/verbs/stream-bus.ts";
import { openBus } from "../helpers/bus.ts";
import { at, flowOf } from "../helpers/flows.ts";
import { batchOf } from "../helpers/stored.ts";
import { trafficOf } from "../helpers/traffic.ts";

const lossOf = (of: { group: number } | { source: "conntrack" }): NetlogEvent => {
  return { schema: 1, kind: "loss", ts: at(0), count: 1, why: "no room", ...of };
};
const EVENTS = [
  ...trafficOf(["drop:in"], 1, 0),
  ...trafficOf(["wan"], 1, 0),
  flowOf("new", at(1)),
  lossOf({ group: 5 }),
  lossOf({ source: "conntrack" }),
  flowOf("destroy", at(2)),
];

async function openWithEvents() {
  const open = await openBus();
  open.bus.publish(batchOf(EVENTS, 1));
  return open;
}

test("patterns of packets and of flows, each as they stand; losses of both", async () => {
  await using open = await openWithEvents();
  const client = await open.subscribe('{"subscribe":["nft:drop:*","ct:destroy:*"],"after":0}');
  const told = (await client.lines(4)).map((line) => JSON.parse(line).cursor);
  expect(told).toEqual([1, 4, 5, 6]);
});

describe("SPR's clients", () => {
  test("of packets are told no flows", async () => {
    await using open = await openBus();
    const client = await open.subscribe('{"topic":"subscribe:nft"}');
    open.bus.publish(batchOf(EVENTS, 1));
    expect((await client.lines(2)).map((line) => JSON.parse(line).topic)).toEqual(["nft:drop:in", "nft:wan"]);
  });

  test("of flows are told our events", async () => {
    await using open = await openBus();
    const client = await open.subscribe('{"topic":"subscribe:ct:"}');
    open.bus.publish(batchOf(EVENTS, 1));
    const messages = (await client.lines(2)).map((line) => JSON.parse(line));
    expect(messages.map(({ topic }) => topic)).toEqual(["ct:new:tcp", "ct:destroy:tcp"]);
    expect(messages.map(({ value }) => JSON.parse(value))).toEqual([
      { ...EVENTS[2], cursor: 3 },
      { ...EVENTS[5], cursor: 6 },
    ]);
  });
});

test("packets stream tells packets and what was lost of them, also where flows come", async () => {
  await using open = await openWithEvents();
  const telling = await openTellingHere({
    ...{ format: "json", fields: "default", payload: undefined, prefixes: [], where: undefined },
    ...{ hasCommunityId: false, hasProgram: false, names: undefined, isForTerminal: false, hasColour: false },
    countMax: undefined,
  });
  const { signal } = new AbortController();
  const wish = { socket: open.path, topics: ["nft:*", "ct:*"], after: 0 };
  const lines: string[] = [];
  for await (const text of streamBus(connectLines, wish, { telling, countMax: undefined, signal })) {
    lines.push(...text.trimEnd().split("\n"));
    if (lines.length === 3) break;
  }
  expect(lines.map((line) => JSON.parse(line).cursor)).toEqual([1, 2, 4]);
});

test("packets inspect shows flows as well", async () => {
  await using open = await openWithEvents();
  const kinds: (string | undefined)[] = [];
  for await (const arrivals of sourceOfBus(connectLines, open.path).open(new AbortController().signal, () => {})) {
    kinds.push(...arrivals.map((arrival) => arrival.read()?.event.kind));
    if (kinds.length === EVENTS.length) break;
  }
  expect(kinds).toEqual(EVENTS.map(({ kind }) => kind));
});
