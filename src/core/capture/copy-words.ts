/** Where a copy goes: an offset in bytes that is even, in words of this machine. */
export interface Target {
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
}

/** So short a run is copied faster word by word than by a call. */
const SHORT = 512;

/**
 * Copies bytes that begin at a whole word, and zeros up to the next whole word of where they go. Where they go to may lie two
 * bytes behind a whole word; those two are `rest`.
 */
export function copyWords(from: Target, start: number, end: number, to: Target, at: number, rest: number): void {
  if (end - start > SHORT) copyLong(from, start, end, to, at, rest);
  else if ((at & 3) === 0) copyEven(from.words, start, end, to.words, at >> 2);
  else copyShifted(from.words, start, end, to.words, at >> 2, rest);
}

function copyLong(from: Target, start: number, end: number, to: Target, at: number, rest: number): void {
  if ((at & 3) === 2) to.words[at >> 2] = rest;
  const behind = at + end - start;
  if ((behind & 3) !== 0) to.words[behind >> 2] = 0;
  to.bytes.set(from.bytes.subarray(start, end), at);
}

function copyEven(from: Uint32Array, start: number, end: number, to: Uint32Array, at: number): void {
  const first = start >> 2;
  const whole = (end - start) >> 2;
  for (let index = 0; index < whole; index += 1) to[at + index] = from[first + index] as number;
  const over = (end - start) & 3;
  if (over !== 0) to[at + whole] = (from[first + whole] as number) & maskOf(over);
}

function copyShifted(from: Uint32Array, start: number, end: number, to: Uint32Array, at: number, rest: number): void {
  const first = start >> 2;
  const length = end - start;
  const whole = length >> 2;
  let carry = rest;
  for (let index = 0; index < whole; index += 1) {
    const word = from[first + index] as number;
    to[at + index] = carry | (word << 16);
    carry = word >>> 16;
  }
  const over = length & 3;
  const last = over === 0 ? 0 : (from[first + whole] as number) & maskOf(over);
  to[at + whole] = carry | (last << 16);
  if (over === 3) to[at + whole + 1] = last >>> 16;
}

/** The lower bytes of a word: one to three. */
function maskOf(bytes: number): number {
  return (1 << (8 * bytes)) - 1;
}
