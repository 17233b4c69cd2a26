import fc from "fast-check";
import { expect, test } from "vitest";
import type { NetlogEvent, PacketEvent } from "../../../src/core/event/event.ts";
import { openTelling } from "../../../src/core/event/open-telling.ts";
import { createEventReader, type ReadEvent } from "../../../src/core/event/read-events.ts";
import { createEventWriter } from "../../../src/core/event/write-events.ts";
import { type CaptureFormat, type Format, INPUT_FORMATS } from "../../../src/core/model/packet-stream.ts";
import { lossEvent, packetEvent } from "../../helpers/events.ts";
import { flowEvent } from "../../helpers/flow-events.ts";
import { packetBytes } from "../../helpers/packet-bytes.ts";
import { RUNS } from "../../helpers/runs.ts";

/** Writes events in a format, with all their bytes where it has a place for them. */
async function writer(format: Format | CaptureFormat): Promise<(events: readonly ReadEvent[]) => Buffer> {
  const isCapture = format === "pcap" || format === "pcapng";
  const { lines } = await openTelling(
    {
      format: isCapture ? "json" : format,
      fields: "default",
      payload: { encoding: "base64", bytesMax: 65_535 },
      prefixes: [],
      where: undefined,
      hasCommunityId: false,
      hasProgram: false,
      names: undefined,
      isForTerminal: false,
      hasColour: false,
      countMax: undefined,
    },
    { sha1: (bytes) => bytes, style: STYLE },
  );
  return (events) => {
    const to = createEventWriter(format, lines);
    const parts = events.map((event) => to.encode(event)).filter((part) => Buffer.isBuffer(part));
    return Buffer.concat([to.header, ...parts]);
  };
}

const same = (text: string): string => text;
const STYLE = {
  blocked: same,
  allowed: same,
  began: same,
  ended: same,
  trouble: same,
  prefixWidth: 0,
  interfacesWidth: 0,
  endsWidth: 0,
};

function read(file: Buffer): ReadEvent[] {
  const reader = createEventReader();
  return [...reader.push(file), ...reader.end()];
}

const packet: fc.Arbitrary<ReadEvent> = fc.tuple(packetEvent, packetBytes).map(([event, bytes]) => ({ event, bytes }));

const ETHER = { src: "02:00:00:00:00:01", dst: "02:00:00:00:00:02", hw_type: 1 };

/** The same where family, hook, header and bytes fit together as the kernel's do. */
const kernelPacket: fc.Arbitrary<ReadEvent> = fc.tuple(packetEvent, packetBytes).map(([{ ether, ...event }, bytes]) => {
  const isIpv6 = (bytes[0] ?? 0) >> 4 === 6;
  const isNetdev = event.hook === "ingress" || event.hook === "egress";
  const family: PacketEvent["family"] = isNetdev
    ? "netdev"
    : event.family === "bridge"
      ? "bridge"
      : isIpv6
        ? "ip6"
        : "ip";
  return { event: { ...event, family, ether: { ...ETHER, type: isIpv6 ? 0x86dd : 0x0800 } }, bytes };
});

test("JSON is read as it was written: packets, their bytes, losses", async () => {
  const write = await writer("json");
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          packet,
          lossEvent.map((event) => ({ event })),
        ),
        { minLength: 1 },
      ),
      (events) => {
        const again = read(write(events));
        expect(again.map(({ bytes }) => bytes)).toEqual(events.map((one) => ("bytes" in one ? one.bytes : undefined)));
        expect(again.map(({ event }) => withoutPayload(event))).toEqual(events.map(({ event }) => event));
      },
    ),
    { numRuns: RUNS },
  );
});

function withoutPayload(event: NetlogEvent): NetlogEvent {
  if (event.kind === "loss" || event.kind === "flow") return event;
  const { payload, payload_encoding, ...rest } = event;
  return rest;
}

test("flows in JSON are read as they were written", async () => {
  const write = await writer("json");
  fc.assert(
    fc.property(fc.array(flowEvent), (events) => {
      expect(read(write(events.map((event) => ({ event }))))).toEqual(events.map((event) => ({ event })));
    }),
    { numRuns: RUNS },
  );
});

test.each(["spr", "ulogd", "eve", "ecs", "iptables", "pcap", "pcapng"] as const)(
  "%s is the same again when it was JSON in between",
  async (format) => {
    const [write, writeJson] = [await writer(format), await writer("json")];
    fc.assert(
      fc.property(packet, (event) => {
        const once = read(write([event]));
        const [direct, byJson] = [write(once.map(withoutRecord)), write(read(writeJson(once)))];
        expect(byJson.toString("latin1")).toBe(direct.toString("latin1"));
      }),
      { numRuns: RUNS },
    );
  },
);

function withoutRecord({ record, ...rest }: ReadEvent): ReadEvent {
  return rest;
}

test("a capture of NFLOG is the same again, byte for byte, and keeps all that its attributes say by way of JSON", async () => {
  const [write, writeJson] = [await writer("pcap"), await writer("json")];
  fc.assert(
    fc.property(fc.array(kernelPacket), (packets) => {
      const file = write(packets);
      const once = read(file);
      expect(write(once).toString("hex")).toBe(file.toString("hex"));
      expect(read(write(read(writeJson(once)))).map(({ event }) => event)).toEqual(once.map(({ event }) => event));
    }),
    { numRuns: RUNS },
  );
});

test("in a capture of NFLOG stands what the kernel said", async () => {
  const write = await writer("pcap");
  fc.assert(
    fc.property(kernelPacket, ({ event, ...rest }) => {
      const [again] = read(write([{ event, ...rest }]));
      expect(again?.event).toMatchObject(told(event as PacketEvent));
    }),
    { numRuns: RUNS },
  );
});

/** What attributes are for; a prefix of the kernel's has no zero, and 127 bytes at most. */
function told({ group = 0, hook, in_index, out_index, phys_in_index, mark, uid, gid, seq, seq_global }: PacketEvent) {
  const all = { group, hook, in_index, out_index, phys_in_index, mark, uid, gid, seq, seq_global };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

test("any bytes in any pieces give the same events, whatever they are said to be", () => {
  const start = fc.constantFrom("", "d4c3b2a1", "4d3cb2a1", "a1b2c3d4", "0a0d0d0a1c0000004d3c2b1a", "7b22736368656d61");
  const format = fc.constantFrom(undefined, ...INPUT_FORMATS);
  const input = fc.tuple(start, fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 50 }), format);
  fc.assert(
    fc.property(input, ([head, rest, size, of]) => {
      const bytes = Buffer.concat([Buffer.from(head, "hex"), rest]);
      const options = of === undefined ? {} : { format: of };
      const [whole, pieces] = [createEventReader(options), createEventReader(options)];
      const atOnce = [...whole.push(bytes), ...whole.end()];
      const cut = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.subarray(at * size, (at + 1) * size),
      );
      expect([...cut.flatMap((piece) => pieces.push(piece)), ...pieces.end()]).toEqual(atOnce);
      expect(pieces.unread()).toEqual(whole.unread());
    }),
    { numRuns: RUNS },
  );
});
