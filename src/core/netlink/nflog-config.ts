import { type Attribute, encodeRequest, SUBSYS } from "./message.ts";

/** NFULNL_MSG_CONFIG (linux/netfilter/nfnetlink_log.h). */
const NFLOG_CONFIG = (SUBSYS.log << 8) | 1;

const NFULA_CFG = { command: 1, mode: 2, bufferSize: 3, timeout: 4, threshold: 5, flags: 6 };
const COMMAND = { bind: 1, unbind: 2 };
const NFULNL_COPY_PACKET = 2;
const SEQ = 1;
const SEQ_GLOBAL = 2;
const CONNTRACK = 4;

/** How the kernel hands over the packets of a group. */
export interface ListenSettings {
  /** Bytes of each packet that are copied at most, from the network header on; 0 is all, up to 65,531. */
  readonly copyRangeBytes: number;
  /** How many packets the kernel collects before it sends them; a rule's queue-threshold may be less. */
  readonly threshold: number;
  /** How long it collects them, in hundredths of a second. */
  readonly timeoutCs: number;
  /** Bytes that it collects them in: 131,072 at most, of which the kernel says nothing if it is more; undefined: a page. */
  readonly bufferBytes: number | undefined;
  /** Whether it adds what conntrack knows of the packet: not every kernel can (CONFIG_NETFILTER_NETLINK_GLUE_CT). */
  readonly hasConntrack?: boolean;
}

/**
 * Binds a group, with its settings in the same message: no packet comes before they hold. Never PF_BIND, which would
 * change the binding of a family.
 */
export function encodeListen(group: number, settings: ListenSettings, sequence: number): Buffer {
  const bind = { type: NFULA_CFG.command, value: Buffer.from([COMMAND.bind]) };
  return encodeConfig(group, [bind, ...attributesOf(settings)], sequence);
}

/** Gives a group that is bound other settings; no packet is lost for it. */
export function encodeSettings(group: number, settings: ListenSettings, sequence: number): Buffer {
  return encodeConfig(group, attributesOf(settings), sequence);
}

function encodeConfig(group: number, attributes: readonly Attribute[], sequence: number): Buffer {
  return encodeRequest({ type: NFLOG_CONFIG, sequence, resource: group, attributes: [...attributes] });
}

function attributesOf(settings: ListenSettings): Attribute[] {
  const mode = Buffer.alloc(6);
  mode.writeUInt32BE(settings.copyRangeBytes, 0);
  mode[4] = NFULNL_COPY_PACKET;
  const flags = Buffer.alloc(2);
  flags.writeUInt16BE(SEQ | SEQ_GLOBAL | (settings.hasConntrack === true ? CONNTRACK : 0), 0);
  return [
    { type: NFULA_CFG.mode, value: mode },
    ...(settings.bufferBytes === undefined ? [] : [{ type: NFULA_CFG.bufferSize, value: u32(settings.bufferBytes) }]),
    { type: NFULA_CFG.timeout, value: u32(settings.timeoutCs) },
    { type: NFULA_CFG.threshold, value: u32(settings.threshold) },
    { type: NFULA_CFG.flags, value: flags },
  ];
}

/** Unbinds a group: the kernel sends what it has collected, and no acknowledgement, which would need room where there may be none. */
export function encodeUnbind(group: number, sequence: number): Buffer {
  const attributes = [{ type: NFULA_CFG.command, value: Buffer.from([COMMAND.unbind]) }];
  return encodeRequest({ type: NFLOG_CONFIG, sequence, resource: group, attributes, isQuiet: true });
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value, 0);
  return bytes;
}
