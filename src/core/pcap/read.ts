import { Fault } from "../model/fault.ts";

/** A captured packet: how its first byte is to be read, and its bytes. */
export interface Captured {
  /** LINKTYPE_ (https://www.tcpdump.org/linktypes.html). */
  readonly linkType: number;
  readonly bytes: Buffer;
}

const MAGICS = [0xa1b2c3d4, 0xa1b23c4d];
const SECTION_HEADER = 0x0a0d0d0a;

/** The packets of a capture: pcap (pcap-savefile(5)) or pcapng (draft-ietf-opsawg-pcapng), of either byte order. */
export function readCapture(bytes: Buffer, source: string): Captured[] {
  if (bytes.length < 24) throw broken(source, "it is too short");
  if (bytes.readUInt32LE(0) === SECTION_HEADER) return readBlocks(bytes, source);
  const isBig = MAGICS.includes(bytes.readUInt32BE(0));
  if (!isBig && !MAGICS.includes(bytes.readUInt32LE(0)))
    throw broken(source, "it begins as neither pcap nor pcapng does");
  return readRecords(bytes, isBig, source);
}

function readRecords(bytes: Buffer, isBig: boolean, source: string): Captured[] {
  const at32 = reader(bytes, isBig);
  const linkType = at32(20) & 0xffff;
  const packets: Captured[] = [];
  for (let at = 24; at < bytes.length; ) {
    if (at + 16 > bytes.length) throw broken(source, `it is cut off in packet ${packets.length + 1}`);
    const length = at32(at + 8);
    if (at + 16 + length > bytes.length) throw broken(source, `it is cut off in packet ${packets.length + 1}`);
    packets.push({ linkType, bytes: bytes.subarray(at + 16, at + 16 + length) });
    at += 16 + length;
  }
  return packets;
}

const BLOCK = { interface: 1, simple: 3, enhanced: 6 };

function readBlocks(bytes: Buffer, source: string): Captured[] {
  const packets: Captured[] = [];
  let section: Section = { isBig: false, linkTypes: [], source };
  for (let at = 0; at < bytes.length; ) {
    if (at + 12 > bytes.length) throw broken(source, "it is cut off in a block");
    if (bytes.readUInt32LE(at) === SECTION_HEADER) {
      section = { isBig: bytes.readUInt32BE(at + 8) === 0x1a2b3c4d, linkTypes: [], source };
    }
    const length = reader(bytes, section.isBig)(at + 4);
    if (length < 12 || length % 4 !== 0 || at + length > bytes.length) {
      throw broken(source, "a block of it has no right length");
    }
    packets.push(...packetIn(bytes.subarray(at, at + length), section));
    at += length;
  }
  return packets;
}

interface Section {
  readonly isBig: boolean;
  /** Of its interfaces so far. */
  readonly linkTypes: number[];
  readonly source: string;
}

/** The packet in a block; of one that describes an interface the section keeps the link type. */
function packetIn(block: Buffer, section: Section): Captured[] {
  const { isBig, linkTypes } = section;
  switch (reader(block, isBig)(0)) {
    case BLOCK.interface:
      linkTypes.push(isBig ? block.readUInt16BE(8) : block.readUInt16LE(8));
      return [];
    case BLOCK.enhanced:
      return block.length < 32 ? [] : [enhanced(block, section)];
    case BLOCK.simple:
      return block.length < 16 ? [] : [simple(block, section)];
    default:
      return [];
  }
}

function enhanced(block: Buffer, { isBig, linkTypes, source }: Section): Captured {
  const at32 = reader(block, isBig);
  const [linkType, length] = [linkTypes[at32(8)], at32(20)];
  if (linkType === undefined || 28 + length > block.length - 4) {
    throw broken(source, "a packet of it has no right length");
  }
  return { linkType, bytes: block.subarray(28, 28 + length) };
}

/** It says only how long the packet was, of which the block may hold the beginning. */
function simple(block: Buffer, { isBig, linkTypes: [linkType], source }: Section): Captured {
  if (linkType === undefined) throw broken(source, "a packet of it is of no interface");
  const length = reader(block, isBig)(8);
  return { linkType, bytes: block.subarray(12, Math.min(12 + length, block.length - 4)) };
}

function reader(bytes: Buffer, isBig: boolean): (offset: number) => number {
  return (offset) => (isBig ? bytes.readUInt32BE(offset) : bytes.readUInt32LE(offset));
}

function broken(source: string, message: string): Fault {
  return new Fault("bad-input", `${source} is no capture: ${message}`, "make one: tcpdump -w FILE");
}
