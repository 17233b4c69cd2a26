import { type Attribute, encodeRequest } from "../../src/core/netlink/message.ts";

/** One direction of a flow as a message of conntrack has it. */
export interface SentTuple {
  readonly src: readonly number[];
  readonly dst: readonly number[];
  readonly protocol: number;
  readonly sport?: number | undefined;
  readonly dport?: number | undefined;
  readonly icmp?: { readonly type: number; readonly code: number; readonly id: number } | undefined;
  readonly zone?: number | undefined;
}

/** What a message of conntrack says. */
export interface Sent {
  readonly change: "new" | "update" | "destroy";
  readonly id: number;
  readonly orig: SentTuple;
  readonly reply: SentTuple;
  readonly status?: number;
  readonly portId?: number;
  /** Other attributes, by their types. */
  readonly more?: readonly Attribute[];
}

const NESTED = 0x8000;

export const u8 = (number: number): Buffer => Buffer.from([number]);
const be16 = (number: number): Buffer => Buffer.from([number >> 8, number & 255]);

export function be32(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number >>> 0);
  return bytes;
}

export function be64(number: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(number);
  return bytes;
}

/** Attributes within an attribute. */
export function nested(type: number, attributes: readonly Attribute[]): Attribute {
  const message = encodeRequest({ type: 0, sequence: 0, resource: 0, attributes });
  return { type: type | NESTED, value: message.subarray(20) };
}

function tuple(type: number, { src, dst, protocol, sport, dport, icmp, zone }: SentTuple): Attribute {
  const [first, icmpFirst] = src.length === 4 ? [1, 4] : [3, 7];
  const ports = [
    ...(sport === undefined ? [] : [{ type: 2, value: be16(sport) }]),
    ...(dport === undefined ? [] : [{ type: 3, value: be16(dport) }]),
  ];
  const echo =
    icmp === undefined
      ? []
      : [
          { type: icmpFirst, value: be16(icmp.id) },
          { type: icmpFirst + 1, value: u8(icmp.type) },
          { type: icmpFirst + 2, value: u8(icmp.code) },
        ];
  return nested(type, [
    nested(1, [
      { type: first, value: Buffer.from(src) },
      { type: first + 1, value: Buffer.from(dst) },
    ]),
    nested(2, [{ type: 1, value: u8(protocol) }, ...ports, ...echo]),
    ...(zone === undefined ? [] : [{ type: 3, value: be16(zone) }]),
  ]);
}

/** The message as the kernel sends it (net/netfilter/nf_conntrack_netlink.c). */
export function encodeConntrack({ change, id, orig, reply, status = 8, portId = 0, more = [] }: Sent): Buffer {
  const message = encodeRequest({
    type: change === "destroy" ? 0x0102 : 0x0100,
    sequence: 0,
    resource: 0,
    attributes: [
      tuple(1, orig),
      tuple(2, reply),
      { type: 12, value: be32(id) },
      { type: 3, value: be32(status) },
      ...more,
    ],
  });
  message.writeUInt16LE(change === "new" ? 0x600 : 0, 6);
  message.writeUInt32LE(portId, 12);
  message[16] = orig.src.length === 4 ? 2 : 10;
  return message;
}
