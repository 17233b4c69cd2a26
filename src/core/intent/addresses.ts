import ipaddr from "ipaddr.js";

/** The first and the last address of a value, as numbers. */
export interface Span {
  readonly first: bigint;
  readonly last: bigint;
}

type Version = 4 | 6;
const BITS: Readonly<Record<Version, number>> = { 4: 32, 6: 128 };

/** An address, `ADDRESS/LENGTH` or `ADDRESS-ADDRESS` as a span; undefined if it is none of this version. */
export function parseAddress(text: string, version: Version): Span | undefined {
  const range = text.split("-");
  if (range.length === 2) return parseRange(range[0] ?? "", range[1] ?? "", version);

  const [address = "", length, ...more] = text.split("/");
  const number = numberOf(address, version);
  if (number === undefined || more.length > 0) return undefined;
  if (length === undefined) return { first: number, last: number };
  if (!/^(0|[1-9][0-9]{0,2})$/.test(length) || Number(length) > BITS[version]) return undefined;
  const host = (1n << BigInt(BITS[version] - Number(length))) - 1n;
  return { first: number & ~host, last: number | host };
}

/** The span as libnftables spells it: an address, a prefix where it is one, else a range. */
export function encodeAddress({ first, last }: Span, version: Version): unknown {
  if (first === last) return textOf(first, version);

  const size = last - first + 1n;
  const isPrefix = (size & (size - 1n)) === 0n && first % size === 0n;
  if (!isPrefix) return { range: [textOf(first, version), textOf(last, version)] };
  return { prefix: { addr: textOf(first, version), len: BITS[version] - (size.toString(2).length - 1) } };
}

function parseRange(from: string, to: string, version: Version): Span | undefined {
  const first = numberOf(from, version);
  const last = numberOf(to, version);
  return first === undefined || last === undefined || first > last ? undefined : { first, last };
}

function numberOf(text: string, version: Version): bigint | undefined {
  const isOne =
    version === 4
      ? ipaddr.IPv4.isValidFourPartDecimal(text)
      : /^[0-9a-fA-F:.]+$/.test(text) && ipaddr.IPv6.isValid(text);
  if (!isOne) return undefined;
  return ipaddr
    .parse(text)
    .toByteArray()
    .reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

/** As inet_ntop(3) spells it, which writes mapped and compatible IPv4 addresses with dots. */
function textOf(number: bigint, version: Version): string {
  const bytes = Array.from({ length: BITS[version] / 8 }, (_, index) =>
    Number((number >> BigInt(BITS[version] - 8 * (index + 1))) & 255n),
  );
  if (version === 4) return bytes.join(".");
  const dotted = bytes.slice(12).join(".");
  if (number >> 32n === 0xffffn) return `::ffff:${dotted}`;
  if (number >> 32n === 0n && number >> 16n !== 0n) return `::${dotted}`;
  return new ipaddr.IPv6(bytes).toRFC5952String();
}
