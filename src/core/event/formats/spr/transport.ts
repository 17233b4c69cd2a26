import { bytesText } from "./json.ts";
import { optionsIn } from "./options.ts";

const OPTION_BYTES_MIN = 2;

/** The TCP object of SPR's events (gopacket's layers.TCP); of a head that is cut off, what is there, and 0 for the rest. */
export function tcpText(bytes: Buffer): string {
  const head = bytes.length < 20 ? Buffer.concat([bytes], 20) : bytes;
  const start = ((head[12] ?? 0) >> 4) * 4;
  const isWhole = start >= 20 && start <= bytes.length;
  const { options, padding } = optionsIn(bytes.subarray(20, isWhole ? start : 20), OPTION_BYTES_MIN);
  return (
    `{"Contents":${bytesText(isWhole ? bytes.subarray(0, start) : bytes)}` +
    `,"Payload":${bytesText(isWhole ? bytes.subarray(start) : undefined)}` +
    `,"SrcPort":${head.readUInt16BE(0)},"DstPort":${head.readUInt16BE(2)}` +
    `,"Seq":${head.readUInt32BE(4)},"Ack":${head.readUInt32BE(8)},"DataOffset":${start / 4}` +
    `,${flagsText(head.readUInt16BE(12))},"Window":${head.readUInt16BE(14)}` +
    `,"Checksum":${head.readUInt16BE(16)},"Urgent":${head.readUInt16BE(18)}` +
    `,"Options":[${options.join(",")}],"Padding":${bytesText(padding)}}`
  );
}

/** By gopacket's names: NS for the ninth. */
const FLAGS = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "NS"];

function flagsText(bits: number): string {
  return FLAGS.map((name, bit) => `"${name}":${(bits & (1 << bit)) !== 0}`).join(",");
}

/** The UDP object of SPR's events (gopacket's layers.UDP) and what it carries. */
export function udpText(bytes: Buffer): { text: string; payload: Buffer } {
  const head = bytes.length < 8 ? Buffer.concat([bytes], 8) : bytes;
  const length = head.readUInt16BE(4);
  const isSaid = length === 0 || length >= 8;
  const payload = bytes.subarray(8, length === 0 ? bytes.length : Math.min(length, bytes.length));
  const text =
    `{"Contents":${bytesText(bytes.subarray(0, 8))},"Payload":${bytesText(isSaid ? payload : undefined)}` +
    `,"SrcPort":${head.readUInt16BE(0)},"DstPort":${head.readUInt16BE(2)}` +
    `,"Length":${length},"Checksum":${head.readUInt16BE(6)}}`;
  return { text, payload };
}
