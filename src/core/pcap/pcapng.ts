import type { PacketEvent } from "../event/event.ts";
import { nanosecondsIn, secondsIn } from "../event/time-text.ts";
import { printable } from "../printable.ts";
import { commentOf } from "./comment.ts";
import { macBytes, tagBytes } from "./nflog.ts";
import { LINKTYPE, RECORD_BYTES_MAX } from "./write.ts";

const BLOCK = { section: 0x0a0d0d0a, interface: 1, enhanced: 6 };
const OPTION = { end: 0, comment: 1, name: 2, flags: 2, resolution: 9, application: 4 };
const NANOSECONDS = 9;

/** Names of interfaces come from outside: beyond so many, packets are told without theirs. */
const INTERFACES_MAX = 4096;

/** Writes packets as pcapng (draft-ietf-opsawg-pcapng), which other tools read without knowing NFLOG. */
export interface PcapngWriter {
  /** What stands at the beginning of the file. */
  readonly header: Buffer;
  /** What is to be added for a packet: its block, and before it that of an interface that is new. */
  encode(event: PacketEvent, bytes: Buffer): Buffer;
}

/**
 * A writer of one link type, as libpcap reads no file of two.
 * @param link raw: packets begin with their IP header, and what is no IP is left out; ethernet: behind a header with the
 * addresses of the event, or with zeros where these are not known
 */
export function createPcapngWriter(link: "raw" | "ethernet", application = "netlogctl"): PcapngWriter {
  const numbers = new Map<string, number>();
  const linkType = link === "raw" ? LINKTYPE.raw : LINKTYPE.ethernet;
  return { header: sectionHeader(application), encode };

  function encode(event: PacketEvent, bytes: Buffer): Buffer {
    if (link === "raw" && !isIp(bytes)) return Buffer.alloc(0);
    const head = link === "raw" ? Buffer.alloc(0) : ethernetHeader(event, bytes);
    const { number, added } = interfaceFor(event.in ?? event.out ?? "");
    const packet = enhancedPacket(event, Buffer.concat([head, bytes]), { number, head: head.length });
    return Buffer.concat([...added, packet]);
  }

  function interfaceFor(wanted: string): { number: number; added: Buffer[] } {
    const name = numbers.size < INTERFACES_MAX || numbers.has(wanted) ? wanted : "";
    const known = numbers.get(name);
    if (known !== undefined) return { number: known, added: [] };
    const number = numbers.size;
    numbers.set(name, number);
    return { number, added: [interfaceDescription(name, linkType)] };
  }
}

function isIp(bytes: Buffer): boolean {
  return [4, 6].includes((bytes[0] ?? 0) >> 4);
}

function block(type: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length = body.length + 12;
  return Buffer.concat([le32(type), le32(length), body, le32(length)]);
}

function le32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0, 0);
  return bytes;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}

function option(code: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(code, 0);
  head.writeUInt16LE(value.length, 2);
  return padded(Buffer.concat([head, value]));
}

const END = option(OPTION.end, Buffer.alloc(0));
const TEXT_BYTES_MAX = 2000;

function textOption(code: number, text: string): Buffer[] {
  return text === "" ? [] : [option(code, Buffer.from(text.slice(0, TEXT_BYTES_MAX), "utf8"))];
}

const BYTE_ORDER = 0x1a2b3c4d;
const LENGTH_UNKNOWN = 0xffff_ffff;

function sectionHeader(application: string): Buffer {
  const version = Buffer.from([1, 0, 0, 0]);
  const unknown = Buffer.concat([le32(LENGTH_UNKNOWN), le32(LENGTH_UNKNOWN)]);
  return block(BLOCK.section, le32(BYTE_ORDER), version, unknown, ...textOption(OPTION.application, application), END);
}

function interfaceDescription(name: string, linkType: number): Buffer {
  const resolution = option(OPTION.resolution, Buffer.from([NANOSECONDS]));
  return block(
    BLOCK.interface,
    le32(linkType),
    le32(RECORD_BYTES_MAX),
    ...textOption(OPTION.name, printable(name)),
    resolution,
    END,
  );
}

const INBOUND = 1;
const OUTBOUND = 2;

function enhancedPacket(
  event: PacketEvent,
  bytes: Buffer,
  { number, head }: { readonly number: number; readonly head: number },
): Buffer {
  const kept = bytes.subarray(0, RECORD_BYTES_MAX);
  const at = BigInt(secondsIn(event.ts)) * 1_000_000_000n + BigInt(nanosecondsIn(event.ts));
  const length = Math.min(Math.max((event.len ?? 0) + head, bytes.length), 0xffff_ffff);
  return block(
    BLOCK.enhanced,
    le32(number),
    le32(Number(at >> 32n)),
    le32(Number(at & 0xffff_ffffn)),
    le32(kept.length),
    le32(length),
    padded(kept),
    ...textOption(OPTION.comment, commentOf(event)),
    ...directionOf(event).map((direction) => option(OPTION.flags, le32(direction))),
    END,
  );
}

function directionOf(event: PacketEvent): number[] {
  if (event.in !== undefined) return [INBOUND];
  return event.out === undefined ? [] : [OUTBOUND];
}

const NO_ADDRESS = Buffer.alloc(6);

function ethernetHeader({ ether, vlan = [], arp }: PacketEvent, bytes: Buffer): Buffer {
  const tags = vlan.flatMap((tag) => [be16(tag.protocol), tagBytes(tag)]);
  const type = ether?.type ?? (arp === undefined ? ETHERTYPES.get((bytes[0] ?? 0) >> 4) : ARP);
  return Buffer.concat([
    macBytes(ether?.dst) ?? NO_ADDRESS,
    macBytes(ether?.src) ?? NO_ADDRESS,
    ...tags,
    be16(type ?? LOCAL_EXPERIMENT),
  ]);
}

/** EtherTypes (IANA, IEEE 802 Numbers), of IP by its version. */
const ETHERTYPES: ReadonlyMap<number, number> = new Map([
  [4, 0x0800],
  [6, 0x86dd],
]);
const ARP = 0x0806;
/** IEEE 802, for what has no type. */
const LOCAL_EXPERIMENT = 0x88b5;

function be16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}
