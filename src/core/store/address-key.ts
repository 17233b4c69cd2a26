import { parseAddress } from "../intent/addresses.ts";
import { addressBytes } from "../packet/address-bytes.ts";

/** The first and the last address of a span, in 4 bytes each or in 16. */
export interface AddressRange {
  readonly first: Buffer;
  readonly last: Buffer;
}

/** The bytes of these addresses one behind the other, those of IPv4 and of IPv6 apart; what is no address has none. */
export function packAddresses(texts: Iterable<string>): { readonly v4: Buffer; readonly v6: Buffer } {
  const keys: Record<4 | 16, Buffer[]> = { 4: [], 16: [] };
  for (const text of texts) {
    const bytes = addressBytes(text);
    if (bytes !== undefined) keys[bytes.length === 4 ? 4 : 16].push(bytes);
  }
  return { v4: Buffer.concat(keys[4]), v6: Buffer.concat(keys[16]) };
}

/** An address, a prefix or a range of addresses as its ends; undefined if it is none. */
export function rangeOf(text: string): AddressRange | undefined {
  const version = text.includes(":") ? 6 : 4;
  const span = parseAddress(text, version);
  return span && { first: bytesOf(span.first, version), last: bytesOf(span.last, version) };
}

function bytesOf(number: bigint, version: 4 | 6): Buffer {
  return Buffer.from(number.toString(16).padStart(version === 4 ? 8 : 32, "0"), "hex");
}
