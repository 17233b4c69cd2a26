import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FLOW_CHANGES, FlowEvent } from "../../../src/core/event/event.ts";
import { ByteWriter } from "../../../src/core/event/fast/byte-writer.ts";
import { FlowEvents } from "../../../src/core/event/fast/flow-events.ts";
import { FlowWriter } from "../../../src/core/event/fast/flow-writer.ts";
import { type FlowSurroundings, flowEventOf } from "../../../src/core/event/from-conntrack.ts";
import { jsonLine } from "../../../src/core/event/pipeline.ts";
import { nanosecondsIn, secondsIn } from "../../../src/core/event/time-text.ts";
import { ConntrackMessage, CTA } from "../../../src/core/netlink/conntrack-message.ts";
import { be32, be64, encodeConntrack, nested, type SentTuple, u8 } from "../../helpers/conntrack-messages.ts";
import { RUNS } from "../../helpers/runs.ts";

const WIRE = new URL("../../../fixtures/wire/", import.meta.url);

const linesIn = (name: string): string[] => readFileSync(new URL(name, WIRE), "utf8").split("\n").slice(0, -1);
const messagesIn = (name: string): Buffer[] =>
  linesIn(name)
    .filter((line) => /^[0-9a-f]+$/.test(line))
    .map((line) => Buffer.from(line, "hex"));

function read(bytes: Buffer): ConntrackMessage {
  const message = new ConntrackMessage();
  expect(message.read(bytes, 0, bytes.length)).toBe(true);
  return message;
}

const momentOf = (ts: string): FlowSurroundings["moment"] => ({
  seconds: secondsIn(ts),
  nanoseconds: nanosecondsIn(ts),
});

describe.each([
  ["events", "conntrack-events", false],
  ["entries of the table", "conntrack-listed", true],
])("%s of the kernel", (_, name, isListed) => {
  const messages = messagesIn(`${name}.hex`);
  const events = linesIn(`${name}.ndjson`).map((line) => JSON.parse(line) as FlowEvent);

  test("are as many as their events", () => {
    expect(messages.length).toBe(events.length);
    expect(messages.length).toBeGreaterThan(10);
  });

  test("are read as what they say, in the order of the schema", () => {
    for (const [index, bytes] of messages.entries()) {
      const expected = events[index] as FlowEvent;
      const message = read(bytes);
      if (isListed) message.portId = 0;
      const change = isListed ? "listed" : message.change;
      const event = flowEventOf(message, { change, moment: momentOf(expected.ts), isResync: false, beganUs: 0 });
      expect(JSON.stringify(event)).toBe(JSON.stringify(expected));
      expect(FlowEvent.parse(event)).toEqual(event);
    }
  });

  test("are written straight as their events are", () => {
    for (const [index, bytes] of messages.entries()) {
      const message = read(bytes);
      if (message.hasMore) continue;
      expectSame(message, { change: message.change, isResync: false, beganUs: index * 1e9 });
    }
  });
});

function expectSame(message: ConntrackMessage, how: Pick<FlowSurroundings, "change" | "isResync" | "beganUs">): void {
  const out = new ByteWriter(64 * 1024);
  const place = { host: "röuter\u001b", netns: "blue" };
  const moment = { seconds: 1_796_000_000, nanoseconds: 5 };
  new FlowWriter(out, place).write(message, how.change, how.isResync, how.beganUs, moment);
  const written = out.bytes.toString("utf8", 0, out.at);
  const event = flowEventOf(message, { ...place, ...how, moment });
  expect(written).toBe(`${jsonLine(event, "default")}\n`);
  expect(JSON.stringify(new FlowEvents(place).eventOf(message, { ...how, moment }))).toBe(JSON.stringify(event));
}

const address = fc.oneof(
  fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }),
  fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(255)), { minLength: 16, maxLength: 16 }),
);
const [u16, u32] = [fc.nat(0xffff), fc.nat(0xffff_ffff)];
const counter = fc.bigInt({ min: 0n, max: 1n << 62n });
const time = fc.oneof(fc.constant(0n), fc.bigInt({ min: 1n, max: 4_000_000_000_000_000_000n }));

