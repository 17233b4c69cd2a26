import { type Attribute, attributesIn, encodeRequest, NFGEN_HEADER, SUBSYS } from "./message.ts";

/** NFULNL_MSG_PACKET and NFULNL_MSG_CONFIG (linux/netfilter/nfnetlink_log.h). */
export const NFLOG_PACKET = (SUBSYS.log << 8) | 0;
const NFLOG_CONFIG = (SUBSYS.log << 8) | 1;

const NFULA_CFG = { command: 1, mode: 2, threshold: 5 };
const NFULNL_CFG_CMD_BIND = 1;
const NFULNL_COPY_PACKET = 2;
const NFULA = { inDevice: 4, outDevice: 5, payload: 9, prefix: 10 };

/** What binds a group: whole packets, each by itself and at once. Never PF_BIND, which would change the binding of a family. */
export function encodeBindGroup(group: number, sequence: number): Buffer {
  const mode = Buffer.alloc(6);
  mode.writeUInt32BE(0xffff, 0);
  mode[4] = NFULNL_COPY_PACKET;
  const attributes: Attribute[] = [
    { type: NFULA_CFG.command, value: Buffer.from([NFULNL_CFG_CMD_BIND]) },
    { type: NFULA_CFG.mode, value: mode },
    { type: NFULA_CFG.threshold, value: Buffer.from([0, 0, 0, 1]) },
  ];
  return encodeRequest({ type: NFLOG_CONFIG, sequence, resource: group, attributes });
}

/** What an NFLOG message says; interfaces by their indexes. */
export interface NflogPacket {
  readonly group: number;
  readonly prefix: string;
  readonly inDevice: number | undefined;
  readonly outDevice: number | undefined;
  readonly payload: Buffer | undefined;
}

/** Decodes an NFLOG message (net/netfilter/nfnetlink_log.c, __build_packet_message). */
export function decodeNflog(message: Buffer): NflogPacket {
  const values = new Map(attributesIn(message, NFGEN_HEADER).map(({ type, value }) => [type, value]));
  const index = (type: number): number | undefined => {
    const value = values.get(type);
    return value === undefined || value.length < 4 ? undefined : value.readUInt32BE(0);
  };
  return {
    group: message.readUInt16BE(18),
    prefix: (values.get(NFULA.prefix)?.toString("utf8") ?? "").replace(/\0.*$/s, ""),
    inDevice: index(NFULA.inDevice),
    outDevice: index(NFULA.outDevice),
    payload: values.get(NFULA.payload),
  };
}

/** How long the packet is by its IP header; undefined where that was not copied. */
export function lengthByHeader(payload: Buffer): number | undefined {
  const version = (payload[0] ?? 0) >> 4;
  if (version === 4 && payload.length >= 4) return payload.readUInt16BE(2);
  return version === 6 && payload.length >= 6 ? 40 + payload.readUInt16BE(4) : undefined;
}
