import type { PacketEvent } from "../event.ts";

type Tcp = NonNullable<PacketEvent["tcp"]>;
type Options = NonNullable<Tcp["options"]>;

/** The flags of TCP from the lowest bit on (RFC 9293, 3.1); the ninth was NS and is AE (draft-ietf-tcpm-accurate-ecn). */
const FLAGS = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE"] as const;

/** Kinds of options (IANA, TCP Option Kind Numbers). */
export const KIND = { end: 0, nothing: 1, mss: 2, scale: 3, sackPermitted: 4, sack: 5, timestamp: 8 } as const;

/** A head of TCP behind the ports, without a checksum. */
export function tcpHead(tcp: Tcp): Buffer {
  const options = optionBytes(tcp.options ?? {});
  const head = Buffer.alloc(16);
  head.writeUInt32BE(tcp.seq ?? 0, 0);
  head.writeUInt32BE(tcp.ack ?? 0, 4);
  head.writeUInt16BE(((5 + options.length / 4) << 12) | flagBits(tcp.flags), 8);
  head.writeUInt16BE(tcp.window, 10);
  head.writeUInt16BE(tcp.urgent ?? 0, 14);
  return Buffer.concat([head, options]);
}

function flagBits(flags: Tcp["flags"]): number {
  return flags.reduce((bits, flag) => bits | (1 << FLAGS.indexOf(flag)), 0);
}

const OPTION_BYTES_MAX = 40;

/** The options one after the other, as many as fit, filled up to words. */
function optionBytes(options: Options): Buffer {
  const parts: Buffer[] = [];
  let length = 0;
  for (const part of optionsIn(options)) {
    if (part.length > 255 || length + part.length > OPTION_BYTES_MAX) continue;
    parts.push(part);
    length += part.length;
  }
  return Buffer.concat([...parts, Buffer.alloc(-length & 3, KIND.nothing)]);
}

function optionsIn({ mss, window_scale, sack_permitted, sack, timestamp, other }: Options): Buffer[] {
  return [
    ...(mss === undefined ? [] : [option(KIND.mss, Buffer.from([mss >> 8, mss & 0xff]))]),
    ...(sack_permitted === undefined ? [] : [option(KIND.sackPermitted, Buffer.alloc(0))]),
    ...(timestamp === undefined ? [] : [option(KIND.timestamp, words(timestamp))]),
    ...(window_scale === undefined ? [] : [option(KIND.scale, Buffer.from([window_scale]))]),
    ...(sack === undefined ? [] : [option(KIND.sack, words(sack.flat()))]),
    ...(other ?? []).map(({ kind, data }) => option(kind, Buffer.from(data, "hex"))),
  ];
}

function option(kind: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([kind, value.length + 2]), value]);
}

function words(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, at) => {
    bytes.writeUInt32BE(value, at * 4);
  });
  return bytes;
}