const attributes = fc
  .record(
    {
      timeout: u32.map((number) => ({ type: CTA.timeout, value: be32(number) })),
      mark: u32.map((number) => ({ type: CTA.mark, value: be32(number) })),
      orig: fc.tuple(counter, counter).map(([packets, bytes]) =>
        nested(CTA.countersOrig, [
          { type: 1, value: be64(packets) },
          { type: 2, value: be64(bytes) },
        ]),
      ),
      reply: fc.tuple(counter, counter).map(([packets, bytes]) =>
        nested(CTA.countersReply, [
          { type: 1, value: be64(packets) },
          { type: 2, value: be64(bytes) },
        ]),
      ),
      times: fc
        .tuple(time, fc.option(time))
        .map(([start, stop]) =>
          nested(CTA.timestamp, [
            { type: 1, value: be64(start) },
            ...(stop === null ? [] : [{ type: 2, value: be64(stop) }]),
          ]),
        ),
      happened: time.map((at) => ({ type: CTA.timestampEvent, value: be64(at) })),
      state: fc.tuple(fc.nat(12), fc.nat(255)).map(([state, flags]) =>
        nested(CTA.protoInfo, [
          nested(1, [
            { type: 1, value: u8(state) },
            { type: 2, value: u8(7) },
            { type: 4, value: Buffer.from([flags, 0]) },
          ]),
        ]),
      ),
      helper: fc.constant(nested(CTA.help, [{ type: 1, value: Buffer.from("ftp\0") }])),
    },
    { requiredKeys: [] },
  )
  .map((some) => Object.values(some));

const message = fc
  .tuple(
    fc.constantFrom("new" as const, "update" as const, "destroy" as const),
    fc.tuple(address, address, address, address).filter((all) => new Set(all.map(({ length }) => length)).size === 1),
    fc.constantFrom(1, 6, 17, 47, 58, 132, 253),
    fc.tuple(u16, u16, u16, u16, u32, u32, u32),
    attributes,
  )
  .map(([change, [src, dst, from, to], protocol, [sport, dport, back, forth, id, status, portId], more]) => {
    const isIcmp = protocol === 1 || protocol === 58;
    const icmp = isIcmp ? { type: 8, code: 0, id: sport } : undefined;
    const ends = (one: readonly number[], other: readonly number[], port: number, peer: number): SentTuple => ({
      ...{ src: one, dst: other, protocol, icmp },
      ...(isIcmp ? {} : { sport: port, dport: peer }),
    });
    const [orig, reply] = [ends(src, dst, sport, dport), ends(from, to, back, forth)];
    return encodeConntrack({ change, id, orig, reply, status, portId, more });
  });

test("any message is written straight as its event is, and its event is one of the schema", () => {
  fc.assert(
    fc.property(message, fc.constantFrom(...FLOW_CHANGES), fc.boolean(), fc.nat(2 ** 50), (bytes, as, isResync, us) => {
      const one = read(bytes);
      const how = { change: as === "listed" ? as : one.change, isResync, beganUs: us };
      const event = flowEventOf(one, { ...how, moment: { seconds: 1, nanoseconds: 2 } });
      expect(FlowEvent.parse(event)).toEqual(event);
      if (!one.hasMore) expectSame(one, how);
    }),
    { numRuns: RUNS * 3 },
  );
});

test.each([
  ["SCTP's place with TCP's numbers and no state", 132, [{ type: 2, value: u8(7) }]],
  [
    "TCP's in another order",
    6,
    [
      { type: 2, value: u8(7) },
      { type: 1, value: u8(3) },
    ],
  ],
  [
    "TCP's with one of no length",
    6,
    [
      { type: 1, value: u8(3) },
      { type: 2, value: Buffer.alloc(0) },
    ],
  ],
])("what the kernel does not write of a protocol is not written straight: %s", (_what, protocol, numbers) => {
  const ends: SentTuple = { src: [10, 0, 0, 1], dst: [10, 0, 0, 2], protocol, sport: 1, dport: 2 };
  const more = [nested(CTA.protoInfo, [nested(1, numbers)])];
  const bytes = encodeConntrack({ change: "new", id: 1, orig: ends, reply: ends, status: 0, portId: 0, more });
  expect(read(bytes).hasMore).toBe(true);
});

test("of any bytes, and of any piece of a message, comes a message or none", () => {
  const piece = fc.tuple(message, fc.nat(400), fc.uint8Array({ maxLength: 60 })).map(([bytes, at, noise]) => {
    const broken = Buffer.from(bytes);
    broken.set(noise.subarray(0, Math.max(0, broken.length - at)), Math.min(at, broken.length));
    broken.writeUInt16LE(0x0100, 4);
    return broken;
  });
  fc.assert(
    fc.property(piece, fc.nat(400), (bytes, length) => {
      const one = new ConntrackMessage();
      const end = Math.min(length, bytes.length);
      if (!one.read(bytes, 0, end)) return;
      const how = { change: one.change, isResync: false, beganUs: 0 };
      const event = flowEventOf(one, { ...how, moment: { seconds: 1, nanoseconds: 2 } });
      expect(FlowEvent.safeParse(event).success).toBe(true);
      if (!one.hasMore) expectSame(one, how);
    }),
    { numRuns: RUNS * 3 },
  );
});
