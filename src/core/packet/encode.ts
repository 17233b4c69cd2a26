import ipaddr from "ipaddr.js";
import { crc32c, internetChecksum } from "./checksums.ts";

/** IANA's protocol numbers. */
export const PROTOCOLS = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58, sctp: 132 } as const;

export const TCP_FLAGS = ["fin", "syn", "rst", "psh", "ack", "urg", "ecn", "cwr"] as const;
export type TcpFlag = (typeof TCP_FLAGS)[number];

/** Types by nft's names (nft(8), icmp and icmpv6 type). */
export const ICMP_TYPES = {
  "echo-reply": 0,
  "destination-unreachable": 3,
  "source-quench": 4,
  redirect: 5,
  "echo-request": 8,
  "router-advertisement": 9,
  "router-solicitation": 10,
  "time-exceeded": 11,
  "parameter-problem": 12,
  "timestamp-request": 13,
  "timestamp-reply": 14,
} as const;
export const ICMPV6_TYPES = {
  "destination-unreachable": 1,
  "packet-too-big": 2,
  "time-exceeded": 3,
  "parameter-problem": 4,
  "echo-request": 128,
  "echo-reply": 129,
  "mld-listener-query": 130,
  "mld-listener-report": 131,
  "nd-router-solicit": 133,
  "nd-router-advert": 134,
  "nd-neighbor-solicit": 135,
  "nd-neighbor-advert": 136,
  "nd-redirect": 137,
} as const;

/** RFC 9260, section 3.2. */
export const SCTP_CHUNKS = {
  data: 0,
  init: 1,
  "init-ack": 2,
  heartbeat: 4,
  abort: 6,
  shutdown: 7,
  "cookie-echo": 10,
  "cookie-ack": 11,
} as const;

/** What a packet carries above IP. */
export type Layer4 =
  | {
      readonly kind: "tcp";
      readonly sport: number;
      readonly dport: number;
      readonly flags: readonly TcpFlag[];
      readonly seq: number;
      readonly ack: number;
      readonly data: Buffer;
    }
  | { readonly kind: "udp"; readonly sport: number; readonly dport: number; readonly data: Buffer }
  | {
      readonly kind: "icmp" | "icmpv6";
      readonly type: number;
      readonly code: number;
      readonly id: number;
      readonly seq: number;
      readonly data: Buffer;
    }
  | {
      readonly kind: "sctp";
      readonly sport: number;
      readonly dport: number;
      readonly chunk: number;
      readonly tag: number;
      readonly data: Buffer;
    }
  | { readonly kind: "other"; readonly protocol: number; readonly data: Buffer };

/** A packet from its IP header on. Both addresses are of one version. */
export interface Packet {
  readonly from: string;
  readonly to: string;
  /** Time to live, hop limit. */
  readonly ttl: number;
  readonly layer4: Layer4;
}

/** A packet as it is on the wire, with all checksums right: RFC 791 and 8200, 9293, 768, 792 and 4443, 9260. */
export function encodePacket({ from, to, ttl, layer4 }: Packet): Buffer {
  const [source, target] = [addressBytes(from), addressBytes(to)];
  const protocol = layer4.kind === "other" ? layer4.protocol : PROTOCOLS[layer4.kind];
  const body = sealed(layer4, protocol, source, target);
  return Buffer.concat([source.length === 4 ? head4() : head6(), body]);

  function head4(): Buffer {
    const head = Buffer.alloc(20);
    head[0] = 0x45;
    head.writeUInt16BE(head.length + body.length, 2);
    head.writeUInt16BE(0x4000, 6); // it is not to be fragmented
    head[8] = ttl;
    head[9] = protocol;
    source.copy(head, 12);
    target.copy(head, 16);
    head.writeUInt16BE(internetChecksum(head), 10);
    return head;
  }

  function head6(): Buffer {
    const head = Buffer.alloc(40);
    head[0] = 0x60;
    head.writeUInt16BE(body.length, 4);
    head[6] = protocol;
    head[7] = ttl;
    source.copy(head, 8);
    target.copy(head, 24);
    return head;
  }
}

function addressBytes(address: string): Buffer {
  return Buffer.from(ipaddr.parse(address).toByteArray());
}

/** What stands above IP, with its checksum. */
function sealed(layer4: Layer4, protocol: number, source: Buffer, target: Buffer): Buffer {
  const body = BODIES[layer4.kind](layer4 as never);
  const withPseudo = (): number =>
    internetChecksum(Buffer.concat([pseudoHeader({ source, target, protocol }, body.length), body]));
  switch (layer4.kind) {
    case "tcp":
      body.writeUInt16BE(withPseudo(), 16);
      break;
    case "udp":
      body.writeUInt16BE(withPseudo() || 0xffff, 6);
      break;
    case "icmp":
      body.writeUInt16BE(internetChecksum(body), 2);
      break;
    case "icmpv6":
      body.writeUInt16BE(withPseudo(), 2);
      break;
    case "sctp":
      body.writeUInt32LE(crc32c(body), 8);
      break;
    case "other":
      break;
  }
  return body;
}

/** What stands before the layer above IP where its checksum is made: RFC 9293 (3.1) and RFC 8200 (8.1), in one form for both. */
export function pseudoHeader(
  { source, target, protocol }: { readonly source: Buffer; readonly target: Buffer; readonly protocol: number },
  length: number,
): Buffer {
  const rest = Buffer.alloc(8);
  rest.writeUInt32BE(length, 0);
  rest[7] = protocol;
  return Buffer.concat([source, target, rest]);
}

type Of<K extends Layer4["kind"]> = Extract<Layer4, { kind: K }>;

const BODIES = { tcp, udp, icmp, icmpv6: icmp, sctp, other: ({ data }: Of<"other">): Buffer => Buffer.from(data) };

function tcp({ sport, dport, flags, seq, ack, data }: Of<"tcp">): Buffer {
  const head = Buffer.alloc(20);
  head.writeUInt16BE(sport, 0);
  head.writeUInt16BE(dport, 2);
  head.writeUInt32BE(seq, 4);
  head.writeUInt32BE(ack, 8);
  head[12] = 5 << 4;
  head[13] = flags.reduce((bits, flag) => bits | (1 << TCP_FLAGS.indexOf(flag)), 0);
  head.writeUInt16BE(0xffff, 14);
  return Buffer.concat([head, data]);
}

function udp({ sport, dport, data }: Of<"udp">): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(sport, 0);
  head.writeUInt16BE(dport, 2);
  head.writeUInt16BE(head.length + data.length, 4);
  return Buffer.concat([head, data]);
}

function icmp({ type, code, id, seq, data }: Of<"icmp" | "icmpv6">): Buffer {
  const head = Buffer.alloc(8);
  head[0] = type;
  head[1] = code;
  head.writeUInt16BE(id, 4);
  head.writeUInt16BE(seq, 6);
  return Buffer.concat([head, data]);
}

/** One chunk; of an INIT also its fixed parameters, which the kernel looks at. */
function sctp({ sport, dport, chunk, tag, data }: Of<"sctp">): Buffer {
  const isInit = chunk === SCTP_CHUNKS.init || chunk === SCTP_CHUNKS["init-ack"];
  const body = isInit ? Buffer.from("0000000100010000000a000a00000001", "hex") : data;
  const head = Buffer.alloc(16);
  head.writeUInt16BE(sport, 0);
  head.writeUInt16BE(dport, 2);
  head.writeUInt32BE(tag, 4);
  head[12] = chunk;
  head.writeUInt16BE(4 + body.length, 14);
  return Buffer.concat([head, body, Buffer.alloc(-body.length & 3)]);
}
