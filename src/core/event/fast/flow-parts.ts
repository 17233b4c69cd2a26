import { type ConntrackMessage, CTA } from "../../netlink/conntrack-message.ts";
import type { Tuple } from "../../netlink/conntrack-tuple.ts";
import { ipv6Text } from "../../packet/address.ts";
import { writeAddress6 } from "./address6.ts";
import { type ByteWriter, type Piece, pieceOf } from "./byte-writer.ts";

const SRC = pieceOf(',"src":"');
const REPLY_SRC = pieceOf('"src":"');
const DST = pieceOf('","dst":"');
const SPORT = pieceOf(',"sport":');
const DPORT = pieceOf(',"dport":');
const ICMP_TYPE = pieceOf(',"icmp":{"type":');
const ICMP_CODE = pieceOf(',"code":');
const ICMP_ID = pieceOf(',"id":');
const NAT = pieceOf(',"nat":{');
const ORIG = pieceOf(',"orig":{');
const PACKETS = pieceOf('"packets":');
const BYTES = pieceOf('"bytes":');
const [QUOTE, COMMA, BRACE] = [0x22, 0x2c, 0x7d];

/** A member of an object behind others; none if the number is negative. */
export function writeNumber(out: ByteWriter, key: Piece, number: number): void {
  if (number < 0) return;
  out.piece(key);
  writeValue(out, number);
}

const U32_MAX = 0xffff_ffff;

function writeValue(out: ByteWriter, number: number): void {
  if (number <= U32_MAX) out.number(number);
  else out.text(String(Math.min(number, Number.MAX_SAFE_INTEGER)));
}

function writeAddress(out: ByteWriter, bytes: Buffer, at: number, size: number): void {
  if (size === 4) out.address4(bytes, at);
  else if (!writeAddress6(out, bytes, at)) out.text(ipv6Text(bytes, at));
}

/** The ends of one direction; with the protocol between addresses and ports, or as the first members of an object. */
export function writeEnds(out: ByteWriter, bytes: Buffer, tuple: Tuple, protocol: Piece | undefined): void {
  out.piece(protocol === undefined ? REPLY_SRC : SRC);
  writeAddress(out, bytes, tuple.srcAt, tuple.addressBytes);
  out.piece(DST);
  writeAddress(out, bytes, tuple.dstAt, tuple.addressBytes);
  if (protocol === undefined) out.byte(QUOTE);
  else out.piece(protocol);
  writeNumber(out, SPORT, tuple.sport);
  writeNumber(out, DPORT, tuple.dport);
  if (tuple.icmpType < 0) return;
  writeNumber(out, ICMP_TYPE, tuple.icmpType);
  writeNumber(out, ICMP_CODE, Math.max(tuple.icmpCode, 0));
  writeNumber(out, ICMP_ID, tuple.icmpId);
  out.byte(BRACE);
}

const NAT_SRC = pieceOf('"src":"');
const NAT_SPORT = pieceOf('"sport":');
const NAT_DST = pieceOf('"dst":"');
const NAT_DPORT = pieceOf('"dport":');

/** What of the addresses is rewritten: answers go to what the source was made to be. */
export function writeNat(out: ByteWriter, { bytes, orig, reply }: ConntrackMessage): void {
  const size = orig.addressBytes;
  const hasSrc = !isSame(bytes, reply.dstAt, orig.srcAt, size);
  const hasDst = !isSame(bytes, reply.srcAt, orig.dstAt, size);
  const hasSport = reply.dport !== orig.sport && reply.dport >= 0;
  const hasDport = reply.sport !== orig.dport && reply.sport >= 0;
  if (!(hasSrc || hasDst || hasSport || hasDport)) return;
  out.piece(NAT);
  if (hasSrc) writeNatAddress(out, NAT_SRC, bytes, reply.dstAt, size);
  if (hasSport) writeNatPort(out, NAT_SPORT, reply.dport);
  if (hasDst) writeNatAddress(out, NAT_DST, bytes, reply.srcAt, size);
  if (hasDport) writeNatPort(out, NAT_DPORT, reply.sport);
  out.bytes[out.at - 1] = BRACE;
}

function writeNatAddress(out: ByteWriter, key: Piece, bytes: Buffer, at: number, size: number): void {
  out.piece(key);
  writeAddress(out, bytes, at, size);
  out.byte(QUOTE);
  out.byte(COMMA);
}

function writeNatPort(out: ByteWriter, key: Piece, port: number): void {
  out.piece(key);
  out.number(port);
  out.byte(COMMA);
}

function isSame(bytes: Buffer, at: number, other: number, size: number): boolean {
  for (let index = 0; index < size; index += 1) if (bytes[at + index] !== bytes[other + index]) return false;
  return true;
}

/** What was counted from the source on. */
export function writeCounters(out: ByteWriter, { packets, bytes }: ConntrackMessage["out"]): void {
  if (packets < 0 && bytes < 0) return;
  out.piece(ORIG);
  if (packets >= 0) {
    out.piece(PACKETS);
    writeValue(out, packets);
  }
  if (bytes >= 0) {
    if (packets >= 0) out.byte(COMMA);
    out.piece(BYTES);
    writeValue(out, bytes);
  }
  out.byte(BRACE);
}

const PROTO_INFO = pieceOf(',"protoinfo":{');
const TCP = 6;
const TCP_KEYS = ["", "", "wscale_orig", "wscale_reply", "flags_orig", "flags_reply"].map((key) =>
  pieceOf(`"${key}":`),
);

/** What conntrack knows of TCP beside the state. */
export function writeProtoInfo(out: ByteWriter, message: ConntrackMessage): void {
  const { at, end } = message.placeOf(CTA.protoInfo);
  if (message.orig.protocol !== TCP || at === 0) return;
  const before = out.at;
  out.piece(PROTO_INFO);
  const first = out.at;
  for (let place = at + 4; place + 5 <= end; ) {
    const length = message.bytes.readUInt16LE(place);
    if (length < 5) break;
    writeTcpByte(out, message.bytes, place);
    place += (length + 3) & ~3;
  }
  if (out.at === first) out.at = before;
  else out.bytes[out.at - 1] = BRACE;
}

function writeTcpByte(out: ByteWriter, bytes: Buffer, place: number): void {
  const type = bytes.readUInt16LE(place + 2) & 0x3fff;
  const key = TCP_KEYS[type];
  if (type < 2 || key === undefined) return;
  out.piece(key);
  out.number(bytes[place + 4] as number);
  out.byte(COMMA);
}

/** Nanoseconds that JavaScript writes as seconds with all digits behind the point, and without an exponent. */
const [DIGITS_FROM, DIGITS_TO] = [1000, 1e15];
const [POINT, ZERO] = [0x2e, 0x30];

/** Nanoseconds as the number of seconds that JSON has for them. */
export function writeSeconds(out: ByteWriter, ns: number): void {
  if (ns < DIGITS_FROM || ns >= DIGITS_TO) {
    out.text(String(ns / 1e9));
    return;
  }
  const seconds = Math.floor(ns / 1e9);
  out.number(seconds);
  out.byte(POINT);
  out.nanoseconds(ns - seconds * 1e9);
  while (out.bytes[out.at - 1] === ZERO) out.at -= 1;
  if (out.bytes[out.at - 1] === POINT) out.at -= 1;
}
