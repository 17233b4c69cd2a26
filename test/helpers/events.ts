import fc from "fast-check";
import { ACTIONS, HOOKS, type LossEvent, type PacketEvent, TIME_SOURCES } from "../../src/core/event/event.ts";
import { topicOf } from "../../src/core/event/topic.ts";
import { ipv6Text } from "../../src/core/packet/address.ts";

const [u8, u16, u32] = [fc.nat(0xff), fc.nat(0xffff), fc.nat(0xffff_ffff)];

const HOSTILE = [
  "\u001b[31m",
  '"',
  "\\",
  "\n",
  "\r",
  "\u2028",
  "<b>&",
  "\u202e",
  "\u0000",
  "\u009b",
  "\u007f",
  "'",
  ",",
];

/** Any text that has a UTF-8 form, and much that a terminal or a parser would act upon. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary", maxLength: 4 }), fc.constantFrom("drop", " ")),
    {
      maxLength: 4,
    },
  )
  .map((parts) => parts.join(""));

export const nameText = hostileText.filter((text) => text !== "");

/** With nothing below microseconds, which is as far as most formats go. */
export const ts: fc.Arbitrary<string> = fc
  .record({ at: fc.nat(4_102_444_799), micros: fc.nat(999_999) })
  .map(({ at, micros }) => `${new Date(at * 1000).toISOString().slice(0, 19)}.${String(micros).padStart(6, "0")}000Z`);

const mac = fc
  .uint8Array({ minLength: 6, maxLength: 6 })
  .map((bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(":"));

export const address4 = fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => [...bytes].join("."));
/** As the decoder writes them. */
export const address6 = fc
  .array(fc.oneof(fc.constant(0), u16), { minLength: 8, maxLength: 8 })
  .map((groups) => ipv6Text(Buffer.from(groups.flatMap((group) => [group >> 8, group & 0xff])), 0));

const hex = (max: number, min = 0): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: min, maxLength: max }).map((bytes) => Buffer.from(bytes).toString("hex"));

const ether = fc.record({ src: mac, dst: mac, type: u16, hw_type: fc.constant(1) });
const vlan = fc.record({ protocol: fc.constantFrom(0x8100, 0x88a8), id: fc.nat(4095), priority: fc.nat(7) });

const tcpOptions = fc
  .record(
    {
      mss: u16,
      window_scale: u8,
      sack_permitted: fc.constant(true as const),
      sack: fc.tuple(u32, u32).map((block): [number, number][] => [block]),
      timestamp: fc.tuple(u32, u32),
      other: fc.tuple(hex(2)).map(([data]) => [{ kind: 253, data }]),
    },
    { requiredKeys: [] },
  )
  .filter((options) => Object.keys(options).length > 0);

const FLAGS = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE"] as const;

const tcp = fc
  .record(
    { flags: fc.subarray([...FLAGS]), seq: u32, ack: u32, window: u16, urgent: u16, options: tcpOptions },
    { requiredKeys: ["flags", "seq", "ack", "window", "urgent"] },
  )
  .map(({ urgent, options, ...fields }) => ({
    ...fields,
    ...(fields.flags.includes("URG") ? { urgent } : {}),
    ...(options === undefined ? {} : { options }),
  }));

const [ports, icmpHead] = [
  { sport: u16, dport: u16 },
  { type: u8, code: u8 },
];

/** What stands above IP. */
const transport: fc.Arbitrary<Partial<PacketEvent>> = fc.oneof(
  fc.record({ proto: fc.constant("tcp"), ...ports, tcp }),
  fc.record({ proto: fc.constant("udp"), ...ports, udp: fc.record({ len: fc.integer({ min: 8, max: 65_535 }) }) }),
  fc.record({ proto: fc.constantFrom("icmp", "icmpv6"), icmp: fc.record({ ...icmpHead, id: u16, seq: u16 }) }),
  fc.record({
    proto: fc.constant("sctp"),
    ...ports,
    sctp: fc.record({ tag: u32, chunks: fc.constant(["INIT"] as string[]) }),
  }),
  fc.record({ proto: fc.constantFrom("esp", "igmp", "gre", "253") }),
);

const ip4: fc.Arbitrary<Partial<PacketEvent>> = fc
  .record({
    src: address4,
    dst: address4,
    len: fc.integer({ min: 160, max: 65_535 }),
    ttl: u8,
    ip: fc.record(
      {
        version: fc.constant(4 as const),
        tos: u8,
        id: u16,
        flags: fc.subarray(["RF", "DF", "MF"] as const, { minLength: 1 }),
        options: fc.integer({ min: 1, max: 10 }).chain((words) => hex(words * 4, words * 4)),
      },
      { requiredKeys: ["version", "tos", "id"] },
    ),
  })
  .map((fields) => fields as Partial<PacketEvent>);

