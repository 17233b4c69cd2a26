import { isObject } from "../nft/json.ts";

/** What the schema makes of a value; undefined where it has to be asked. */
export type Read = (value: unknown) => unknown;

/** The members of an object in the order in which the schema gives them back. */
export type Members = readonly (readonly [string, Read])[];

/** An object with its members as they are read, in their order; undefined if one is not, or is none of these. */
export function read(value: unknown, members: Members): Record<string, unknown> | undefined {
  if (!isObject(value)) return undefined;
  const found: Record<string, unknown> = {};
  let left = Object.keys(value).length;
  for (const [key, readMember] of members) {
    const given = value[key];
    if (given === undefined) continue;
    const member = readMember(given);
    if (member === undefined) return undefined;
    found[key] = member;
    left -= 1;
  }
  return left === 0 ? found : undefined;
}

/** A value that stands for itself where it is one of these. */
export function where(is: (value: unknown) => boolean): Read {
  return (value) => (is(value) ? value : undefined);
}

/** One of these. */
export function word(words: readonly unknown[]): Read {
  return where((value) => words.includes(value));
}

/** A whole number in this range. */
export function wholeNumber(min: number, max: number): Read {
  return where((value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max);
}
