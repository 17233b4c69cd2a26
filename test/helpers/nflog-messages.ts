import { NFULA } from "../../src/core/netlink/nflog-message.ts";

/** A netlink attribute, filled up to four bytes. */
export function attribute(type: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc((4 + value.length + 3) & ~3);
  bytes.writeUInt16LE(4 + value.length, 0);
  bytes.writeUInt16LE(type, 2);
  value.copy(bytes, 4);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** What the kernel says of a packet, in the order in which it does. */
export interface Told {
  readonly family?: number;
  readonly group?: number;
  readonly protocol?: number;
  readonly hook?: number;
  readonly prefix?: string;
  readonly inDevice?: number;
  readonly outDevice?: number;
  readonly mark?: number;
  readonly header?: Buffer;
  readonly time?: readonly [seconds: number, microseconds: number];
  readonly uid?: number;
  readonly gid?: number;
  readonly sequence?: number;
  readonly payload?: Buffer;
  /** The number of its flow, and what the packet is to that. */
  readonly flow?: readonly [id: number, info: number];
}

/** An NFLOG message as the kernel makes one (net/netfilter/nfnetlink_log.c, __build_packet_message). */
export function nflogMessage(told: Told): Buffer {
  const { family = 2, group = 5, protocol = 0x0800, hook = 1, prefix = "", header, time } = told;
  const number = (type: number, value: number | undefined): Buffer[] =>
    value === undefined ? [] : [attribute(type, u32(value))];
  const packetHeader = Buffer.from([protocol >> 8, protocol & 255, hook, 0]);
  return message([
    Buffer.from([family, 0, group >> 8, group & 255]),
    attribute(NFULA.packetHeader, packetHeader),
    ...(prefix === "" ? [] : [attribute(NFULA.prefix, Buffer.from(`${prefix}\0`))]),
    ...number(NFULA.inDevice, told.inDevice),
    ...number(NFULA.outDevice, told.outDevice),
    ...number(NFULA.mark, told.mark),
    ...(header === undefined
      ? []
      : [
          attribute(
            NFULA.hardwareAddress,
            Buffer.concat([Buffer.from([0, 6, 0, 0]), header.subarray(6, 12), Buffer.alloc(2)]),
          ),
          attribute(NFULA.hardwareType, Buffer.from([0, 1])),
          attribute(NFULA.hardwareLength, Buffer.from([0, 14])),
          attribute(NFULA.hardwareHeader, header),
        ]),
    ...(time === undefined
      ? []
      : [attribute(NFULA.timestamp, Buffer.concat([u32(0), u32(time[0]), u32(0), u32(time[1])]))]),
    ...number(NFULA.uid, told.uid),
    ...number(NFULA.gid, told.gid),
    ...number(NFULA.sequence, told.sequence),
    ...number(NFULA.sequenceGlobal, told.sequence),
    ...(told.flow === undefined
      ? []
      : [
          attribute(NFULA.conntrack, Buffer.concat([attribute(3, u32(8)), attribute(12, u32(told.flow[0]))])),
          attribute(NFULA.conntrackInfo, u32(told.flow[1])),
        ]),
    ...(told.payload === undefined ? [] : [attribute(NFULA.payload, told.payload)]),
  ]);
}

/** A netlink message of NFLOG with this body, nfgenmsg first. */
export function message(body: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(16), ...body]);
  bytes.writeUInt32LE(bytes.length, 0);
  bytes.writeUInt16LE(0x0400, 4);
  return bytes;
}
