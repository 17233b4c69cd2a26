import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { type Batch, countOf, cutBatch, linesIn } from "../../src/core/event/batch.ts";
import type { PacketEvent, TrafficEvent } from "../../src/core/event/event.ts";
import { encodeSpr } from "../../src/core/event/formats/spr.ts";
import { jsonLine } from "../../src/core/event/pipeline.ts";
import { topicOf } from "../../src/core/event/topic.ts";
import type { Past } from "../../src/daemon/replay.ts";
import { connectClient, connectRaw, openBus } from "../helpers/bus.ts";
import { packetEvent } from "../helpers/events.ts";
import { flowEvent } from "../helpers/flow-events.ts";
import { RUNS } from "../helpers/runs.ts";

function eventOf(prefix: string, more: Partial<PacketEvent> = {}): PacketEvent {
  const ts = "2026-11-21T11:37:36.000000000Z";
  return {
    schema: 1,
    kind: "packet",
    ts,
    ts_source: "kernel",
    source: "nflog",
    prefix,
    topic: topicOf(prefix),
    ...more,
  };
}

let cursor = 1;

function batchOf(...events: readonly TrafficEvent[]): Batch {
  const text = events.map((event) => `${jsonLine(event, "default")}\n`).join("");
  const batch = cutBatch(Buffer.from(text), cursor);
  cursor += countOf(batch);
  return batch;
}

/** Events of a topic, of a kibibyte each. */
function many(prefix: string, count: number): Batch {
  return batchOf(...Array.from({ length: count }, () => eventOf(prefix, { src: "x".repeat(900) })));
}

const cursorsIn = (lines: readonly string[]): number[] => lines.map((line) => JSON.parse(line).cursor as number);
const cursorsOf = (batch: Batch): number[] => [...batch.topicOf.keys()].map((place) => batch.first + place);

describe("who subscribes by our words", () => {
  test("is told the events of the topics that match, as they stand", async () => {
    await using open = await openBus();
    const client = await open.subscribe('{"subscribe":["nft:drop:*"]}');
    const batch = batchOf(eventOf("drop:a "), eventOf("wan:in "), eventOf("Drop:B"), eventOf("drop:c"));
    open.bus.publish(batch);
    const expected = [0, 2, 3].map((place) =>
      linesIn(batch, place, place + 1)
        .toString("utf8")
        .trimEnd(),
    );
    expect(await client.lines(3)).toEqual(expected);
  });

  test("is told an event of any size", async () => {
    await using open = await openBus();
    const client = await open.subscribe('{"subscribe":["*"]}');
    const payload = "ab".repeat(2 ** 20);
    open.bus.publish(batchOf(eventOf("a", { payload })));
    expect(JSON.parse((await client.lines(1))[0] ?? "").payload).toBe(payload);
  });

  test("begins behind a cursor that is still held", async () => {
    await using open = await openBus();
    const batches = [1, 2, 3].map(() => many("a", 4));
    for (const batch of batches) open.bus.publish(batch);
    const [, middle] = batches as [Batch, Batch, Batch];
    const client = await open.subscribe(`{"subscribe":["*"],"after":${middle.first + 1}}`);
    expect(cursorsIn(await client.lines(6))).toEqual(batches.flatMap(cursorsOf).slice(6));
  });

  test("is told that what it asked for is not held any more", async () => {
    await using open = await openBus({ bytesMax: 5000 });
    const first = cursor;
    for (let count = 0; count < 20; count += 1) open.bus.publish(many("a", 1));
    const client = await open.subscribe(`{"subscribe":["*"],"after":${first}}`);
    const [marker = "", next = ""] = await client.lines(2);
    expect(JSON.parse(marker)).toMatchObject({
      kind: "loss",
      count: 0,
      why: `what came right behind the cursor ${first} is not held any more`,
    });
    expect(JSON.parse(next).cursor).toBeGreaterThan(first + 1);
  });

  test("is told events of the past from where they are kept, then those that are held, each once", async () => {
    const all: Batch[] = [];
    const past: Past = {
      oldestCursor: () => all[0]?.first,
      goneCursor: () => 0,
      *replay(after) {
        for (const batch of all) {
          const lastCursor = batch.first + countOf(batch) - 1;
          if (batch.first > after) yield { lines: batch.text.toString("utf8"), count: countOf(batch), lastCursor };
        }
      },
      close: () => {},
    };
    await using open = await openBus({ bytesMax: 20_000, openPast: async () => past });
    for (let count = 0; count < 50; count += 1) {
      const batch = many("a", 3);
      all.push(batch);
      open.bus.publish(batch);
    }
    const client = await open.subscribe('{"subscribe":["*"],"after":0}');
    expect(cursorsIn(await client.lines(150))).toEqual(all.flatMap(cursorsOf));
    open.bus.publish(many("a", 1));
    expect(await client.lines(1)).toHaveLength(1);
  });
});

