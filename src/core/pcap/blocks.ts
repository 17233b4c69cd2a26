import { type CapturedPacket, numberAt, PART_BYTES_MAX, type Parts, type Step, shortAt } from "./captured.ts";

/** The type of the block that begins a pcapng file: alike in both byte orders. */
export const SECTION_HEADER = 0x0a0d0d0a;

const BLOCK = { interface: 1, simple: 3, enhanced: 6 };
const OPTION = { end: 0, comment: 1, interfaceName: 2, packetFlags: 2, resolution: 9, offset: 14 };
const BYTE_ORDER = 0x1a2b3c4d;
const INTERFACES_MAX = 65_536;
const MICROSECONDS = 6;

interface Interface {
  readonly linkType: number;
  readonly name: string | undefined;
  readonly ticksPerSecond: bigint;
  /** Seconds to be added to each time. */
  readonly offset: number;
}

interface Section {
  readonly isBig: boolean;
  /** Its interfaces so far. */
  readonly interfaces: Interface[];
}

/** The parts of a pcapng file (draft-ietf-opsawg-pcapng): blocks, in sections of either byte order. */
export function createBlocks(): Parts {
  let section: Section = { isBig: false, interfaces: [] };
  return {
    next(bytes) {
      if (bytes.length < 12) return { needs: 12 };
      const isSection = bytes.readUInt32LE(0) === SECTION_HEADER;
      const isBig = isSection ? bytes.readUInt32BE(8) === BYTE_ORDER : section.isBig;
      const length = numberAt(bytes, 4, isBig);
      if (!isLength(length)) return { problem: "a block of it has no right length" };
      if (bytes.length < length) return { needs: length };
      if (isSection) section = { isBig, interfaces: [] };
      return blockStep(bytes.subarray(0, length), section);
    },
    cutOff: () => "it is cut off in a block",
  };
}

function isLength(length: number): boolean {
  return length >= 12 && length % 4 === 0 && length <= PART_BYTES_MAX;
}

/** The packet in a block; of one that describes an interface the section keeps what it says. */
function blockStep(block: Buffer, section: Section): Step {
  switch (numberAt(block, 0, section.isBig)) {
    case BLOCK.interface:
      return described(block, section);
    case BLOCK.enhanced:
      return block.length < 32 ? { taken: block.length } : enhanced(block, section);
    case BLOCK.simple:
      return block.length < 16 ? { taken: block.length } : simple(block, section);
    default:
      return { taken: block.length };
  }
}

function described(block: Buffer, { isBig, interfaces }: Section): Step {
  if (block.length < 20) return { problem: "a block of it has no right length" };
  if (interfaces.length >= INTERFACES_MAX) return { problem: "it has too many interfaces" };
  const options = optionsIn(block, 16, isBig);
  const offset = options.get(OPTION.offset);
  interfaces.push({
    linkType: shortAt(block, 8, isBig),
    name: textOf(options.get(OPTION.interfaceName)),
    ticksPerSecond: ticksIn(options.get(OPTION.resolution)?.[0] ?? MICROSECONDS),
    offset: offset?.length === 8 ? Number(isBig ? offset.readBigInt64BE(0) : offset.readBigInt64LE(0)) : 0,
  });
  return { taken: block.length };
}

/** The lower seven bits are an exponent of ten, or of two where the eighth is set. */
function ticksIn(resolution: number): bigint {
  const exponent = BigInt(resolution & 0x7f);
  return (resolution & 0x80) === 0 ? 10n ** exponent : 2n ** exponent;
}

function enhanced(block: Buffer, { isBig, interfaces }: Section): Step {
  const at32 = (offset: number): number => numberAt(block, offset, isBig);
  const [of, size] = [interfaces[at32(8)], at32(20)];
  if (of === undefined || 28 + size > block.length - 4) return { problem: "a packet of it has no right length" };
  const options = optionsIn(block, 28 + ((size + 3) & ~3), isBig);
  const comment = textOf(options.get(OPTION.comment));
  const direction = directionOf(options.get(OPTION.packetFlags), isBig);
  const packet: CapturedPacket = {
    linkType: of.linkType,
    bytes: block.subarray(28, 28 + size),
    isBig,
    length: at32(24),
    moment: momentOf((BigInt(at32(12)) << 32n) | BigInt(at32(16)), of),
    ...(of.name === undefined ? {} : { interfaceName: of.name }),
    ...(comment === undefined ? {} : { comment }),
    ...(direction === undefined ? {} : { direction }),
  };
  return { taken: block.length, packet };
}

function momentOf(ticks: bigint, { ticksPerSecond, offset }: Interface): NonNullable<CapturedPacket["moment"]> {
  const nanoseconds = Number(((ticks % ticksPerSecond) * 1_000_000_000n) / ticksPerSecond);
  return { seconds: Number(ticks / ticksPerSecond) + offset, nanoseconds };
}

function directionOf(flags: Buffer | undefined, isBig: boolean): CapturedPacket["direction"] {
  const bits = flags?.length === 4 ? numberAt(flags, 0, isBig) & 3 : 0;
  return bits === 1 ? "in" : bits === 2 ? "out" : undefined;
}

/** It says only how long the packet was, of which the block may hold the beginning. */
function simple(block: Buffer, { isBig, interfaces: [of] }: Section): Step {
  if (of === undefined) return { problem: "a packet of it is of no interface" };
  const length = numberAt(block, 8, isBig);
  const bytes = block.subarray(12, Math.min(12 + length, block.length - 4));
  return { taken: block.length, packet: { linkType: of.linkType, bytes, isBig, length } };
}

/** The options between an offset and the length at the end of the block; the first of each. */
function optionsIn(block: Buffer, from: number, isBig: boolean): ReadonlyMap<number, Buffer> {
  const options = new Map<number, Buffer>();
  const end = block.length - 4;
  for (let at = from; at + 4 <= end; ) {
    const [code, length] = [shortAt(block, at, isBig), shortAt(block, at + 2, isBig)];
    if (code === OPTION.end || at + 4 + length > end) break;
    if (!options.has(code)) options.set(code, block.subarray(at + 4, at + 4 + length));
    at += 4 + ((length + 3) & ~3);
  }
  return options;
}

/** Some writers end a text with a zero, or fill it up with them. */
function textOf(bytes: Buffer | undefined): string | undefined {
  const text = bytes?.toString("utf8").replace(/\0.*$/s, "");
  return text === "" ? undefined : text;
}
