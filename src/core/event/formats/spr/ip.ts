import type { Heads } from "../heads.ts";
import { goAddress } from "./address.ts";
import { bytesText, listText } from "./json.ts";
import { optionsIn } from "./options.ts";

/** gopacket takes an option without data for broken. */
const OPTION_BYTES_MIN = 3;

/** The IP object of SPR's events: gopacket's layers.IPv4; of IPv6, of which SPR tells nothing, its layers.IPv6. */
export function ipText(bytes: Buffer, heads: Heads): string {
  return heads.version === 4 ? ip4Text(bytes, heads) : ip6Text(bytes, heads);
}

function ip4Text(bytes: Buffer, { at, end }: Heads): string {
  const fragment = bytes.readUInt16BE(6);
  const { options, padding } = optionsIn(bytes.subarray(20, at), OPTION_BYTES_MIN);
  return (
    `{"Contents":${bytesText(bytes.subarray(0, at))},"Payload":${bytesText(bytes.subarray(at, end))}` +
    `,"Version":4,"IHL":${at / 4},"TOS":${bytes[1]},"Length":${bytes.readUInt16BE(2) || bytes.length & 0xffff}` +
    `,"Id":${bytes.readUInt16BE(4)},"Flags":${fragment >> 13},"FragOffset":${fragment & 0x1fff}` +
    `,"TTL":${bytes[8]},"Protocol":${bytes[9]},"Checksum":${bytes.readUInt16BE(10)}` +
    `,"SrcIP":"${goAddress(bytes.subarray(12, 16))}","DstIP":"${goAddress(bytes.subarray(16, 20))}"` +
    `,"Options":${listText(options)},"Padding":${bytesText(padding)}}`
  );
}

function ip6Text(bytes: Buffer, { end }: Heads): string {
  const word = bytes.readUInt32BE(0);
  return (
    `{"Contents":${bytesText(bytes.subarray(0, 40))},"Payload":${bytesText(bytes.subarray(40, end))}` +
    `,"Version":6,"TrafficClass":${(word >>> 20) & 0xff},"FlowLabel":${word & 0xf_ffff}` +
    `,"Length":${bytes.readUInt16BE(4)},"NextHeader":${bytes[6]},"HopLimit":${bytes[7]}` +
    `,"SrcIP":"${goAddress(bytes.subarray(8, 24))}","DstIP":"${goAddress(bytes.subarray(24, 40))}"` +
    `,"HopByHop":null}`
  );
}
