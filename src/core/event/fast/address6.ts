import type { ByteWriter } from "./byte-writer.ts";

const COLON = 0x3a;

/** Writes an address of IPv6 as inet_ntop(3) does (RFC 5952); false, and nothing is written, for those that end in an address of IPv4. */
export function writeAddress6(to: ByteWriter, from: Uint8Array, at: number): boolean {
  const group = (index: number): number =>
    ((from[at + 2 * index] as number) << 8) | (from[at + 2 * index + 1] as number);
  if (group(0) === 0 && group(1) === 0 && group(2) === 0 && group(3) === 0 && group(4) === 0) return false;
  const { start, length } = longestZeros(group);
  for (let index = 0; index < 8; index += 1) {
    if (index === start) {
      to.byte(COLON);
      if (index === 0) to.byte(COLON);
      index += length - 1;
      continue;
    }
    to.group6(group(index));
    if (index < 7) to.byte(COLON);
  }
  return true;
}

/** The first of the longest runs of at least two groups that are 0. */
function longestZeros(group: (index: number) => number): { readonly start: number; readonly length: number } {
  let [start, length] = [-1, 1];
  for (let index = 0; index < 8; index += 1) {
    let end = index;
    while (end < 8 && group(end) === 0) end += 1;
    if (end - index > length) [start, length] = [index, end - index];
    index = end;
  }
  return { start, length };
}
