import { bytesText } from "./json.ts";

const END = 0;
const NOTHING = 1;

/** The options of IPv4 and of TCP, which are written alike, and what stands behind their end. */
export interface OptionTexts {
  readonly options: readonly string[];
  readonly padding: Buffer | undefined;
}

/**
 * The options as gopacket's layers.IPv4Option and layers.TCPOption, up to the first that is broken (RFC 791, 3.1; RFC 9293, 3.2).
 * @param shortest the least length of one that is more than its type
 */
export function optionsIn(bytes: Buffer, shortest: number): OptionTexts {
  const options: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = lengthAt(bytes, at, shortest);
    if (length === undefined) break;
    const type = bytes[at] ?? END;
    const data = type <= NOTHING ? undefined : bytes.subarray(at + 2, at + length);
    options.push(`{"OptionType":${type},"OptionLength":${length},"OptionData":${bytesText(data)}}`);
    at += length;
    if (type === END) return { options, padding: bytes.subarray(at) };
  }
  return { options, padding: undefined };
}

function lengthAt(bytes: Buffer, at: number, shortest: number): number | undefined {
  if ((bytes[at] ?? END) <= NOTHING) return 1;
  const length = bytes[at + 1] ?? 0;
  return length < shortest || at + length > bytes.length ? undefined : length;
}
