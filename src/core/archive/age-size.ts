const NONCE_BYTES = 16;
const TAG_BYTES = 16;
const CHUNK_BYTES = 65_536;
/** A recipient is a hundred bytes or, of an SSH key, some hundreds. */
export const AGE_HEAD_BYTES_MAX = 65_536;

/**
 * How many bytes a file of age has that holds so many (age-encryption.org/v1: a header whose last line begins with "---", a
 * nonce, then chunks of 64 KiB with a tag each); undefined if it does not begin like one. @param head its beginning
 */
export function ageBytes(head: Buffer, plainBytes: number): number | undefined {
  const last = head.indexOf("\n--- ");
  const end = last === -1 ? -1 : head.indexOf("\n", last + 1);
  if (!head.toString("latin1", 0, 22).startsWith("age-encryption.org/v1\n") || end === -1) return undefined;
  const chunks = Math.max(1, Math.ceil(plainBytes / CHUNK_BYTES));
  return end + 1 + NONCE_BYTES + plainBytes + chunks * TAG_BYTES;
}
