import ipaddr from "ipaddr.js";
import { lengthByHeader } from "../netlink/nflog.ts";
import { crc32c, internetChecksum } from "./checksums.ts";
import { type Layer4, type Packet, PROTOCOLS, pseudoHeader, TCP_FLAGS } from "./encode.ts";

/** Where the layer above IP begins in a packet, and what it is. */
interface Head {
  readonly version: 4 | 6;
  readonly protocol: number;
  readonly at: number;
  readonly source: Buffer;
  readonly target: Buffer;
}

/** Reads the heads of a packet; undefined where it has none that is known: fragments, options of IPv6, other protocols of the link. */
function headOf(bytes: Buffer): Head | undefined {
  const version = (bytes[0] ?? 0) >> 4;
  if (version === 6 && bytes.length >= 40) {
    return { version, protocol: bytes[6] ?? 0, at: 40, source: bytes.subarray(8, 24), target: bytes.subarray(24, 40) };
  }
  const at = ((bytes[0] ?? 0) & 15) * 4;
  if (version !== 4 || at < 20 || bytes.length < at || (bytes.readUInt16BE(6) & 0x3fff) !== 0) return undefined;
  return { version, protocol: bytes[9] ?? 0, at, source: bytes.subarray(12, 16), target: bytes.subarray(16, 20) };
}

/**
 * An answer to a packet that left changed (NAT): to where that one came from, from where it went.
 * @param answer what would be answered had it not been changed
 * @param left the packet as it left
 */
export function answerTo(answer: Buffer, left: Buffer): Buffer {
  const [mine, theirs] = [headOf(answer), headOf(left)];
  if (mine === undefined || theirs === undefined || mine.version !== theirs.version) return answer;
  const bytes = Buffer.from(answer);
  const at = mine.version === 4 ? 12 : 8;
  theirs.target.copy(bytes, at);
  theirs.source.copy(bytes, at + theirs.target.length);
  const [from, to] = [left.subarray(theirs.at), bytes.subarray(mine.at)];
  const isPorted = [PROTOCOLS.tcp, PROTOCOLS.udp, PROTOCOLS.sctp].some((protocol) => protocol === mine.protocol);
  if (isPorted && from.length >= 4 && to.length >= 4) {
    from.copy(to, 0, 2, 4);
    from.copy(to, 2, 0, 2);
  } else if (from.length >= 6 && to.length >= 6) {
    from.copy(to, 4, 4, 6); // the number of an echo request may be changed, too
  }
  return madeWhole(bytes);
}

/**
 * A captured packet as it was sent: what the capture cut off is filled up with zeros, and its checksums are made right,
 * which a network card would have done behind the capture.
 */
export function madeWhole(captured: Buffer): Buffer {
  const length = Math.max(captured.length, lengthByHeader(captured) ?? 0);
  const bytes = Buffer.concat([captured, Buffer.alloc(length - captured.length)]);
  const head = headOf(bytes);
  if (head === undefined) return bytes;
  if (head.version === 4) {
    bytes.writeUInt16BE(0, 10);
    bytes.writeUInt16BE(internetChecksum(bytes.subarray(0, head.at)), 10);
  }
  const body = bytes.subarray(head.at, lengthByHeader(bytes));
  CHECKSUMS.get(head.protocol)?.(body, (part) => Buffer.concat([pseudoHeader(head, part.length), part]));
  return bytes;
}

type Seal = (body: Buffer, withPseudo: (body: Buffer) => Buffer) => void;

const CHECKSUMS: ReadonlyMap<number, Seal> = new Map<number, Seal>([
  [PROTOCOLS.tcp, (body, withPseudo) => sum(body, 16, withPseudo)],
  [PROTOCOLS.udp, (body, withPseudo) => sum(body, 6, withPseudo)],
  [PROTOCOLS.icmp, (body) => sum(body, 2, (part) => part)],
  [PROTOCOLS.icmpv6, (body, withPseudo) => sum(body, 2, withPseudo)],
  [
    PROTOCOLS.sctp,
    (body) => {
      if (body.length < 12) return;
      body.writeUInt32LE(0, 8);
      body.writeUInt32LE(crc32c(body), 8);
    },
  ],
]);

function sum(body: Buffer, at: number, over: (body: Buffer) => Buffer): void {
  if (body.length < at + 2) return;
  body.writeUInt16BE(0, at);
  body.writeUInt16BE(internetChecksum(over(body)) || 0xffff, at);
}

/** What is known of a packet by its bytes; undefined where its heads are not. Data is left out. */
export function decodePacket(bytes: Buffer): Packet | undefined {
  const head = headOf(bytes);
  if (head === undefined) return undefined;
  const { protocol, at, source, target, version } = head;
  const [from, to] = [source, target].map((address) => ipaddr.fromByteArray([...address]).toString());
  const ttl = bytes[version === 4 ? 8 : 7] ?? 0;
  return { from: from ?? "", to: to ?? "", ttl, layer4: layer4Of(protocol, bytes.subarray(at)) };
}

const NOTHING = Buffer.alloc(0);

function layer4Of(protocol: number, body: Buffer): Layer4 {
  if (body.length < 8) return { kind: "other", protocol, data: NOTHING };
  const ports = { sport: body.readUInt16BE(0), dport: body.readUInt16BE(2), data: NOTHING };
  const message = { type: body[0] ?? 0, code: body[1] ?? 0, id: body.readUInt16BE(4), seq: body.readUInt16BE(6) };
  switch (protocol) {
    case PROTOCOLS.tcp: {
      const flags = TCP_FLAGS.filter((_, bit) => ((body[13] ?? 0) & (1 << bit)) !== 0);
      return { kind: "tcp", ...ports, flags, seq: body.readUInt32BE(4), ack: 0 };
    }
    case PROTOCOLS.udp:
      return { kind: "udp", ...ports };
    case PROTOCOLS.sctp:
      return { kind: "sctp", ...ports, tag: body.readUInt32BE(4), chunk: body[12] ?? 0 };
    case PROTOCOLS.icmp:
      return { kind: "icmp", ...message, data: NOTHING };
    case PROTOCOLS.icmpv6:
      return { kind: "icmpv6", ...message, data: NOTHING };
    default:
      return { kind: "other", protocol, data: NOTHING };
  }
}
