import ipaddr from "ipaddr.js";
import type { Json } from "../nft/json.ts";

/** The first and the last address of a value, as numbers. */
export interface Span {
  readonly first: bigint;
  readonly last: bigint;
}

type Version = 4 | 6;
const BITS: Readonly<Record<Version, number>> = { 4: 32, 6: 128 };

/** An address, `ADDRESS/LENGTH` or `ADDRESS-ADDRESS` as a span; undefined if it is none of this version. */
export function parseAddress(text: string, version: Version): Span | undefined {
  const dash = text.indexOf("-");
  if (dash !== -1) return parseRange(text.slice(0, dash), text.slice(dash + 1), version);

  const [address = "", length, ...more] = text.split("/");
  const number = numberOf(address, version);
  if (number === undefined || more.length > 0) return undefined;
  if (length === undefined) return { first: number, last: number };
  if (!/^(0|[1-9][0-9]{0,2})$/.test(length) || Number(length) > BITS[version]) return undefined;
  const host = (1n << BigInt(BITS[version] - Number(length))) - 1n;
  return { first: number & ~host, last: number | host };
}

/** The span as libnftables spells it: an address, a prefix where it is one, else a range. */
export function encodeAddress({ first, last }: Span, version: Version): Json {
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
  const bytes = ipaddr.parse(text).toByteArray();
  if (version === 4) return BigInt(bytes.reduce((number, byte) => number * 256 + byte, 0));
  return bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

/** As inet_ntop(3) spells it, which writes mapped and compatible IPv4 addresses with dots. */
export function textOf(number: bigint, version: Version): string {
  if (version === 4) {
    const low = Number(number);
    return [low >>> 24, (low >>> 16) & 255, (low >>> 8) & 255, low & 255].join(".");
  }
  const bytes = Array.from({ length: BITS[version] / 8 }, (_, index) =>
    Number((number >> BigInt(BITS[version] - 8 * (index + 1))) & 255n),
  );
  const dotted = bytes.slice(12).join(".");
  if (number >> 32n === 0xffffn) return `::ffff:${dotted}`;
  if (number >> 32n === 0n && number >> 16n !== 0n) return `::${dotted}`;
  return new ipaddr.IPv6(bytes).toRFC5952String();
}
