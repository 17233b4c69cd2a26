import type { Upper } from "./decoded.ts";

/** TCP, UDP, DCCP (RFC 4340), SCTP and UDP-Lite (RFC 3828): they all begin with two ports. */
const PORTED = [6, 17, 33, 132, 136];

/** The ports of a protocol that has them, if they are there. */
export function decodePorts(packet: Buffer, at: number, protocol: number): Upper {
  if (!PORTED.includes(protocol) || packet.length < at + 4) return {};
  return { sport: packet.readUInt16BE(at), dport: packet.readUInt16BE(at + 2) };
}
