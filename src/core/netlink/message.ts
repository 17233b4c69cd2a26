/** The header of a netlink message (netlink(7)) and of netfilter's behind it (struct nfgenmsg): 16 and 4 bytes. */
const NLMSG_HEADER = 16;
export const NFGEN_HEADER = 20;

/** The subsystems of NETLINK_NETFILTER (nfnetlink.h), which stand in the upper byte of a message's type. */
export const SUBSYS = { log: 4, tables: 10 } as const;

const NLM_F_REQUEST = 1;
const NLM_F_ACK = 4;

const NLM_F_DUMP = 0x300;

export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;

/** A message as it came: its type, and itself with its header. */
export interface NetlinkMessage {
  readonly type: number;
  readonly sequence: number;
  readonly bytes: Buffer;
}

/** An attribute: its type without flags, and its value. */
export interface Attribute {
  readonly type: number;
  readonly value: Buffer;
}

/** The messages of a datagram; what is cut off at its end is left out. */
export function messagesIn(datagram: Buffer): NetlinkMessage[] {
  const messages: NetlinkMessage[] = [];
  for (let at = 0; at + NLMSG_HEADER <= datagram.length; ) {
    const length = datagram.readUInt32LE(at);
    if (length < NLMSG_HEADER || at + length > datagram.length) break;
    const bytes = datagram.subarray(at, at + length);
    messages.push({ type: bytes.readUInt16LE(4), sequence: bytes.readUInt32LE(8), bytes });
    at += (length + 3) & ~3;
  }
  return messages;
}

/** The attributes that stand from an offset on; what is cut off at the end is left out. */
export function attributesIn(bytes: Buffer, from = 0): Attribute[] {
  const attributes: Attribute[] = [];
  for (let at = from; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16LE(at);
    if (length < 4 || at + length > bytes.length) break;
    attributes.push({ type: bytes.readUInt16LE(at + 2) & 0x3fff, value: bytes.subarray(at + 4, at + length) });
    at += (length + 3) & ~3;
  }
  return attributes;
}

export interface Request {
  readonly type: number;
  readonly sequence: number;
  /** res_id of nfgenmsg: for NFLOG the group. */
  readonly resource: number;
  readonly attributes: readonly Attribute[];
  /** Whether nothing is to be said where all is well: unless set, that is acknowledged. */
  readonly isQuiet?: boolean;
}

/** A request for all entries of a table, of all families. */
export function encodeDump(type: number, sequence: number): Buffer {
  const request = encodeRequest({ type, sequence, resource: 0, attributes: [], isQuiet: true });
  request.writeUInt16LE(NLM_F_REQUEST | NLM_F_DUMP, 6);
  return request;
}

/** A request to netfilter. */
export function encodeRequest({ type, sequence, resource, attributes, isQuiet = false }: Request): Buffer {
  const body = attributes.map(({ type: kind, value }) => {
    const attribute = Buffer.alloc((4 + value.length + 3) & ~3);
    attribute.writeUInt16LE(4 + value.length, 0);
    attribute.writeUInt16LE(kind, 2);
    value.copy(attribute, 4);
    return attribute;
  });
  const head = Buffer.alloc(NFGEN_HEADER);
  head.writeUInt32LE(NFGEN_HEADER + body.reduce((sum, { length }) => sum + length, 0), 0);
  head.writeUInt16LE(type, 4);
  head.writeUInt16LE(isQuiet ? NLM_F_REQUEST : NLM_F_REQUEST | NLM_F_ACK, 6);
  head.writeUInt32LE(sequence, 8);
  head.writeUInt16BE(resource, 18);
  return Buffer.concat([head, ...body]);
}