const ip6: fc.Arbitrary<Partial<PacketEvent>> = fc.record({
  src: address6,
  dst: address6,
  len: fc.integer({ min: 160, max: 65_575 }),
  ttl: u8,
  ip: fc.record(
    { version: fc.constant(6 as const), tos: u8, flow_label: fc.integer({ min: 1, max: 0xf_ffff }) },
    { requiredKeys: ["version", "tos"] },
  ),
});

const network: fc.Arbitrary<Partial<PacketEvent>> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(fc.oneof(ip4, ip6), transport).map(([ip, above]) => ({ ...ip, ...above })) },
  { weight: 1, arbitrary: fc.constant({}) },
);

/** What the kernel says of a packet beside its bytes. */
const surroundings = fc.record(
  {
    host: nameText,
    netns: nameText,
    group: u16,
    action: fc.constantFrom(...ACTIONS),
    hook: fc.constantFrom(...HOOKS),
    family: fc.constantFrom("ip", "ip6", "arp", "bridge", "netdev"),
    in: nameText,
    in_index: u32,
    out: nameText,
    out_index: u32,
    phys_in: nameText,
    phys_in_index: u32,
    phys_out: nameText,
    phys_out_index: u32,
    mark: fc.integer({ min: 1, max: 0xffff_ffff }),
    uid: u32,
    gid: u32,
    program: nameText,
    seq: u32,
    seq_global: u32,
    ether,
    vlan: fc.array(vlan, { minLength: 1, maxLength: 2 }),
    src_name: nameText,
    dst_name: nameText,
    community_id: fc.constantFrom("1:LQU9qZlK+B5F3KDmev6m5PMibrg=", "1:x"),
  },
  { requiredKeys: [] },
);

/** An event whose fields fit together as those of a real packet do; its texts are hostile. */
export const packetEvent: fc.Arbitrary<PacketEvent> = fc
  .tuple(ts, hostileText, fc.constantFrom(...TIME_SOURCES), surroundings, network)
  .map(([at, prefix, ts_source, around, layers]) => ({
    schema: 1,
    kind: "packet",
    ts: at,
    ts_source,
    source: "nflog",
    prefix,
    topic: topicOf(prefix),
    ...around,
    ...layers,
  }));

/** Half a character, which has no UTF-8 form. */
const brokenText = fc.oneof(
  hostileText,
  fc.constantFrom("\ud800", "a\udfff", "999.1.2.3", "::g", "fe80::1%eth0", "1.2.3.4"),
);

/** An event that the schema accepts, whatever nonsense it is: fields that do not fit together, texts that are none. */
export const anyPacketEvent: fc.Arbitrary<PacketEvent> = fc
  .tuple(
    packetEvent,
    fc.record(
      {
        kind: fc.constantFrom("packet", "undecoded"),
        prefix: brokenText,
        src: brokenText,
        dst: brokenText,
        proto: brokenText,
        ...ports,
        in: brokenText,
        host: brokenText,
        len: u32,
        ether: fc.record({ src: brokenText, dst: brokenText, hw_type: u16 }, { requiredKeys: [] }),
        ip: fc.record({
          version: fc.constantFrom(4, 6),
          tos: u8,
          id: u32,
          offset: u16,
          flow_label: u32,
          options: brokenText,
        }),
        tcp,
        udp: fc.record({ len: u16 }),
        icmp: fc.record(
          { ...icmpHead, id: u16, seq: u16, mtu: u32, gateway: brokenText, target: brokenText },
          { requiredKeys: ["type", "code"] },
        ),
        arp: fc.record({ operation: u16, sender: brokenText, target: brokenText }),
        src_name: brokenText,
        why: brokenText,
        community_id: brokenText,
        payload: fc.oneof(hex(40), brokenText),
        payload_encoding: fc.constantFrom("hex", "base64"),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([event, nonsense]) => ({ ...event, ...nonsense }) as PacketEvent);

/** Events that were lost. */
export const lossEvent: fc.Arbitrary<LossEvent> = fc
  .record(
    { ts, count: fc.nat(1_000_000), why: hostileText, group: u16, from: u32, to: u32, host: nameText },
    {
      requiredKeys: ["ts", "count", "why"],
    },
  )
  .map(({ ts: at, ...fields }) => ({ schema: 1, kind: "loss", ts: at, ...fields }) as LossEvent);
