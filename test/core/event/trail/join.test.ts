import { expect, test } from "vitest";
import type { PacketEvent, TrafficEvent } from "../../../../src/core/event/event.ts";
import { joinEvents } from "../../../../src/core/event/trail/join.ts";
import { at, flowOf } from "../../../helpers/flows.ts";

function packetOf(seconds: number, prefix: string, more: Partial<PacketEvent> = {}): PacketEvent {
  return {
    ...{ schema: 1, kind: "packet", ts: at(seconds), ts_source: "kernel", source: "nflog", prefix },
    ...{ topic: `nft:${prefix}`, src: "10.0.0.5", dst: "192.0.2.1", proto: "tcp", sport: 40_000, dport: 443 },
    ...more,
  };
}

/** Conversations as what stands in each. */
function joined(...events: TrafficEvent[]): string[] {
  return joinEvents(events).map((some) =>
    some.map((event) => (event.kind === "flow" ? event.change : event.prefix)).join(" "),
  );
}

const answer = { src: "192.0.2.1", dst: "10.0.0.5", sport: 443, dport: 40_000 };

test("packets of both directions and their flow", () => {
  expect(
    joined(
      packetOf(0, "a"),
      flowOf("new", at(0)),
      packetOf(1, "b", answer),
      flowOf("destroy", at(9)),
      packetOf(9, "c"),
    ),
  ).toEqual(["a new b destroy", "c"]);
});

test("a packet with the time at which it was read may come a little behind the end of its flow", () => {
  const read = { ts_source: "reader" } as const;
  const flow = [flowOf("new", at(0)), flowOf("destroy", at(9))];
  expect(joined(...flow, packetOf(9.2, "late", read))).toEqual(["new destroy late"]);
  expect(joined(...flow, packetOf(11, "later", read))).toEqual(["new destroy", "later"]);
});

test("other ports, other protocols: other conversations", () => {
  expect(joined(packetOf(0, "a"), packetOf(0, "b", { sport: 40_001 }), packetOf(0, "c", { proto: "udp" }))).toEqual([
    "a",
    "b",
    "c",
  ]);
});

test("what NAT makes of it, before its flow began as well; a port that another has later is another's", () => {
  const reply = { src: "192.0.2.1", dst: "203.0.113.1", sport: 443, dport: 61_000 };
  const out = { src: "203.0.113.1", dst: "192.0.2.1", sport: 61_000 };
  const other = { src: "10.0.0.6", reply };
  expect(
    joined(
      packetOf(0, "first-out", out),
      flowOf("new", at(0.001), { reply }),
      packetOf(1, "first-back", reply),
      flowOf("destroy", at(2), { reply }),
      flowOf("new", at(60), { ...other, id: 2 }),
      packetOf(61, "second-back", reply),
    ),
  ).toEqual(["first-out new first-back destroy", "new second-back"]);
});

test("an error of ICMP is of what it is about", () => {
  const inner = { src: "10.0.0.5", dst: "192.0.2.1", proto: "tcp", sport: 40_000, dport: 443 };
  const { sport: _, dport: __, ...error } = packetOf(1, "error", { src: "198.51.100.1", dst: "10.0.0.5" });
  expect(joined(packetOf(0, "a"), { ...error, proto: "icmp", icmp: { type: 3, code: 1, inner } })).toEqual(["a error"]);
});

test("echoes by their id, to which NAT gives another", () => {
  const echo = { proto: "icmp", sport: undefined, dport: undefined } as unknown as Partial<PacketEvent>;
  const icmp = (type: number, id: number) => ({ type, code: 0, id });
  const back = { ...echo, src: "192.0.2.1", dst: "203.0.113.1", icmp: icmp(0, 9) };
  const flow = flowOf("new", at(0), {
    proto: "icmp",
    icmp: icmp(8, 7),
    reply: { src: "192.0.2.1", dst: "203.0.113.1", icmp: icmp(0, 9) },
  });
  expect(
    joined(
      packetOf(0, "a", { ...echo, icmp: icmp(8, 7) }),
      flow,
      packetOf(1, "b", back),
      packetOf(1, "c", { ...echo, icmp: icmp(8, 8) }),
    ),
  ).toEqual(["a new b", "c"]);
});

test("two machines follow one flow: it is over with both; where its end was lost, with the next flow", () => {
  const [one, two] = [{ host: "a" }, { host: "b", id: 7 }];
  expect(
    joined(
      flowOf("new", at(0), one),
      flowOf("new", at(0), two),
      flowOf("destroy", at(1), one),
      packetOf(2, "x"),
      flowOf("destroy", at(3), two),
      flowOf("new", at(4), one),
      flowOf("new", at(5), { ...one, id: 2 }),
    ),
  ).toEqual(["new new destroy x destroy", "new", "new"]);
});

test("the keys of GRE are no ports; what has no ends is of no conversation", () => {
  const gre = { src: "10.0.0.5", dst: "192.0.2.1", proto: "gre" };
  const { sport: _, dport: __, ...packet } = packetOf(1, "a", gre);
  const { src: ___, dst: ____, ...nothing } = packet;
  expect(joined(flowOf("new", at(0), { ...gre, sport: 0, dport: 7 }), packet, nothing)).toEqual(["new a"]);
});
