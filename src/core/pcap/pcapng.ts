import type { PacketEvent } from "../event/event.ts";
import { nanosecondsIn, secondsIn } from "../event/time-text.ts";
import { DIRECTION, InterfaceNumbers, packetBlock, sectionBlock } from "./block-writer.ts";
import { commentOf } from "./comment.ts";
import { macBytes, tagBytes } from "./nflog.ts";
import { LINKTYPE } from "./write.ts";

/**
 * How packets stand in a file. raw: they begin with their IP header, and what is no IP is left out; ethernet: behind a header
 * with the addresses of the event, or with zeros where these are not known; nflog: in the record of that link type.
 */
export type PcapngLink = keyof typeof LINKTYPE;

/** Writes packets as pcapng (draft-ietf-opsawg-pcapng), which other tools read without knowing NFLOG. */
export interface PcapngWriter {
  /** What stands at the beginning of the file. */
  readonly header: Buffer;
  /** What is to be added for a packet: its block, and before it that of an interface that is new. */
  encode(event: PacketEvent, bytes: Buffer): Buffer;
}

/** A writer of one link type, as libpcap reads no file of two. */
export function createPcapngWriter(link: PcapngLink, application = "netlogctl"): PcapngWriter {
  const numbers = new InterfaceNumbers(LINKTYPE[link]);
  return {
    header: sectionBlock(application),
    encode(event, bytes) {
      if (!canHold(link, bytes)) return Buffer.alloc(0);
      const { number, added } = numbers.of(interfaceOf(event));
      return Buffer.concat([...added, blockOf(link, event, bytes, number)]);
    },
  };
}

/** Whether a file of that link has a place for such a packet. */
export function canHold(link: PcapngLink, bytes: Buffer): boolean {
  return link !== "raw" || [4, 6].includes((bytes[0] ?? 0) >> 4);
}

/** The interface that a packet is told by. */
export function interfaceOf(event: Pick<PacketEvent, "in" | "out">): string {
  return event.in ?? event.out ?? "";
}

/** The block of a packet. @param bytes from its network header on; of the link nflog its record */
export function blockOf(link: PcapngLink, event: PacketEvent, bytes: Buffer, number: number): Buffer {
  const head = link === "ethernet" ? ethernetHeader(event, bytes) : Buffer.alloc(0);
  return packetBlock({
    number,
    moment: { seconds: secondsIn(event.ts), nanoseconds: nanosecondsIn(event.ts) },
    bytes: Buffer.concat([head, bytes]),
    length: link === "nflog" ? bytes.length : (event.len ?? 0) + head.length,
    comment: commentOf(event),
    direction: directionOf(event),
  });
}

/** Which way it went: what came in may go out again. */
export function directionOf(event: Pick<PacketEvent, "in" | "out">): 1 | 2 | undefined {
  if (event.in !== undefined) return DIRECTION.in;
  return event.out === undefined ? undefined : DIRECTION.out;
}

const NO_ADDRESS = Buffer.alloc(6);

/** A header of Ethernet for a packet that begins with its network header. */
export function ethernetHeader({ ether, vlan = [], arp }: PacketEvent, bytes: Buffer): Buffer {
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
