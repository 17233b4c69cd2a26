import { PROTOCOLS } from "../../packet/encode.ts";
import { TCP_FLAG_NAMES } from "../layers.ts";
import { type ByteWriter, type Piece, pieceOf } from "./byte-writer.ts";
import { type Copied, u16 } from "./copied.ts";

/** `"flags":["SYN","ACK"]` for each octet of flags. */
const FLAGS: readonly Piece[] = Array.from({ length: 256 }, (_, octet) => {
  const names = TCP_FLAG_NAMES.filter((_name, bit) => (octet & (1 << bit)) !== 0);
  return pieceOf(`,"tcp":{"flags":${JSON.stringify(names)},"seq":`);
});

const SPORT = pieceOf(',"sport":');
const DPORT = pieceOf(',"dport":');
const ACK = pieceOf(',"ack":');
const WINDOW = pieceOf(',"window":');
const OPTIONS = pieceOf(',"options":{');
const MSS = pieceOf('"mss":');
const SCALE = pieceOf('"window_scale":');
const SACK = pieceOf('"sack_permitted":true');
const STAMP = pieceOf('"timestamp":[');
const UDP = pieceOf(',"udp":{"len":');
const ICMP = pieceOf(',"icmp":{"type":');
const CODE = pieceOf(',"code":');
const ID = pieceOf(',"id":');
const SEQ = pieceOf(',"seq":');
const [COMMA, BRACE, BRACKET] = [0x2c, 0x7d, 0x5d];

function u32(bytes: Uint8Array, at: number): number {
  return (((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16) | u16(bytes, at + 2)) >>> 0;
}

/** Ports, for the protocols that have them. */
export function writePorts(to: ByteWriter, { protocol, bytes, bodyAt: at }: Copied): void {
  if (protocol !== PROTOCOLS.tcp && protocol !== PROTOCOLS.udp) return;
  to.piece(SPORT);
  to.number(u16(bytes, at));
  to.piece(DPORT);
  to.number(u16(bytes, at + 2));
}

/** What the layer itself says; false where it cannot be written at once. */
export function writeLayer4(to: ByteWriter, { protocol, bytes, bodyAt: at }: Copied): boolean {
  if (protocol === PROTOCOLS.tcp) return writeTcp(to, bytes, at);
  if (protocol === PROTOCOLS.udp) {
    to.piece(UDP);
    to.number(u16(bytes, at + 4));
  } else {
    to.piece(ICMP);
    to.number(bytes[at] as number);
    to.piece(CODE);
    to.number(bytes[at + 1] as number);
    to.piece(ID);
    to.number(u16(bytes, at + 4));
    to.piece(SEQ);
    to.number(u16(bytes, at + 6));
  }
  to.byte(BRACE);
  return true;
}

function writeTcp(to: ByteWriter, bytes: Uint8Array, at: number): boolean {
  to.piece(FLAGS[bytes[at + 13] as number] as Piece);
  to.number(u32(bytes, at + 4));
  to.piece(ACK);
  to.number(u32(bytes, at + 8));
  to.piece(WINDOW);
  to.number(u16(bytes, at + 14));
  const end = at + ((bytes[at + 12] as number) >> 4) * 4;
  if (end > at + 20 && !writeOptions(to, bytes, at + 20, end)) return false;
  to.byte(BRACE);
  return true;
}

const OPTION = { end: 0, nothing: 1, mss: 2, scale: 3, sack: 4, stamp: 8 };
const LENGTHS: readonly number[] = [1, 1, 4, 3, 2, 0, 0, 0, 10];

/** Where each known option stands, by its kind; undefined where there is another, one twice or one of a wrong length. */
function findOptions(bytes: Uint8Array, start: number, end: number): Int32Array | undefined {
  FOUND.fill(-1);
  for (let at = start; at < end; ) {
    const kind = bytes[at] as number;
    if (kind === OPTION.end) break;
    if (kind === OPTION.nothing) {
      at += 1;
      continue;
    }
    const length = LENGTHS[kind] ?? 0;
    if (length === 0 || at + length > end || bytes[at + 1] !== length || FOUND[kind] !== -1) return undefined;
    FOUND[kind] = at;
    at += length;
  }
  return FOUND;
}

const FOUND = new Int32Array(9);

function writeOptions(to: ByteWriter, bytes: Uint8Array, start: number, end: number): boolean {
  const found = findOptions(bytes, start, end);
  if (found === undefined) return false;
  const [mss = -1, scale = -1, sack = -1, stamp = -1] = [found[2], found[3], found[4], found[8]];
  if (Math.max(mss, scale, sack, stamp) === -1) return true;
  to.piece(OPTIONS);
  const first = to.at;
  const part = (piece: Piece): void => {
    if (to.at !== first) to.byte(COMMA);
    to.piece(piece);
  };
  if (mss >= 0) {
    part(MSS);
    to.number(u16(bytes, mss + 2));
  }
  if (scale >= 0) {
    part(SCALE);
    to.number(bytes[scale + 2] as number);
  }
  if (sack >= 0) part(SACK);
  if (stamp >= 0) {
    part(STAMP);
    to.number(u32(bytes, stamp + 2));
    to.byte(COMMA);
    to.number(u32(bytes, stamp + 6));
    to.byte(BRACKET);
  }
  to.byte(BRACE);
  return true;
}
