import { parseAddress } from "../intent/addresses.ts";
import { addressBytes } from "../packet/address-bytes.ts";

/** The first and the last address of a span, in 4 bytes each or in 16. */
export interface AddressRange {
  readonly first: Buffer;
  readonly last: Buffer;
}

/** The bytes of these addresses one behind the other, those of IPv4 and of IPv6 apart; what is no address has none. */
export function packAddresses(texts: ReadonlySet<string>): { readonly v4: Buffer; readonly v6: Buffer } {
  const v4 = Buffer.allocUnsafe(texts.size * 4);
  const v6: Buffer[] = [];
  let length = 0;
  for (const text of texts) {
    const number = dottedNumber(text);
    if (number >= 0) length = v4.writeUInt32BE(number, length);
    else {
      const bytes = addressBytes(text);
      if (bytes?.length === 16) v6.push(bytes);
    }
  }
  return { v4: v4.subarray(0, length), v6: Buffer.concat(v6) };
}

const DOTTED = /^(?:[0-9]{1,3}\.){3}[0-9]{1,3}$/;
const [DOT, ZERO] = [0x2e, 0x30];

/** The number that is an address of IPv4, digit by digit, since there are very many; -1 for any other text. */
function dottedNumber(text: string): number {
  if (!DOTTED.test(text)) return -1;
  let [number, part] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      number = number * 256 + part;
      part = 0;
    } else part = part * 10 + code - ZERO;
    if (part > 255) return -1;
  }
  return number * 256 + part;
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
