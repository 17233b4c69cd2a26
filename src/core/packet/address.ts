/** The four bytes from there on as inet_ntop(3) writes an IPv4 address. They must be in the buffer. */
export function ipv4Text(bytes: Buffer, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

/** The sixteen bytes from there on as inet_ntop(3) writes an IPv6 address (RFC 5952). They must be in the buffer. */
export function ipv6Text(bytes: Buffer, at: number): string {
  const { begin, length } = longestZeros(bytes, at);
  if (begin === 0 && (length === 6 || (length === 5 && bytes.readUInt16BE(at + 10) === 0xffff))) {
    return `${length === 6 ? "::" : "::ffff:"}${ipv4Text(bytes, at + 12)}`;
  }
  if (length < 2) return groups(bytes, at, at + 16);
  return `${groups(bytes, at, at + 2 * begin)}::${groups(bytes, at + 2 * (begin + length), at + 16)}`;
}

/** The first of the longest runs of zeros among the eight groups. */
function longestZeros(bytes: Buffer, at: number): { readonly begin: number; readonly length: number } {
  let [begin, length, run] = [0, 0, 0];
  for (let group = 0; group < 8; group += 1) {
    run = bytes[at + 2 * group] === 0 && bytes[at + 2 * group + 1] === 0 ? run + 1 : 0;
    if (run > length) {
      length = run;
      begin = group + 1 - run;
    }
  }
  return { begin, length };
}

function groups(bytes: Buffer, from: number, to: number): string {
  let text = "";
  for (let at = from; at < to; at += 2) {
    text += (at === from ? "" : ":") + bytes.readUInt16BE(at).toString(16);
  }
  return text;
}

/** The address in 4 bytes or in 16, as inet_ntop(3) writes it; undefined for any other length. */
export function addressText(bytes: Buffer): string | undefined {
  if (bytes.length === 4) return ipv4Text(bytes, 0);
  return bytes.length === 16 ? ipv6Text(bytes, 0) : undefined;
}

/** The six bytes from there on in hex, joined by colons. They must be in the buffer. */
export function macText(bytes: Buffer, at: number): string {
  const hex = bytes.toString("hex", at, at + 6);
  let text = hex.slice(0, 2);
  for (let digit = 2; digit < 12; digit += 2) text += `:${hex.slice(digit, digit + 2)}`;
  return text;
}
