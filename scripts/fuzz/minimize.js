const TRIES_MAX = 400;

/**
 * The bytes with all taken out that the same finding does without, as far as it is found in a few hundred tries.
 * @param {Buffer} bytes
 * @param {(less: Buffer) => Promise<boolean>} isSame
 */
export async function minimized(bytes, isSame) {
  let smallest = bytes;
  let tries = 0;
  for (let size = Math.ceil(bytes.length / 2); size >= 1 && tries < TRIES_MAX; size = Math.floor(size / 2)) {
    for (let at = 0; at < smallest.length && tries < TRIES_MAX; tries += 1) {
      const less = Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + size)]);
      if (await isSame(less)) smallest = less;
      else at += size;
    }
  }
  return smallest;
}
