import { addressText, ipv4Text } from "../../../packet/address.ts";
import { addressBytes } from "../../../packet/address-bytes.ts";

/** An address as Go's net.IP writes it: IPv4 within IPv6 as IPv4, and all other IPv6 in hexadecimal alone. */
export function goAddress(bytes: Buffer): string | undefined {
  const text = addressText(bytes);
  if (bytes.length !== 16 || text === undefined || !text.includes(".")) return text;
  if (bytes.readUInt16BE(10) === 0xffff) return ipv4Text(bytes, 12);
  return `::${bytes.readUInt16BE(12).toString(16)}:${bytes.readUInt16BE(14).toString(16)}`;
}

/** Such a text as events have the address; a text that is none stays as it is. */
export function addressOfGo(text: string, isIpv6: boolean): string {
  const bytes = addressBytes(isIpv6 && !text.includes(":") ? `::ffff:${text}` : text);
  return (bytes && addressText(bytes)) ?? text;
}
