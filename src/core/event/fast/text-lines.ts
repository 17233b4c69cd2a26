import { PROTOCOLS } from "../../packet/encode.ts";
import { bodyWidth, type TextStyle } from "../formats/text.ts";
import { TCP_FLAG_NAMES } from "../layers.ts";
import type { Moment } from "../time-text.ts";
import { writeAddress6 } from "./address6.ts";
import { type ByteWriter, type Piece, pieceOf } from "./byte-writer.ts";
import { type Copied, u16 } from "./copied.ts";
import type { Found } from "./found.ts";
import type { Head } from "./heads.ts";
import { type PacketLines, SecondStart } from "./packet-lines.ts";

const PROTO: readonly (Piece | undefined)[] = protocolPieces();

function protocolPieces(): (Piece | undefined)[] {
  const pieces: (Piece | undefined)[] = [];
  for (const [name, number] of Object.entries(PROTOCOLS)) pieces[number] = pieceOf(`${name.padEnd(4)} `);
  return pieces;
}

/** `  SYN,ACK` for each octet of flags. */
const FLAGS: readonly Piece[] = Array.from({ length: 256 }, (_, octet) => {
  const names = TCP_FLAG_NAMES.filter((_name, bit) => (octet & (1 << bit)) !== 0);
  return pieceOf(names.length === 0 ? "" : `  ${names.join(",")}`);
});

const REQUEST = pieceOf("  echo-request");
const REPLY = pieceOf("  echo-reply");
const CODE = pieceOf(" code ");
const ID = pieceOf(" id ");
const SEQ = pieceOf(" seq ");
const UID = pieceOf("  uid ");
const LEN = pieceOf("  len ");
const TTL = pieceOf(" ttl ");
const CUT = pieceOf("  cut");
const TO = pieceOf(" > ");
const [OPENS, CLOSES, COLON, NEWLINE] = [0x5b, 0x5d, 0x3a, 0x0a];

/** Writes packets as lines for people, as encodeText has them. */
export class TextLines implements PacketLines {
  readonly #out: ByteWriter;
  readonly #bodyWidth: number;
  readonly #start = new SecondStart((second) => second.slice(11));

  constructor(out: ByteWriter, style: TextStyle) {
    this.#out = out;
    this.#bodyWidth = bodyWidth(style);
  }

  write(head: Head, found: Found, packet: Copied, moment: Moment): boolean {
    const out = this.#out;
    out.piece(this.#start.of(found.seconds < 0 ? moment.seconds : found.seconds));
    out.milliseconds(found.seconds < 0 ? moment.nanoseconds : found.microseconds * 1000);
    out.piece(head.withKernelTime);
    const body = out.at;
    if (!writeEnds(out, packet)) return false;
    out.blanks(body + this.#bodyWidth);
    writeDetail(out, packet);
    if (found.uid >= 0) {
      out.piece(UID);
      out.number(found.uid);
    }
    writeSizes(out, packet);
    out.byte(NEWLINE);
    return true;
  }
}

/** False for an address that is not as usual. */
function writeEnds(to: ByteWriter, packet: Copied): boolean {
  const { at, bodyAt, isV6, protocol } = packet;
  to.piece(PROTO[protocol] as Piece);
  if (!writeEnd(to, packet, at + (isV6 ? 8 : 12), bodyAt)) return false;
  to.piece(TO);
  return writeEnd(to, packet, at + (isV6 ? 24 : 16), bodyAt + 2);
}

/** An address and its port, if there are ports: that of IPv6 is in brackets then. */
function writeEnd(to: ByteWriter, { bytes, isV6, protocol }: Copied, address: number, port: number): boolean {
  const hasPort = protocol === PROTOCOLS.tcp || protocol === PROTOCOLS.udp;
  if (!isV6) to.address4(bytes, address);
  else {
    if (hasPort) to.byte(OPENS);
    if (!writeAddress6(to, bytes, address)) return false;
    if (hasPort) to.byte(CLOSES);
  }
  if (!hasPort) return true;
  to.byte(COLON);
  to.number(u16(bytes, port));
  return true;
}

/** Flags of TCP; what is asked and answered by ICMP. */
function writeDetail(to: ByteWriter, { bytes, protocol, bodyAt: at }: Copied): void {
  if (protocol === PROTOCOLS.tcp) to.piece(FLAGS[bytes[at + 13] as number] as Piece);
  if (protocol !== PROTOCOLS.icmp && protocol !== PROTOCOLS.icmpv6) return;
  to.piece(bytes[at] === 8 || bytes[at] === 128 ? REQUEST : REPLY);
  if (bytes[at + 1] !== 0) {
    to.piece(CODE);
    to.number(bytes[at + 1] as number);
  }
  to.piece(ID);
  to.number(u16(bytes, at + 4));
  to.piece(SEQ);
  to.number(u16(bytes, at + 6));
}

function writeSizes(to: ByteWriter, { bytes, at, isCut, isV6, length }: Copied): void {
  to.piece(LEN);
  to.number(length);
  to.piece(TTL);
  to.number(bytes[at + (isV6 ? 7 : 8)] as number);
  if (isCut) to.piece(CUT);
}
