import ipaddr from "ipaddr.js";

/** The address in 4 bytes, or in 16 by RFC 5952; undefined for any other length. */
export function addressText(bytes: Buffer): string | undefined {
  if (bytes.length === 4) return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`;
  return bytes.length === 16 ? address6Text(bytes) : undefined;
}

function address6Text(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2));
  const zeros = longestZeros(groups);
  const hex = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(":");
  return zeros.length < 2 ? hex(0, 8) : `${hex(0, zeros.at)}::${hex(zeros.at + zeros.length, 8)}`;
}

/** The first of the longest runs of groups that are 0. */
function longestZeros(groups: readonly number[]): { at: number; length: number } {
  let longest = { at: 0, length: 0 };
  let length = 0;
  groups.forEach((group, at) => {
    length = group === 0 ? length + 1 : 0;
    if (length > longest.length) longest = { at: at - length + 1, length };
  });
  return longest;
}

const DOTTED = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** The bytes of an address; undefined where the text is none. */
export function addressBytes(text: string): Buffer | undefined {
  const parts = DOTTED.exec(text)?.slice(1).map(Number);
  if (parts !== undefined) return parts.every((part) => part <= 255) ? Buffer.from(parts) : undefined;
  if (!text.includes(":") || text.includes("%") || text.length > 45 || !ipaddr.IPv6.isValid(text)) return undefined;
  return Buffer.from(ipaddr.IPv6.parse(text).toByteArray());
}
