import type { Layers } from "../event/layers.ts";
import type { Upper } from "./decoded.ts";
import { decodeDns, isDns } from "./dns.ts";
import { PROTOCOLS } from "./encode.ts";
import { decodePorts } from "./ports.ts";

type Tcp = NonNullable<Layers["tcp"]>;
type Options = NonNullable<Tcp["options"]>;

const HEAD_BYTES = 20;
/** As many as are needed to tell of it: up to the window. */
const NEEDED_BYTES = 16;

/** By their bits, of which AE is in the byte before (RFC 9293, section 3.1; RFC 9768). */
const FLAGS = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE"] as const;

/** TCP (RFC 9293) and its options, and a DNS message that the segment holds as a whole. */
export function decodeTcp(packet: Buffer, at: number): Upper {
  const ports = decodePorts(packet, at, PROTOCOLS.tcp);
  if (packet.length < at + NEEDED_BYTES) return ports;
  const control = packet.readUInt16BE(at + 12);
  const bodyAt = at + (control >> 12) * 4;
  const tcp: Tcp = {
    flags: FLAGS.filter((_, bit) => (control & (1 << bit)) !== 0),
    seq: packet.readUInt32BE(at + 4),
    ack: packet.readUInt32BE(at + 8),
    window: packet.readUInt16BE(at + 14),
  };
  if ((control & 0x20) !== 0 && packet.length >= at + HEAD_BYTES) tcp.urgent = packet.readUInt16BE(at + 18);
  const options = decodeOptions(packet.subarray(at + HEAD_BYTES, Math.max(at + HEAD_BYTES, bodyAt)));
  if (options !== undefined) tcp.options = options;
  const dns = isDns(ports) && bodyAt >= at + HEAD_BYTES ? decodeDnsStream(packet.subarray(bodyAt)) : undefined;
  return dns === undefined ? { ...ports, tcp } : { ...ports, tcp, dns };
}

/** The first DNS message in a segment that begins with one (RFC 1035, section 4.2.2). */
function decodeDnsStream(body: Buffer): Layers["dns"] {
  if (body.length < 2) return undefined;
  const end = 2 + body.readUInt16BE(0);
  return end > body.length ? undefined : decodeDns(body.subarray(2, end), false);
}

const END = 0;
const NOTHING = 1;

/** The options that are whole (RFC 9293, section 3.2; RFC 7323; RFC 2018); undefined if there is none. */
function decodeOptions(bytes: Buffer): Options | undefined {
  const found: Options = {};
  for (let at = 0; at < bytes.length && bytes[at] !== END; ) {
    if (bytes[at] === NOTHING) {
      at += 1;
      continue;
    }
    const length = bytes[at + 1] ?? 0;
    if (length < 2 || at + length > bytes.length) break;
    addOption(found, bytes.subarray(at, at + length));
    at += length;
  }
  return inOrder(found);
}

/** Options come in any order. */
function inOrder({ mss, window_scale, sack_permitted, sack, timestamp, other }: Options): Options | undefined {
  const options: Options = {};
  if (mss !== undefined) options.mss = mss;
  if (window_scale !== undefined) options.window_scale = window_scale;
  if (sack_permitted !== undefined) options.sack_permitted = sack_permitted;
  if (sack !== undefined) options.sack = sack;
  if (timestamp !== undefined) options.timestamp = timestamp;
  if (other !== undefined) options.other = other;
  return Object.keys(options).length === 0 ? undefined : options;
}

/** By kind and length, each with two bytes before its data. One of another length is told as another option. */
function addOption(options: Options, option: Buffer): void {
  const kind = option.readUInt8(0);
  switch ((kind << 8) | option.length) {
    case 0x0204:
      options.mss = option.readUInt16BE(2);
      return;
    case 0x0303:
      options.window_scale = option.readUInt8(2);
      return;
    case 0x0402:
      options.sack_permitted = true;
      return;
    case 0x080a:
      options.timestamp = [option.readUInt32BE(2), option.readUInt32BE(6)];
      return;
  }
  if (kind === 5 && option.length > 2 && option.length % 8 === 2) {
    options.sack = decodeSack(option);
  } else {
    options.other = [...(options.other ?? []), { kind, data: option.toString("hex", 2) }];
  }
}

function decodeSack(option: Buffer): [number, number][] {
  const blocks: [number, number][] = [];
  for (let at = 2; at < option.length; at += 8) blocks.push([option.readUInt32BE(at), option.readUInt32BE(at + 4)]);
  return blocks;
}
