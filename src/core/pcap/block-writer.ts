import type { Moment } from "../event/time-text.ts";
import { printable } from "../printable.ts";
import { RECORD_BYTES_MAX } from "./write.ts";

const BLOCK = { section: 0x0a0d0d0a, interface: 1, enhanced: 6 };
const OPTION = { end: 0, comment: 1, name: 2, flags: 2, resolution: 9, application: 4 };
const NANOSECONDS = 9;

/** Names of interfaces come from outside: beyond so many, packets are told without theirs. */
const INTERFACES_MAX = 4096;

/** What an interface's block takes at most. */
export const INTERFACE_BYTES_MAX = 20 + 4 + 2048 + 8 + 4 + 4;

/** The way of a packet through its interface, as flags of its block say it. */
export const DIRECTION = { in: 1, out: 2 } as const;

/** What the block of a packet says of it. */
export interface PacketBlock {
  /** Which interface of the file it came by. */
  readonly number: number;
  readonly moment: Moment;
  /** What is kept of it, from its link's header on. */
  readonly bytes: Buffer;
  /** How long it was. */
  readonly length: number;
  readonly comment?: string | undefined;
  readonly direction?: 1 | 2 | undefined;
}

/** The interfaces of a file of one link type: a number for each, in the order of their blocks. */
export class InterfaceNumbers {
  readonly #numbers = new Map<string, number>();
  readonly #linkType: number;

  constructor(linkType: number) {
    this.#linkType = linkType;
  }

  get count(): number {
    return this.#numbers.size;
  }

  /** The number of an interface, and its block where it has none in the file yet. */
  of(wanted: string): { readonly number: number; readonly added: readonly Buffer[] } {
    const name = this.count < INTERFACES_MAX || this.#numbers.has(wanted) ? wanted : "";
    const known = this.#numbers.get(name);
    if (known !== undefined) return { number: known, added: [] };
    const number = this.count;
    this.#numbers.set(name, number);
    return { number, added: [interfaceBlock(name, this.#linkType)] };
  }

  /** Forgets all but the first ones: the blocks of the others were not written. */
  keepFirst(count: number): void {
    for (const name of [...this.#numbers.keys()].slice(count)) this.#numbers.delete(name);
  }
}

/** What a file begins with. @param comment where what is in it comes from */
export function sectionBlock(application: string, comment = ""): Buffer {
  const version = Buffer.from([1, 0, 0, 0]);
  const unknown = Buffer.concat([le32(LENGTH_UNKNOWN), le32(LENGTH_UNKNOWN)]);
  const texts = [...textOption(OPTION.comment, comment), ...textOption(OPTION.application, application)];
  return block(BLOCK.section, le32(BYTE_ORDER), version, unknown, ...texts, END);
}

/** The block of an interface: its name, and that times are in nanoseconds. */
export function interfaceBlock(name: string, linkType: number): Buffer {
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

/** The block of a packet (draft-ietf-opsawg-pcapng, enhanced packet block). */
export function packetBlock({ number, moment, bytes, length, comment, direction }: PacketBlock): Buffer {
  const kept = bytes.subarray(0, RECORD_BYTES_MAX);
  const at = BigInt(moment.seconds) * 1_000_000_000n + BigInt(moment.nanoseconds);
  return block(
    BLOCK.enhanced,
    le32(number),
    le32(Number(at >> 32n)),
    le32(Number(at & 0xffff_ffffn)),
    le32(kept.length),
    le32(Math.min(Math.max(length, bytes.length), 0xffff_ffff)),
    padded(kept),
    packetOptions(comment, direction),
  );
}

/** The options of such a block. */
export function packetOptions(comment = "", direction?: 1 | 2): Buffer {
  const flags = direction === undefined ? [] : [option(OPTION.flags, le32(direction))];
  return Buffer.concat([...textOption(OPTION.comment, comment), ...flags, END]);
}

const BYTE_ORDER = 0x1a2b3c4d;
const LENGTH_UNKNOWN = 0xffff_ffff;
const TEXT_BYTES_MAX = 2000;

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

function textOption(code: number, text: string): Buffer[] {
  const bytes = Buffer.from(text.slice(0, TEXT_BYTES_MAX), "utf8").subarray(0, TEXT_BYTES_MAX);
  return text === "" ? [] : [option(code, bytes)];
}