describe("who comes back", () => {
  /** Holds events of one topic from the first on, and of another one those behind a cursor. */
  const pastOf = (old: Batch, gone: number): Past => ({
    oldestCursor: () => old.first,
    goneCursor: (isMeant) => (isMeant("nft:a") ? gone : 0),
    replay: () => [],
    close: () => {},
  });

  test("is told what is missing of its topics, whatever is still held of others", async () => {
    const old = many("b", 1);
    const [lost, next] = [many("a", 4), many("a", 1)];
    await using open = await openBus({ openPast: async () => pastOf(old, lost.first + 3) });
    open.bus.publish(next);
    const back = await open.subscribe(`{"subscribe":["nft:a"],"after":${lost.first}}`);
    const [marker = "", told = ""] = await back.lines(2);
    expect(JSON.parse(marker)).toMatchObject({ kind: "loss", count: 0 });
    expect(cursorsIn([told])).toEqual([next.first]);
    const other = await open.subscribe(`{"subscribe":["nft:b","nft:a"],"after":${lost.first + 3}}`);
    expect(cursorsIn(await other.lines(1))).toEqual([next.first]);
  });

  test("is told so where the journal has let go what nothing stores, and only if it was of its topics", async () => {
    const old = many("b", 1);
    await using open = await openBus({ bytesMax: 3000, openPast: async () => pastOf(old, 0) });
    const seen = many("a", 1);
    for (const batch of [seen, many("a", 1), ...Array.from({ length: 5 }, () => many("b", 1))]) open.bus.publish(batch);
    const back = await open.subscribe(`{"subscribe":["nft:a"],"after":${seen.first}}`);
    expect(JSON.parse((await back.lines(1))[0] ?? "")).toMatchObject({ kind: "loss", count: 0 });
    const whole = await open.subscribe(`{"subscribe":["nft:a"],"after":${seen.first + 1}}`);
    const next = many("a", 1);
    open.bus.publish(next);
    expect(cursorsIn(await whole.lines(1))).toEqual([next.first]);
  });
});

describe("who is slow", () => {
  test("loses the oldest, counted to the last, and nobody else does", async () => {
    await using open = await openBus({ bytesMax: 200_000 });
    const slow = await open.subscribe('{"subscribe":["nft:a"]}');
    const quick = await open.subscribe('{"subscribe":["nft:*"]}');
    const sent: Batch[] = [];
    for (let count = 0; count < 300; count += 1) {
      const batch = count % 3 === 0 ? many("b", 10) : many("a", 10);
      sent.push(batch);
      open.bus.publish(batch);
      expect(cursorsIn(await quick.lines(10))).toEqual(cursorsOf(batch));
    }
    const closed = open.bus.close();
    const events = (await slow.rest()).map(
      (line) => JSON.parse(line) as { kind: string; count: number; cursor: number },
    );
    await closed;
    const lost = events.filter(({ kind }) => kind === "loss").reduce((sum, { count }) => sum + count, 0);
    const told = events.filter(({ kind }) => kind !== "loss").map((event) => event.cursor);
    const wanted = sent.filter(({ topics }) => topics[0] === "nft:a").flatMap(cursorsOf);
    expect(told.length + lost).toBe(wanted.length);
    expect(lost).toBeGreaterThan(0);
    expect(told).toEqual(wanted.filter((one) => told.includes(one)));
    expect(open.bus.figures.dropped).toBe(lost);
  });

  test("is told all of it where nothing may be dropped, up to a bound", async () => {
    await using open = await openBus({ bytesMax: 300_000 });
    const client = await open.subscribe('{"subscribe":["*"],"when-slow":"block"}');
    const sent = Array.from({ length: 100 }, () => many("a", 10));
    for (const batch of sent) open.bus.publish(batch);
    expect(cursorsIn(await client.lines(1000))).toEqual(sent.flatMap(cursorsOf));
  });

  test("is cut off behind that bound, and goes on from its cursor", async () => {
    const said: string[] = [];
    await using open = await openBus({ bytesMax: 100_000, onTrouble: (what) => said.push(what) });
    const client = await open.subscribe('{"subscribe":["*"],"when-slow":"block"}');
    const sent: Batch[] = [];
    while (open.bus.figures.subscribers === 1) {
      sent.push(many("a", 10));
      open.bus.publish(sent.at(-1) as Batch);
      await new Promise((go) => setImmediate(go));
    }
    const told = cursorsIn(await client.rest());
    expect(told).toEqual(sent.flatMap(cursorsOf).slice(0, told.length));
    expect(open.bus.figures.heldBytes).toBeLessThan(500_000);
    expect(open.bus.figures.cut).toBe(1);
    expect(said).toEqual(["it asked that nothing be dropped, and was too slow"]);
  });
});

