import { bytesOf } from "../model/log-statement.ts";
import { UNSEEN } from "../model/unseen.ts";
import type { Json } from "../nft/json.ts";
import { encodeAddress, parseAddress, type Span, spellAddress } from "./addresses.ts";

/** What a value of a match may be, and how libnftables spells it. */
export interface Kind {
  /** Said where a value is none of this kind: "expected ...". */
  readonly expected: string;
  /** The value in libnftables-JSON; undefined if it is none of this kind. */
  parse(item: string | number): Json | undefined;
  /** The span of a value of this kind where it is part of an order. */
  readonly spanOf?: (item: string | number) => Span | undefined;
  /** The spelling of a span that several values made. */
  readonly encodeSpan?: (span: Span) => Json;
}

/** One of these words. */
export function wordKind(words: readonly string[]): Kind {
  return {
    expected: `one of ${words.join(", ")}`,
    parse: (item) => (typeof item === "string" && words.includes(item) ? item : undefined),
  };
}

/** A whole number in this range, or a range of them as text. */
export function numberKind(max: number): Kind {
  return {
    expected: `a whole number from 0 to ${max}, or a range such as 1-9`,
    parse: (item) => {
      const range = RANGE.exec(String(item));
      if (range === null) return undefined;
      const [first, last] = [Number(range[1]), Number(range[2] ?? range[1])];
      if (first > last || last > max) return undefined;
      return first === last ? first : { range: [first, last] };
    },
    spanOf: (item) => {
      const [, first = 0, last = first] = RANGE.exec(String(item)) ?? [];
      return { first: BigInt(first), last: BigInt(last) };
    },
    encodeSpan: ({ first, last }) => (first === last ? Number(first) : { range: [Number(first), Number(last)] }),
  };
}

const RANGE = /^(0|[1-9][0-9]{0,9})(?:-(0|[1-9][0-9]{0,9}))?$/;

/** An address, a prefix, a range, or a set's name behind an @. */
export function addressKind(version: 4 | 6): Kind {
  return {
    expected: `an IPv${version} address, a prefix, a range or a set such as @blocked`,
    parse: (item) => {
      const text = String(item);
      return /^@[A-Za-z_][A-Za-z0-9_.-]{0,254}$/.test(text) ? text : spellAddress(text, version);
    },
    spanOf: (item) => parseAddress(String(item), version),
    encodeSpan: (span) => encodeAddress(span, version),
  };
}

const NAME = new RegExp(`^[^\\s/"$\\\\${UNSEEN}!@*]+$`, "u");

/** IFNAMSIZ - 1 bytes, and a `*` behind it for all names that begin so. */
export const INTERFACE: Kind = {
  expected: "an interface name of at most 15 bytes, a * at its end for all that begin so among them",
  parse: (item) => {
    if (typeof item !== "string") return undefined;
    const stem = stemOf(item);
    const isName = NAME.test(stem) && bytesOf(item) <= 15 && stem !== "." && stem !== "..";
    return isName ? item : undefined;
  },
  spanOf: (item) => spanOfName(stemOf(String(item)), String(item).endsWith("*")),
};

function stemOf(name: string): string {
  return name.endsWith("*") ? name.slice(0, -1) : name;
}

/** An interface name as the kernel orders names in a set: IFNAMSIZ bytes, filled up with zeros. */
function spanOfName(stem: string, isOpen: boolean): Span {
  const bytes = [...new TextEncoder().encode(stem)];
  const fill = (byte: number): bigint =>
    [...bytes, ...Array(16 - bytes.length).fill(byte)].reduce((number, one) => (number << 8n) | BigInt(one), 0n);
  return { first: fill(0), last: fill(isOpen ? 0xff : 0) };
}

export const MAC: Kind = {
  expected: "a MAC address such as 00:11:22:33:44:55",
  parse: (item) => (/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(String(item)) ? String(item) : undefined),
};

/** A mark: a number, hexadecimal or not. */
export const MARK: Kind = {
  expected: "a number of 32 bits, such as 16 or 0x10",
  parse: (item) => markOf(String(item)),
};

/** The number that a text of a mark stands for. */
export function markOf(text: string): number | undefined {
  const number = /^(0|[1-9][0-9]{0,9}|0x[0-9a-fA-F]{1,8})$/.test(text) ? Number(text) : Number.NaN;
  return number <= 0xffff_ffff ? number : undefined;
}
