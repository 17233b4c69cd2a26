import ipaddr from "ipaddr.js";
import { addressBytes } from "../../packet/address-bytes.ts";

export type Version = 4 | 6;

const BYTES: Readonly<Record<Version, number>> = { 4: 4, 6: 16 };

/** The address in a spelling that every reader takes for the same, without dots in IPv6; undefined for what is none of this version. */
export function addressOf(text: string | undefined, version: Version): string | undefined {
  const bytes = addressBytes(text ?? "");
  if (bytes?.length !== BYTES[version]) return undefined;
  return version === 4 ? bytes.join(".") : new ipaddr.IPv6([...bytes]).toRFC5952String();
}
