import type { Upper } from "./decoded.ts";
import { PROTOCOLS } from "./encode.ts";
import { decodePorts } from "./ports.ts";

const HEAD_BYTES = 12;
const CHUNK_BYTES = 4;
const CHUNKS_MAX = 32;

/** Types of chunks (IANA's list, RFC 9260) by nft's names, where it has one. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0, "data"],
  [1, "init"],
  [2, "init-ack"],
  [3, "sack"],
  [4, "heartbeat"],
  [5, "heartbeat-ack"],
  [6, "abort"],
  [7, "shutdown"],
  [8, "shutdown-ack"],
  [9, "error"],
  [10, "cookie-echo"],
  [11, "cookie-ack"],
  [12, "ecne"],
  [13, "cwr"],
  [14, "shutdown-complete"],
  [15, "auth"],
  [64, "i-data"],
  [128, "asconf-ack"],
  [130, "re-config"],
  [132, "pad"],
  [192, "forward-tsn"],
  [193, "asconf"],
  [194, "i-forward-tsn"],
]);

/** SCTP (RFC 9260): its tag, and the names of its chunks in order, a number where one has no name. */
export function decodeSctp(packet: Buffer, at: number): Upper {
  const ports = decodePorts(packet, at, PROTOCOLS.sctp);
  if (packet.length < at + HEAD_BYTES) return ports;
  return { ...ports, sctp: { tag: packet.readUInt32BE(at + 4), chunks: chunksOf(packet, at + HEAD_BYTES) } };
}

function chunksOf(packet: Buffer, from: number): string[] {
  const chunks: string[] = [];
  for (let at = from; at + CHUNK_BYTES <= packet.length && chunks.length < CHUNKS_MAX; ) {
    const [type, length] = [packet.readUInt8(at), packet.readUInt16BE(at + 2)];
    chunks.push(NAMES.get(type) ?? String(type));
    at += Math.max(CHUNK_BYTES, (length + 3) & ~3);
  }
  return chunks;
}
