import fc from "fast-check";
import { expect, test } from "vitest";
import { Correlator } from "../../../src/core/event/correlate.ts";
import type { PacketEvent } from "../../../src/core/event/event.ts";
import { createEventReader, type ReadEvent } from "../../../src/core/event/read-events.ts";
import { logLine, MESSAGES } from "../../helpers/opened-days.ts";

/** Packets as the kernel log tells them, at times of one day. */
function reads(...lines: readonly (readonly [string, string])[]): ReadEvent[] {
  const reader = createEventReader({ format: "iptables" });
  const text = lines.map(([time, message]) => logLine(time, message)).join("");
  return [...reader.push(Buffer.from(text)), ...reader.end()];
}

/** How long after the event each packet is that was found, in milliseconds. */
function foundOf(sought: ReadEvent, packets: readonly ReadEvent[], near = { withinMs: 5000, most: 10 }): number[] {
  const correlator = new Correlator<string>([sought.event], near);
  for (const packet of packets) correlator.add(packet, "here");
  return correlator.found()[0]?.map(({ afterMs }) => Math.round(afterMs * 1e6) / 1e6) ?? [];
}

const [SYN] = reads(["10:32:01.000100", MESSAGES.syn]) as [ReadEvent];

test("both directions belong to an event, another connection does not, and the nearest stands first", () => {
  const packets = reads(
    ["10:32:00.000000", MESSAGES.syn],
    ["10:32:01.020500", MESSAGES.synAck],
    ["10:32:01.000200", MESSAGES.other],
    ["10:32:01.000300", MESSAGES.syn],
  );
  expect(foundOf(SYN, packets)).toEqual([0.2, 20.4, -1000.1]);
});

test("what is too far off in time does not, to the microsecond", () => {
  const packets = reads(["10:32:06.000100", MESSAGES.syn], ["10:32:06.000101", MESSAGES.syn]);
  expect(foundOf(SYN, packets)).toEqual([5000]);
  expect(foundOf(SYN, packets, { withinMs: 4999, most: 10 })).toEqual([]);
});

test("an answer of ICMP about the connection belongs to it", () => {
  const inner = "SRC=10.137.0.12 DST=192.0.2.80 LEN=60 TOS=0x00 PREC=0x00 TTL=1 ID=4321 DF PROTO=TCP SPT=50001 DPT=443";
  const error = `IN=eth0 OUT=vif7.0 SRC=198.51.100.1 DST=10.137.0.12 LEN=88 TOS=0x00 PREC=0x00 TTL=60 ID=1 PROTO=ICMP TYPE=11 CODE=0 [${inner} WINDOW=64240 RES=0x00 SYN URGP=0 ] `;
  expect(foundOf(SYN, reads(["10:32:01.100100", error]))).toEqual([100]);
});

test("what has no ends finds nothing, and nothing is looked through for it", () => {
  const event: PacketEvent = { ...(SYN.event as PacketEvent), kind: "undecoded" };
  const { src: _, dst: _dst, ...bare } = event;
  const correlator = new Correlator<string>([bare], { withinMs: 1000, most: 1 });
  correlator.add(SYN, "here");
  expect([correlator.spans(), correlator.found()]).toEqual([[], [[]]]);
});

test("whatever the order in which they come, the same are held: the nearest", () => {
  const times = fc.array(fc.integer({ min: 0, max: 9_999_999 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(times, fc.integer({ min: 1, max: 5 }), (microseconds, most) => {
      const packets = reads(...microseconds.map((one) => [`10:32:0${(one / 1e6).toFixed(6)}`, MESSAGES.syn] as const));
      const all = microseconds.map((one) => Math.abs(one - 1_000_100) / 1000).filter((after) => after <= 5000);
      const nearest = all.toSorted((one, other) => one - other).slice(0, most);
      expect(foundOf(SYN, packets, { withinMs: 5000, most }).map(Math.abs)).toEqual(nearest);
    }),
  );
});
