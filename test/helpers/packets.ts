import fc from "fast-check";
import { type Packet, SCTP_CHUNKS, TCP_FLAGS } from "../../src/core/packet/encode.ts";

/** Ports that no protocol is known by. */
const port = fc.integer({ min: 61_000, max: 65_535 });
const number = fc.nat(0xffffffff);
const data = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
const message = { code: fc.nat(15), id: port, seq: port, data };
const over = fc.oneof(
  fc.record({
    kind: fc.constant("tcp" as const),
    sport: port,
    dport: port,
    flags: fc.subarray([...TCP_FLAGS]),
    seq: number,
    ack: number,
    data,
  }),
  fc.record({ kind: fc.constant("udp" as const), sport: port, dport: port, data }),
  fc.record({
    kind: fc.constant("sctp" as const),
    sport: port,
    dport: port,
    chunk: fc.constantFrom(...Object.values(SCTP_CHUNKS)),
    tag: number,
    data,
  }),
  fc.record({ kind: fc.constant("other" as const), protocol: fc.constant(253), data }),
);
const icmp4 = fc.record({ kind: fc.constant("icmp" as const), type: fc.constantFrom(0, 8), ...message });
const icmp6 = fc.record({ kind: fc.constant("icmpv6" as const), type: fc.constantFrom(128, 129), ...message });
const ttl = fc.integer({ min: 1, max: 255 });
/** Any packet that can be written down. */
export const packet: fc.Arbitrary<Packet> = fc.oneof(
  fc.record({ from: fc.ipV4(), to: fc.ipV4(), ttl, layer4: fc.oneof(over, icmp4) }),
  fc.record({ from: fc.ipV6(), to: fc.ipV6(), ttl, layer4: fc.oneof(over, icmp6) }),
);
