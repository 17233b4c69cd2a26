import ipaddr from "ipaddr.js";

const DOTTED = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** IPv6 with IPv4 at its end. */
const LENGTH_MAX = 45;

/** The bytes of an address; undefined where the text is none. */
export function addressBytes(text: string): Buffer | undefined {
  if (text.length > LENGTH_MAX) return undefined;
  if (!text.includes(":")) return dottedBytes(text);
  const inHex = text.replace(/[^:]*\.[^:]*$/, groupsOf);
  if (inHex.includes(".") || text.includes("%") || !ipaddr.IPv6.isValid(inHex)) return undefined;
  return Buffer.from(ipaddr.IPv6.parse(inHex).toByteArray());
}

function dottedBytes(text: string): Buffer | undefined {
  const parts = DOTTED.exec(text)?.slice(1).map(Number);
  return parts?.every((part) => part <= 255) ? Buffer.from(parts) : undefined;
}

/** IPv4 at the end of IPv6 as two groups: ipaddr.js takes ::1.2.3.4 for ::ffff:1.2.3.4. */
function groupsOf(dotted: string): string {
  const bytes = dottedBytes(dotted);
  return bytes === undefined ? dotted : `${bytes.readUInt16BE(0).toString(16)}:${bytes.readUInt16BE(2).toString(16)}`;
}