describe("who subscribes as clients of SPR's bus do", () => {
  test("is told topics and texts of events", async () => {
    await using open = await openBus();
    const client = await open.subscribe('{"topic":"subscribe:nft:wan"}');
    const event = eventOf("wan:in ", { in: "eth0", src: "192.0.2.1", dst: "192.0.2.2", proto: "udp" });
    open.bus.publish(batchOf(eventOf("lan:in "), event));
    const [line = ""] = await client.lines(1);
    expect(JSON.parse(line)).toEqual({ topic: "nft:wan:in", value: encodeSpr(event) });
  });

  test("is told less of a packet that would make a line which ends it", async () => {
    await using open = await openBus();
    const client = await open.subscribe('{"topic":"subscribe:nft"}');
    const packet = Buffer.concat([Buffer.alloc(40), Buffer.alloc(60_000 - 40, 1)]);
    packet.writeUInt32BE(0x4500ea60, 0);
    packet[9] = 6;
    packet[32] = 0x50;
    open.bus.publish(batchOf(eventOf("a", { payload: packet.toString("base64"), payload_encoding: "base64" })));
    const [line = ""] = await client.lines(1);
    expect(line.length).toBeLessThan(64 * 1024);
    expect(JSON.parse(JSON.parse(line).value).TCP.Payload).not.toBe("");
  });
});

test.each([
  ["no request at all", "hello"],
  ["a publication", '{"topic":"nft:wan:in","value":"{}"}'],
])("%s is refused, and the line is closed", async (_, request) => {
  await using open = await openBus();
  const client = await connectClient(open.path, request);
  const [answer = ""] = await client.rest();
  expect(JSON.parse(answer)).toEqual({
    error: expect.stringMatching(/^cannot subscribe: /),
    remedy: 'send a line such as {"subscribe":["nft:*"]}',
  });
});

test("where the clock is put back while it closes, nobody is waited for longer", async () => {
  await using open = await openBus();
  await open.subscribe('{"subscribe":["*"]}');
  for (let count = 0; count < 20; count += 1) open.bus.publish(many("a", 40));
  const began = performance.now();
  const closed = open.bus.close();
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 172_800_000 });
  try {
    await closed;
  } finally {
    vi.useRealTimers();
  }
  expect(performance.now() - began).toBeGreaterThan(1900);
});

test("a request may come in pieces, and its sender may end its side", async () => {
  await using open = await openBus();
  const client = await connectRaw(open.path, '{"subscribe":');
  client.socket.end('["*"]}\n');
  while (open.bus.figures.subscribers === 0) await new Promise((go) => setImmediate(go));
  open.bus.publish(many("a", 2));
  expect(await client.lines(2)).toHaveLength(2);
});

const GLOBS: Readonly<Record<string, (topic: string) => boolean>> = {
  "*": () => true,
  "nft:a": (topic) => topic === "nft:a",
  "nft:a*": (topic) => topic.startsWith("nft:a"),
  "nft:b": (topic) => topic === "nft:b",
  "ct:*": (topic) => topic.startsWith("ct:"),
  "ct:new:?dp": (topic) => topic === "ct:new:udp",
};

const withoutCursors = (events: readonly TrafficEvent[]): TrafficEvent[] => {
  return events.map((event) => JSON.parse(JSON.stringify({ ...event, cursor: undefined })));
};

test("whatever comes is told to each as it asked, in order", async () => {
  const packet = fc.tuple(fc.constantFrom("a", "b", "a:x"), packetEvent).map(([prefix, event]) => {
    return { ...event, prefix, topic: topicOf(prefix) };
  });
  const batches = fc.array(fc.array(fc.oneof(packet, flowEvent), { minLength: 1, maxLength: 5 }), {
    minLength: 1,
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(batches, fc.constantFrom(...Object.keys(GLOBS)), async (events, glob) => {
      await using open = await openBus();
      const client = await open.subscribe(JSON.stringify({ subscribe: [glob] }));
      for (const some of events) open.bus.publish(batchOf(...some));
      const closed = open.bus.close();
      const told = (await client.rest()).map((line) => {
        const { cursor: _, ...event } = JSON.parse(line);
        return event;
      });
      await closed;
      expect(told).toEqual(withoutCursors(events.flat()).filter(({ topic }) => GLOBS[glob]?.(topic)));
    }),
    { numRuns: Math.ceil(RUNS / 3) },
  );
});
