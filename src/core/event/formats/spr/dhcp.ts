import { goAddress } from "./address.ts";
import { bytesText, listText } from "./json.ts";

const MAGIC = 0x63825363;
const OPTIONS_AT = 240;

/** The DHCP object of SPR's events: gopacket's layers.DHCPv4 (RFC 2131, 2). Undefined where it would decode nothing. */
export function dhcpText(bytes: Buffer): string | undefined {
  if (bytes.length < OPTIONS_AT || bytes.readUInt32BE(236) !== MAGIC) return undefined;
  const options = optionsIn(bytes);
  if (options === undefined) return undefined;
  const address = (at: number): string => `"${goAddress(bytes.subarray(at, at + 4))}"`;
  return (
    `{"Contents":${bytesText(bytes.length === OPTIONS_AT ? undefined : bytes)},"Payload":null` +
    `,"Operation":${bytes[0]},"HardwareType":${bytes[1]},"HardwareLen":${bytes[2]},"HardwareOpts":${bytes[3]}` +
    `,"Xid":${bytes.readUInt32BE(4)},"Secs":${bytes.readUInt16BE(8)},"Flags":${bytes.readUInt16BE(10)}` +
    `,"ClientIP":${address(12)},"YourClientIP":${address(16)},"NextServerIP":${address(20)},"RelayAgentIP":${address(24)}` +
    `,"ClientHWAddr":${bytesText(bytes.subarray(28, 28 + (bytes[2] ?? 0)))}` +
    `,"ServerName":${bytesText(bytes.subarray(44, 108))},"File":${bytesText(bytes.subarray(108, 236))}` +
    `,"Options":${listText(options)}}`
  );
}

const PAD = 0;
const END = 255;

/** RFC 2132: undefined where one is longer than what is left. */
function optionsIn(bytes: Buffer): string[] | undefined {
  const options: string[] = [];
  for (let at = OPTIONS_AT; at < bytes.length && bytes[at] !== END; ) {
    const option = optionAt(bytes, at);
    if (option === undefined) return undefined;
    options.push(option.text);
    at = option.end;
  }
  return options;
}

function optionAt(bytes: Buffer, at: number): { text: string; end: number } | undefined {
  const type = bytes[at];
  if (type === PAD) return { text: '{"Type":0,"Length":0,"Data":null}', end: at + 1 };
  const length = bytes[at + 1];
  if (length === undefined || at + 2 + length > bytes.length) return undefined;
  const end = at + 2 + length;
  return { text: `{"Type":${type},"Length":${length},"Data":${bytesText(bytes.subarray(at + 2, end))}}`, end };
}
