import type { PacketEvent } from "../event/event.ts";
import { familyNumber, hookNumber } from "../event/netfilter-numbers.ts";
import { nanosecondsIn, secondsIn } from "../event/time-text.ts";
import { NFULA } from "../netlink/nflog-message.ts";
import { ETHER_TYPE } from "../packet/ether.ts";
import type { CaptureRecord } from "./write.ts";

const PAYLOAD_BYTES_MAX = 65_531;
const PREFIX_BYTES_MAX = 127;

/**
 * A record of LINKTYPE_NFLOG: what the kernel says of a packet in the attributes that it says it with, and the packet.
 * Interfaces stand there by their indexes. Time is in the record, and where the kernel knew it, in an attribute.
 */
export function nflogRecord(event: PacketEvent, bytes?: Buffer): CaptureRecord {
  const head = Buffer.from([familyNumber(event.family ?? versionFamily(event)), 0, 0, 0]);
  head.writeUInt16BE(event.group ?? 0, 2);
  const kept = bytes?.subarray(0, PAYLOAD_BYTES_MAX);
  const whole = Buffer.concat([
    head,
    ...attributesOf(event),
    ...(kept === undefined ? [] : [tlv(NFULA.payload, kept)]),
  ]);
  return { ts: event.ts, bytes: whole, length: whole.length };
}

/**
 * The same of a message as it came from the kernel, byte for byte: behind the header of netlink both are alike.
 * @param message with its header
 */
export function nflogRecordOfMessage(ts: string, message: Buffer): CaptureRecord {
  const bytes = message.subarray(16);
  return { ts, bytes, length: bytes.length };
}

function versionFamily({ ip, arp }: PacketEvent): "ip" | "ip6" | "arp" | "unspec" {
  if (ip !== undefined) return ip.version === 4 ? "ip" : "ip6";
  return arp === undefined ? "unspec" : "arp";
}

function attributesOf(event: PacketEvent): Buffer[] {
  const { prefix, hook, ts_source, family } = event;
  return [
    ...(hook === undefined ? [] : [tlv(NFULA.packetHeader, packetHeader(event, hookNumber(hook, family)))]),
    tlv(NFULA.prefix, prefixBytes(prefix)),
    ...number(NFULA.inDevice, event.in_index),
    ...number(NFULA.outDevice, event.out_index),
    ...number(NFULA.physInDevice, event.phys_in_index),
    ...number(NFULA.physOutDevice, event.phys_out_index),
    ...number(NFULA.mark, event.mark),
    ...linkAttributes(event),
    ...(ts_source === "kernel" ? [tlv(NFULA.timestamp, timestamp(event.ts))] : []),
    ...number(NFULA.uid, event.uid),
    ...number(NFULA.gid, event.gid),
    ...number(NFULA.sequence, event.seq),
    ...number(NFULA.sequenceGlobal, event.seq_global),
  ];
}

/** An attribute in the order of a little-endian machine, filled up to words. */
function tlv(type: number, value: Buffer): Buffer {
  const attribute = Buffer.alloc((4 + value.length + 3) & ~3);
  attribute.writeUInt16LE(4 + value.length, 0);
  attribute.writeUInt16LE(type, 2);
  value.copy(attribute, 4);
  return attribute;
}

function number(type: number, value: number | undefined): Buffer[] {
  return value === undefined ? [] : [tlv(type, be32(value))];
}

function be32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value, 0);
  return bytes;
}

function be16(value: number): Buffer {
  return Buffer.from([(value >> 8) & 0xff, value & 0xff]);
}

function packetHeader({ ether, ip, arp }: PacketEvent, hook: number): Buffer {
  const ofIp = ip === undefined ? undefined : ip.version === 4 ? ETHER_TYPE.ipv4 : ETHER_TYPE.ipv6;
  const type = ether?.type ?? ofIp ?? (arp === undefined ? 0 : ETHER_TYPE.arp);
  return Buffer.concat([be16(type), Buffer.from([hook, 0])]);
}

function prefixBytes(prefix: string): Buffer {
  const bytes = Buffer.from(prefix.replaceAll("\0", ""), "utf8").subarray(0, PREFIX_BYTES_MAX);
  return Buffer.concat([bytes, Buffer.from([0])]);
}

function timestamp(ts: string): Buffer {
  const micros = Math.floor(nanosecondsIn(ts) / 1000);
  return Buffer.concat([be32(0), be32(secondsIn(ts)), be32(0), be32(micros)]);
}

/** Of Ethernet, where its header is known; and the outermost tag, which the kernel keeps beside the packet. */
function linkAttributes({ ether, vlan = [] }: PacketEvent): Buffer[] {
  const [source, target] = [macBytes(ether?.src), macBytes(ether?.dst)];
  const [tag, ...inner] = vlan;
  const tags = inner.map((one) => Buffer.concat([be16(one.protocol), tagBytes(one)]));
  const header =
    source && target && ether?.type !== undefined
      ? Buffer.concat([target, source, ...tags, be16(ether.type)])
      : undefined;
  return [
    ...(source === undefined ? [] : [tlv(NFULA.hardwareAddress, Buffer.concat([be16(6), be16(0), source, be16(0)]))]),
    ...(ether?.hw_type === undefined ? [] : [tlv(NFULA.hardwareType, be16(ether.hw_type))]),
    ...(header === undefined
      ? []
      : [tlv(NFULA.hardwareLength, be16(header.length)), tlv(NFULA.hardwareHeader, header)]),
    ...(tag === undefined ? [] : [tlv(NFULA.vlan, Buffer.concat([tlv(1, be16(tag.protocol)), tlv(2, tagBytes(tag))]))]),
  ];
}

/** The six bytes of an address; undefined where the text is none. */
export function macBytes(mac: string | undefined): Buffer | undefined {
  return mac !== undefined && /^(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}$/.test(mac)
    ? Buffer.from(mac.replaceAll(":", ""), "hex")
    : undefined;
}

/** Priority, drop eligible and number of a VLAN (IEEE 802.1Q, 9.6). */
export function tagBytes({ id, priority, dei }: NonNullable<PacketEvent["vlan"]>[number]): Buffer {
  return be16((priority << 13) | (dei === true ? 0x1000 : 0) | (id & 0xfff));
}
