import fc from "fast-check";
import { FLOW_CHANGES, FLOW_STATUS, type FlowEvent } from "../../src/core/event/event.ts";
import { inOrder } from "../../src/core/event/pipeline.ts";
import { flowTopicOf } from "../../src/core/event/topic.ts";
import { address4, address6, nameText, ts } from "./events.ts";

const [u8, u16, u32] = [fc.nat(0xff), fc.nat(0xffff), fc.nat(0xffff_ffff)];
const count = fc.oneof(fc.nat(100_000), fc.maxSafeNat());

type Ends = Pick<FlowEvent, "family" | "src" | "dst" | "proto" | "sport" | "dport" | "icmp" | "state" | "reply">;

const addresses = fc.oneof(
  fc.record({ family: fc.constant("ip" as const), src: address4, dst: address4, from: address4, to: address4 }),
  fc.record({ family: fc.constant("ip6" as const), src: address6, dst: address6, from: address6, to: address6 }),
);

const STATES = ["SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "TIME_WAIT", "CLOSE"];

const ends: fc.Arbitrary<Ends> = fc
  .tuple(
    addresses,
    fc.constantFrom("tcp", "udp", "sctp", "dccp", "icmp", "icmpv6", "gre", "esp", "253"),
    fc.constantFrom(...STATES),
    fc.tuple(u16, u16, u16, u16),
    fc.record({ type: u8, code: u8, id: u16 }),
    fc.record({ packets: count, bytes: count }, { requiredKeys: [] }),
  )
  .map(([{ family, src, dst, from, to }, proto, state, [sport, dport, back, forth], icmp, counters]) => {
    const hasPorts = ["tcp", "udp", "sctp", "dccp", "gre"].includes(proto);
    const hasIcmp = proto.startsWith("icmp");
    return {
      ...{ family, src, dst, proto },
      ...(hasPorts ? { sport, dport } : {}),
      ...(hasIcmp ? { icmp } : {}),
      ...(["tcp", "sctp", "dccp"].includes(proto) ? { state } : {}),
      reply: {
        ...{ src: from, dst: to },
        ...(hasPorts ? { sport: back, dport: forth } : {}),
        ...(hasIcmp ? { icmp: { ...icmp, type: 0 } } : {}),
        ...counters,
      },
    };
  });

const rest = fc.record(
  {
    ...{ host: nameText, netns: nameText, resync: fc.constant(true as const), timeout: u32, mark: u32, zone: u16 },
    ...{ labels: fc.constant("00000000000000000000000000000003"), helper: nameText, port_id: u32 },
    ...{ nat: fc.record({ src: address4, sport: u16 }), orig: fc.record({ packets: count, bytes: count }) },
    ...{ packets: count, bytes: count, start: ts, start_source: fc.constantFrom("kernel" as const, "reader" as const) },
    ...{ stop: ts, duration: fc.double({ min: 0, max: 1e6, noNaN: true }), src_name: nameText, dst_name: nameText },
    ...{ community_id: fc.constant("1:abc="), cursor: fc.integer({ min: 1, max: 10 ** 15 }) },
  },
  { requiredKeys: [] },
);

/** A flow's event with any of what the kernel can say, its keys in the order of the schema. */
export const flowEvent: fc.Arbitrary<FlowEvent> = fc
  .tuple(ts, fc.constantFrom(...FLOW_CHANGES), ends, u32, fc.subarray([...FLOW_STATUS]), rest)
  .map(([at, change, between, id, status, more]) =>
    inOrder<FlowEvent>({
      ...{ schema: 1, kind: "flow", ts: at, ts_source: "reader", source: "conntrack", change },
      ...{ topic: flowTopicOf(change, between.proto), id, status },
      ...between,
      ...more,
    }),
  );
