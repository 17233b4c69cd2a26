import { bytesOf } from "../model/log-statement.ts";
import { UNSEEN } from "../model/unseen.ts";
import type { Json } from "../nft/json.ts";
import { encodeAddress, parseAddress, type Span } from "./addresses.ts";

/** What a value of a match may be, and how libnftables spells it. */
export interface Kind {
  /** Said where a value is none of this kind: "expected ...". */
  readonly expected: string;
  /** The value in libnftables-JSON, with its span where it is part of an order; undefined if it is none of this kind. */
  parse(item: string | number): { readonly json: Json; readonly span?: Span } | undefined;
  /** The spelling of a span that several values made. */
  readonly encodeSpan?: (span: Span) => Json;
}

/** One of these words. */
export function wordKind(words: readonly string[]): Kind {
  return {
    expected: `one of ${words.join(", ")}`,
    parse: (item) => (typeof item === "string" && words.includes(item) ? { json: item } : undefined),
  };
}

/** A whole number in this range, or a range of them as text. */
export function numberKind(max: number): Kind {
  const encodeSpan = ({ first, last }: Span): Json =>
    first === last ? Number(first) : { range: [Number(first), Number(last)] };
  return {
    expected: `a whole number from 0 to ${max}, or a range such as 1-9`,
    encodeSpan,
    parse: (item) => {
      const [from = "", to = from, ...more] = String(item).split("-");
      if (more.length > 0 || ![from, to].every((part) => /^(0|[1-9][0-9]{0,9})$/.test(part))) return undefined;
      const span = { first: BigInt(from), last: BigInt(to) };
      return span.first > span.last || span.last > BigInt(max) ? undefined : { json: encodeSpan(span), span };
    },
  };
}

/** An address, a prefix, a range, or a set's name behind an @. */
export function addressKind(version: 4 | 6): Kind {
  const encodeSpan = (span: Span): Json => encodeAddress(span, version);
  return {
    expected: `an IPv${version} address, a prefix, a range or a set such as @blocked`,
    encodeSpan,
    parse: (item) => {
      const text = String(item);
      if (/^@[A-Za-z_][A-Za-z0-9_.-]{0,254}$/.test(text)) return { json: text };
      const span = parseAddress(text, version);
      return span === undefined ? undefined : { json: encodeSpan(span), span };
    },
  };
}

const NAME = new RegExp(`^[^\\s/"$\\\\${UNSEEN}!@*]+$`, "u");

/** IFNAMSIZ - 1 bytes, and a `*` behind it for all names that begin so. */
export const INTERFACE: Kind = {
  expected: "an interface name of at most 15 bytes, a * at its end for all that begin so among them",
  parse: (item) => {
    const name = String(item);
    const stem = name.replace(/\*$/, "");
    const isName = NAME.test(stem) && bytesOf(name) <= 15 && stem !== "." && stem !== "..";
    if (typeof item !== "string" || !isName) return undefined;
    return {
      json: name,
      get span() {
        return spanOfName(stem, stem !== name);
      },
    };
  },
};

/** An interface name as the kernel orders names in a set: IFNAMSIZ bytes, filled up with zeros. */
function spanOfName(stem: string, isOpen: boolean): Span {
  const bytes = [...new TextEncoder().encode(stem)];
  const fill = (byte: number): bigint =>
    [...bytes, ...Array(16 - bytes.length).fill(byte)].reduce((number, one) => (number << 8n) | BigInt(one), 0n);
  return { first: fill(0), last: fill(isOpen ? 0xff : 0) };
}

export const MAC: Kind = {
  expected: "a MAC address such as 00:11:22:33:44:55",
  parse: (item) => (/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(String(item)) ? { json: String(item) } : undefined),
};

/** A mark: a number, hexadecimal or not. */
export const MARK: Kind = {
  expected: "a number of 32 bits, such as 16 or 0x10",
  parse: (item) => {
    const number = markOf(String(item));
    return number === undefined ? undefined : { json: number };
  },
};

/** The number that a text of a mark stands for. */
export function markOf(text: string): number | undefined {
  const number = /^(0|[1-9][0-9]{0,9}|0x[0-9a-fA-F]{1,8})$/.test(text) ? Number(text) : Number.NaN;
  return number <= 0xffff_ffff ? number : undefined;
}
