import fc from "fast-check";
import { encodePacket, type Layer4, TCP_FLAGS } from "../../src/core/packet/encode.ts";
import { attribute, message, nflogMessage, type Told, u32 } from "./nflog-messages.ts";

const port = fc.oneof(fc.integer({ min: 0, max: 65_535 }), fc.constantFrom(53, 67, 68, 5353, 22));
const u16 = fc.integer({ min: 0, max: 65_535 });
const number = fc.integer({ min: 0, max: 0xffff_ffff });
const data = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));

const layer4: fc.Arbitrary<Layer4> = fc.oneof(
  fc.record({ kind: fc.constant("udp" as const), sport: port, dport: port, data }),
  fc.record({
    kind: fc.constant("tcp" as const),
    sport: port,
    dport: port,
    flags: fc.subarray([...TCP_FLAGS]),
    seq: number,
    ack: number,
    data,
  }),
  fc.record({
    kind: fc.constantFrom("icmp" as const, "icmpv6" as const),
    type: fc.constantFrom(0, 3, 8, 128, 129, 135),
    code: fc.constant(0),
    id: u16,
    seq: u16,
    data,
  }),
  fc.record({ kind: fc.constant("other" as const), protocol: fc.constantFrom(2, 47, 50, 51, 132, 200), data }),
);

const address = (isV6: boolean): fc.Arbitrary<string> =>
  isV6 ? fc.oneof(fc.ipV6(), fc.constantFrom("::1", "fe80::1", "2001:db8:0:0:1::", "::ffff:192.0.2.1")) : fc.ipV4();

const packet = fc.boolean().chain((isV6) =>
  fc.record({ from: address(isV6), to: address(isV6), ttl: fc.integer({ min: 0, max: 255 }), layer4 }).map((parts) => ({
    protocol: isV6 ? 0x86dd : 0x0800,
    family: isV6 ? 10 : 2,
    bytes: encodePacket(parts),
  })),
);

/** Options of TCP behind a head that has none: what its offset says is made right. */
const tcpOptions = fc
  .array(
    fc.oneof(
      fc.constant([1]),
      fc.tuple(fc.constant(2), fc.constant(4), fc.nat(255), fc.nat(255)),
      fc.tuple(fc.constant(3), fc.constant(3), fc.nat(14)),
      fc.constant([4, 2]),
      fc.tuple(fc.constant(8), fc.constant(10), ...Array.from({ length: 8 }, () => fc.nat(255))),
      fc.array(fc.nat(255), { maxLength: 5 }),
    ),
    { maxLength: 5 },
  )
  .map((options) => Buffer.from(options.flat().slice(0, 40)))
  .map((bytes) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]));

const withOptions = fc.tuple(packet, tcpOptions).map(([{ bytes, ...rest }, options]) => {
  const at = rest.family === 2 ? 20 : 40;
  if (bytes[rest.family === 2 ? 9 : 6] !== 6) return { ...rest, bytes };
  const whole = Buffer.concat([bytes.subarray(0, at + 20), options, bytes.subarray(at + 20)]);
  whole[at + 12] = (5 + options.length / 4) << 4;
  const length = rest.family === 2 ? whole.length : whole.length - 40;
  whole.writeUInt16BE(length, rest.family === 2 ? 2 : 4);
  return { ...rest, bytes: whole };
});

/** A packet as it is, cut off, or with some of its bytes changed. */
const payload = fc
  .tuple(
    fc.oneof(packet, withOptions),
    fc.option(fc.nat(120)),
    fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 2 }),
  )
  .map(([{ bytes, protocol, family }, cut, changes]) => {
    const copy = Buffer.from(bytes.subarray(0, cut ?? bytes.length));
    for (const [at, value] of changes) if (at < copy.length) copy[at] = value;
    return { protocol, family, payload: copy };
  });

const told: fc.Arbitrary<Told> = fc
  .record(
    {
      group: fc.constantFrom(0, 1, 5),
      hook: fc.integer({ min: 0, max: 5 }),
      prefix: fc.oneof(
        fc.constantFrom("drop:input ", "wan:in ", "\u001b[31m", '\u009bé"\\', ""),
        fc.string({ maxLength: 20 }).map((text) => text.replaceAll("\0", "")),
      ),
      inDevice: fc.integer({ min: 1, max: 3 }),
      outDevice: fc.integer({ min: 1, max: 3 }),
      mark: number,
      header: fc
        .uint8Array({ minLength: 14, maxLength: 14 })
        .map((bytes) => Buffer.from([...bytes.subarray(0, 12), 8, 0])),
      time: fc.tuple(number, fc.oneof(fc.nat(999_999), number)),
      uid: number,
      gid: number,
      sequence: fc.nat(20),
    },
    { requiredKeys: [] },
  )
  .chain((some) => payload.map((rest) => ({ ...some, ...rest })));

/** Messages as the kernel makes them, and such as it never would. */
export const messages = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: told.map(nflogMessage) },
    {
      weight: 1,
      arbitrary: fc
        .array(fc.tuple(fc.nat(24), fc.uint8Array({ maxLength: 30 })), { maxLength: 6 })
        .map((parts) =>
          message([u32(0x02000005), ...parts.map(([type, bytes]) => attribute(type, Buffer.from(bytes)))]),
        ),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }).map((bytes) => message([Buffer.from(bytes)])) },
  ),
  { minLength: 1, maxLength: 8 },
);
