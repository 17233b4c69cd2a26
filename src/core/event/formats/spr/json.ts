/** Bytes as Go's encoding/json writes a []byte: base64; null if there is none. */
export function bytesText(bytes: Buffer | undefined): string {
  return bytes === undefined ? "null" : `"${bytes.toString("base64")}"`;
}

/** A slice as Go writes it: null if nothing was ever put in. */
export function listText(items: readonly string[]): string {
  return items.length === 0 ? "null" : `[${items.join(",")}]`;
}
