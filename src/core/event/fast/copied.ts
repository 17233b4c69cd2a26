import { PROTOCOLS } from "../../packet/encode.ts";

const HEADER4 = 20;
const HEADER6 = 40;
const DONT_FRAGMENT = 0x40;

/** A packet in the bytes that were received, and its layer 4 in it: one for all packets, none is made for each. */
export class Copied {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at = 0;
  /** Where what was copied of it ends. */
  end = 0;
  isV6 = false;
  protocol = 0;
  /** Of all of it, also of what was not copied. */
  length = 0;
  bodyAt = 0;
  /** Where what was copied of its layer 4 ends. */
  bodyEnd = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Takes in a packet of IP. False where it is none of the common ones: whole in its headers, with nothing rare in them. */
  find(at: number, end: number, version: 4 | 6): boolean {
    this.at = at;
    this.end = end;
    this.isV6 = version === 6;
    return version === 4 ? this.#find4() : this.#find6();
  }

  #find4(): boolean {
    const { bytes, at, end } = this;
    if (end - at < HEADER4 || !isPlain4(bytes, at)) return false;
    const length = u16(bytes, at + 2);
    return length >= HEADER4 && this.#findBody(bytes[at + 9] as number, HEADER4, length);
  }

  #find6(): boolean {
    const { bytes, at, end } = this;
    if (end - at < HEADER6 || (bytes[at] as number) >> 4 !== 6) return false;
    const length = HEADER6 + u16(bytes, at + 4);
    return length > HEADER6 && this.#findBody(bytes[at + 6] as number, HEADER6, length);
  }

  #findBody(protocol: number, headerBytes: number, length: number): boolean {
    this.protocol = protocol;
    this.length = length;
    this.bodyAt = this.at + headerBytes;
    this.bodyEnd = Math.min(this.end, this.at + length);
    return isCommon(this);
  }

  get isCut(): boolean {
    return this.end - this.at < this.length;
  }
}

/** Without options, and no fragment. */
function isPlain4(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x45 && ((bytes[at + 6] as number) & ~DONT_FRAGMENT) === 0 && bytes[at + 7] === 0;
}

/** A number of 16 bits. */
export function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

/** Whether packets of UDP at the port hold DNS or DHCP, which is decoded. */
function isDeep(port: number): boolean {
  return port === 53 || port === 67 || port === 68 || port === 5353;
}

function isCommon({ isV6, protocol, bytes, bodyAt: at, bodyEnd: end }: Copied): boolean {
  switch (protocol) {
    case PROTOCOLS.udp:
      return end - at >= 8 && !isDeep(u16(bytes, at)) && !isDeep(u16(bytes, at + 2));
    case PROTOCOLS.tcp:
      return isCommonTcp(bytes, at, end);
    case PROTOCOLS.icmp:
      return !isV6 && end - at >= 8 && (bytes[at] === 8 || bytes[at] === 0);
    case PROTOCOLS.icmpv6:
      return isV6 && end - at >= 8 && (bytes[at] === 128 || bytes[at] === 129);
    default:
      return false;
  }
}

const ACK_AND_URG = 0x20;

function isCommonTcp(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < 20) return false;
  const length = ((bytes[at + 12] as number) >> 4) * 4;
  const isPlain = length >= 20 && end - at >= length && ((bytes[at + 12] as number) & 0x0f) === 0;
  return (
    isPlain && ((bytes[at + 13] as number) & ACK_AND_URG) === 0 && u16(bytes, at) !== 53 && u16(bytes, at + 2) !== 53
  );
}
