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

/** The value as libnftables spells it; undefined if it is none of this version. */
export function spellAddress(text: string, version: Version): Json | undefined {
  const prefix = version === 4 ? PREFIX4.exec(text) : null;
  if (prefix !== null) return spellPrefix4(prefix[1] as string, prefix[2]);

  const span = parseAddress(text, version);
  return span === undefined ? undefined : encodeAddress(span, version);
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

const BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
const IPV4 = new RegExp(`^${BYTE}(?:\\.${BYTE}){3}$`);
const PREFIX4 = new RegExp(`^(${BYTE}(?:\\.${BYTE}){3})(?:/(3[0-2]|[12]?[0-9]))?$`);

/** Four decimal bytes stand for themselves: no two spellings are the same address. */
function spellPrefix4(address: string, length: string | undefined): Json {
  const bits = Number(length ?? 32);
  if (bits === 32) return address;
  const mask = bits === 0 ? 0 : -1 << (32 - bits);
  return { prefix: { addr: fourBytes(numberOf4(address) & mask), len: bits } };
}

function numberOf4(address: string): number {
  let number = 0;
  let byte = 0;
  for (let at = 0; at < address.length; at += 1) {
    const digit = address.charCodeAt(at) - 48;
    if (digit >= 0) byte = byte * 10 + digit;
    else {
      number = number * 256 + byte;
      byte = 0;
    }
  }
  return number * 256 + byte;
}

function fourBytes(number: number): string {
  return `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
}

function numberOf(text: string, version: Version): bigint | undefined {
  if (version === 4) return IPV4.test(text) ? BigInt(numberOf4(text)) : undefined;
  if (!/^[0-9a-fA-F:.]+$/.test(text) || !ipaddr.IPv6.isValid(text)) return undefined;
  return ipaddr
    .parse(text)
    .toByteArray()
    .reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

/** As inet_ntop(3) spells it, which writes mapped and compatible IPv4 addresses with dots. */
export function textOf(number: bigint, version: Version): string {
  if (version === 4) return fourBytes(Number(number));
  const bytes = Array.from({ length: BITS[version] / 8 }, (_, index) =>
    Number((number >> BigInt(BITS[version] - 8 * (index + 1))) & 255n),
  );
  const dotted = bytes.slice(12).join(".");
  if (number >> 32n === 0xffffn) return `::ffff:${dotted}`;
  if (number >> 32n === 0n && number >> 16n !== 0n) return `::${dotted}`;
  return new ipaddr.IPv6(bytes).toRFC5952String();
}
