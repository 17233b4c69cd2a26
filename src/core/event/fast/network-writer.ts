import { PROTOCOLS } from "../../packet/encode.ts";
import { writeAddress6 } from "./address6.ts";
import { type ByteWriter, type Piece, pieceOf } from "./byte-writer.ts";
import type { Copied } from "./copied.ts";
import { writeLayer4, writePorts } from "./layer4-writer.ts";

const SRC = pieceOf(',"src":"');
const DST = pieceOf('","dst":"');
const LEN = pieceOf(',"len":');
const TTL = pieceOf(',"ttl":');
const IP4 = pieceOf(',"ip":{"version":4,"tos":');
const IP6 = pieceOf(',"ip":{"version":6,"tos":');
const ID = pieceOf(',"id":');
const FLOW_LABEL = pieceOf(',"flow_label":');
const DF = pieceOf(',"flags":["DF"]}');
const CUT = pieceOf(',"cut":true');
const BRACE = 0x7d;

const PROTO: readonly (Piece | undefined)[] = protocolPieces();

function protocolPieces(): (Piece | undefined)[] {
  const pieces: (Piece | undefined)[] = [];
  for (const [name, number] of Object.entries(PROTOCOLS)) pieces[number] = pieceOf(`","proto":"${name}"`);
  return pieces;
}

/**
 * Writes what the bytes of a common packet of IP say, from its addresses on, as the event has it. False where one of them is
 * not as usual after all; what was written has to be taken back then.
 */
export function writeNetwork(to: ByteWriter, packet: Copied, isCompact: boolean): boolean {
  return packet.isV6 ? write6(to, packet, isCompact) : write4(to, packet, isCompact);
}

function write4(to: ByteWriter, packet: Copied, isCompact: boolean): boolean {
  const { bytes, at, protocol } = packet;
  to.piece(SRC);
  to.address4(bytes, at + 12);
  to.piece(DST);
  to.address4(bytes, at + 16);
  to.piece(PROTO[protocol] as Piece);
  writePorts(to, packet);
  if (isCompact) return true;
  to.piece(LEN);
  to.number(packet.length);
  to.piece(TTL);
  to.number(bytes[at + 8] as number);
  to.piece(IP4);
  to.number(bytes[at + 1] as number);
  to.piece(ID);
  to.number(((bytes[at + 4] as number) << 8) | (bytes[at + 5] as number));
  if (bytes[at + 6] === 0) to.byte(BRACE);
  else to.piece(DF);
  if (!writeLayer4(to, packet)) return false;
  if (packet.isCut) to.piece(CUT);
  return true;
}

function write6(to: ByteWriter, packet: Copied, isCompact: boolean): boolean {
  const { bytes, at, protocol } = packet;
  to.piece(SRC);
  if (!writeAddress6(to, bytes, at + 8)) return false;
  to.piece(DST);
  if (!writeAddress6(to, bytes, at + 24)) return false;
  to.piece(PROTO[protocol] as Piece);
  writePorts(to, packet);
  if (isCompact) return true;
  to.piece(LEN);
  to.number(packet.length);
  to.piece(TTL);
  to.number(bytes[at + 7] as number);
  to.piece(IP6);
  to.number((((bytes[at] as number) & 15) << 4) | ((bytes[at + 1] as number) >> 4));
  to.piece(FLOW_LABEL);
  to.number((((bytes[at + 1] as number) & 15) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number));
  to.byte(BRACE);
  if (!writeLayer4(to, packet)) return false;
  if (packet.isCut) to.piece(CUT);
  return true;
}
