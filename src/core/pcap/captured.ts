import type { Moment } from "../event/time-text.ts";

/** A captured packet: how its first byte is to be read, and its bytes. */
export interface Captured {
  /** LINKTYPE_ (https://www.tcpdump.org/linktypes.html). */
  readonly linkType: number;
  readonly bytes: Buffer;
}

/** A captured packet, and what the capture says of it; absent what it does not say. */
export interface CapturedPacket extends Captured {
  /** The byte order of the machine that wrote it: that of the attributes of NFLOG, too. */
  readonly isBig: boolean;
  /** How long the packet was before less of it was captured. */
  readonly length: number;
  readonly moment?: Moment;
  readonly interfaceName?: string;
  readonly comment?: string;
  readonly direction?: "in" | "out";
}

/** What stands at the beginning of some bytes of a capture: a part that is whole, a part that needs more bytes, or nonsense. */
export type Step =
  | { readonly taken: number; readonly packet?: CapturedPacket }
  | { readonly needs: number }
  | { readonly problem: string };

/** Reads the parts of a capture one after the other. */
export interface Parts {
  next(bytes: Buffer): Step;
  /** What is to be said if there are no more bytes in the middle of a part. */
  cutOff(): string;
}

/** No packet is as long: more is not waited for. */
export const PART_BYTES_MAX = 16 * 1024 * 1024;

/** The number in the four bytes at an offset, in one of both orders. */
export function numberAt(bytes: Buffer, offset: number, isBig: boolean): number {
  return isBig ? bytes.readUInt32BE(offset) : bytes.readUInt32LE(offset);
}

/** The same of two bytes. */
export function shortAt(bytes: Buffer, offset: number, isBig: boolean): number {
  return isBig ? bytes.readUInt16BE(offset) : bytes.readUInt16LE(offset);
}
