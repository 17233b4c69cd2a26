import { CTA } from "./conntrack-message.ts";
import { attributesIn, NFGEN_HEADER } from "./message.ts";

/** Attributes of a packet message (NFULA_ in linux/netfilter/nfnetlink_log.h). */
export const NFULA = {
  packetHeader: 1,
  mark: 2,
  timestamp: 3,
  inDevice: 4,
  outDevice: 5,
  physInDevice: 6,
  physOutDevice: 7,
  hardwareAddress: 8,
  payload: 9,
  prefix: 10,
  uid: 11,
  sequence: 12,
  sequenceGlobal: 13,
  gid: 14,
  hardwareType: 15,
  hardwareHeader: 16,
  hardwareLength: 17,
  conntrack: 18,
  conntrackInfo: 19,
  vlan: 20,
  linkHeader: 21,
} as const;

/** A packet message as it came: interfaces by their indexes, nothing decoded; absent what it does not say. */
export interface NflogMessage {
  /** NFPROTO_. */
  readonly family: number;
  readonly group: number;
  /** EtherType of the payload. */
  protocol?: number;
  hook?: number;
  mark?: number;
  /** When the packet was received: seconds and microseconds. */
  time?: { readonly seconds: number; readonly microseconds: number };
  inDevice?: number;
  outDevice?: number;
  physInDevice?: number;
  physOutDevice?: number;
  /** The address of the sender by the link. */
  hardwareAddress?: Buffer;
  hardwareType?: number;
  hardwareHeader?: Buffer;
  prefix: string;
  uid?: number;
  gid?: number;
  sequence?: number;
  sequenceGlobal?: number;
  /** The number that conntrack has for its flow, and what the packet is to that (enum ip_conntrack_info). */
  flowId?: number;
  flowInfo?: number;
  vlan?: { readonly protocol: number; readonly tci: number };
  linkHeader?: Buffer;
  payload?: Buffer;
}

type Reader = (message: NflogMessage, value: Buffer) => void;

const READERS: readonly (Reader | undefined)[] = readers();

/** Reads an NFLOG packet message with its header (net/netfilter/nfnetlink_log.c, __build_packet_message). */
export function readNflogMessage(message: Buffer): NflogMessage {
  const family = message[16] ?? 0;
  const group = message.length >= NFGEN_HEADER ? message.readUInt16BE(18) : 0;
  return readNflogAttributes(message.subarray(NFGEN_HEADER), family, group);
}

/** Reads the attributes of one, as they also stand in a capture of LINKTYPE_NFLOG; what is cut off is left out. */
export function readNflogAttributes(bytes: Buffer, family: number, group: number): NflogMessage {
  const message: NflogMessage = { family, group, prefix: "" };
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16LE(at);
    if (length < 4 || at + length > bytes.length) break;
    READERS[bytes.readUInt16LE(at + 2) & 0x3fff]?.(message, bytes.subarray(at + 4, at + length));
    at += (length + 3) & ~3;
  }
  return message;
}

/** The control information of a tag; NFULA_VLAN_PROTO is 1 (linux/netfilter/nfnetlink_log.h, enum nfulnl_vlan_attr). */
const NFULA_VLAN_TCI = 2;

function readers(): (Reader | undefined)[] {
  const all: (Reader | undefined)[] = [];
  const sized = (type: number, size: number, read: Reader): void => {
    all[type] = (message, value) => {
      if (value.length >= size) read(message, value);
    };
  };
  sized(NFULA.packetHeader, 3, (message, value) => {
    message.protocol = value.readUInt16BE(0);
    message.hook = value.readUInt8(2);
  });
  const numbers = [
    [NFULA.mark, "mark"],
    [NFULA.inDevice, "inDevice"],
    [NFULA.outDevice, "outDevice"],
    [NFULA.physInDevice, "physInDevice"],
    [NFULA.physOutDevice, "physOutDevice"],
    [NFULA.uid, "uid"],
    [NFULA.gid, "gid"],
    [NFULA.sequence, "sequence"],
    [NFULA.sequenceGlobal, "sequenceGlobal"],
    [NFULA.conntrackInfo, "flowInfo"],
  ] as const;
  for (const [type, key] of numbers) {
    sized(type, 4, (message, value) => {
      message[key] = value.readUInt32BE(0);
    });
  }
  sized(NFULA.conntrack, 0, (message, value) => {
    const id = attributesIn(value).find(({ type, value: bytes }) => type === CTA.id && bytes.length >= 4);
    if (id !== undefined) message.flowId = id.value.readUInt32BE(0);
  });
  sized(NFULA.timestamp, 16, (message, value) => {
    message.time = { seconds: Number(value.readBigUInt64BE(0)), microseconds: Number(value.readBigUInt64BE(8)) };
  });
  sized(NFULA.hardwareAddress, 4, (message, value) => {
    message.hardwareAddress = value.subarray(4, 4 + Math.min(value.readUInt16BE(0), 8));
  });
  sized(NFULA.hardwareType, 2, (message, value) => {
    message.hardwareType = value.readUInt16BE(0);
  });
  sized(NFULA.hardwareHeader, 0, (message, value) => {
    message.hardwareHeader = value;
  });
  sized(NFULA.linkHeader, 0, (message, value) => {
    message.linkHeader = value;
  });
  sized(NFULA.vlan, 16, (message, value) => {
    // Two nested attributes of two bytes each; the kernel has the second type first.
    const isTurned = (value.readUInt16LE(2) & 0x3fff) === NFULA_VLAN_TCI;
    const [protocolAt, tciAt] = isTurned ? [12, 4] : [4, 12];
    message.vlan = { protocol: value.readUInt16BE(protocolAt), tci: value.readUInt16BE(tciAt) };
  });
  sized(NFULA.prefix, 0, (message, value) => {
    const end = value.indexOf(0);
    message.prefix = value.toString("utf8", 0, end === -1 ? value.length : end);
  });
  sized(NFULA.payload, 0, (message, value) => {
    message.payload = value;
  });
  return all;
}
