import type { Json } from "../json.ts";
import { isKeywordAsValue } from "./keywords.ts";
import type { Miss } from "./miss.ts";
import { isQuotable } from "./quote.ts";
import type { Spelling } from "./spelling.ts";
import { seconds } from "./time.ts";

const SYMBOL = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
/** Two types of ethernet frame are words that begin with a digit. */
const ETHER_TYPE = /^8021(?:q|ad)$/;
const NUMBER = /^(?:0|[1-9][0-9]*|0x[0-9a-fA-F]+)$/;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const MAC = /^[0-9a-fA-F]{1,2}(?::[0-9a-fA-F]{1,2}){5}$/;
const CLASSID = /^[0-9a-fA-F]{1,4}:[0-9a-fA-F]{1,4}$/;
const HEX4 = /^[0-9a-fA-F]{1,4}$/;

const LARGEST_MARK = 0xffff_ffff;

/** A constant: `22`, `"eth0"`, `10.0.0.1`, `0x00000010`, `established`, `exists`. */
export function valueText(value: Json, spelling: Spelling, miss: Miss): string {
  if (typeof value === "string") return stringText(value, spelling, miss);
  if (typeof value === "number") return numberText(value, spelling) ?? miss(value);
  return typeof value === "boolean" ? (value ? "exists" : "missing") : miss(value);
}

/** Whether nft takes the text for an address of the network layer. */
export function isAddress(value: Json | undefined): boolean {
  return typeof value === "string" && (IPV4.test(value) || isIpv6(value));
}

/** Whether the text is an IPv6 address as nft's scanner knows them. */
function isIpv6(text: string): boolean {
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const last = groups.at(-1) ?? "";
  const isMixed = IPV4.test(last) && !text.endsWith("::");
  const count = groups.length + (isMixed ? 1 : 0);
  const hex = isMixed ? groups.slice(0, -1) : groups;
  return hex.every((group) => HEX4.test(group)) && (halves.length === 2 ? count < 8 : count === 8);
}

/** Whether the value begins like a name: nft would read on over the sign of a range or of a prefix behind it. */
export function isSymbol(value: Json): boolean {
  return typeof value === "string" && SYMBOL.test(value);
}

function stringText(text: string, spelling: Spelling, miss: Miss): string {
  if (spelling !== "quoted" && isBare(text)) return text;
  // Neither an empty string nor one of a wildcard alone is a value to nft.
  return isQuotable(text) && text !== "" && text !== "*" ? `"${text}"` : miss(text);
}

function isBare(text: string): boolean {
  if (SYMBOL.test(text)) return !isKeywordAsValue(text);
  return [NUMBER, ETHER_TYPE, IPV4, MAC, CLASSID].some((pattern) => pattern.test(text)) || isIpv6(text);
}

function numberText(value: number, spelling: Spelling): string | undefined {
  if (!Number.isSafeInteger(value)) return undefined;
  // libnftables lists 64 bits as a signed number.
  if (value < 0) return `0x${BigInt.asUintN(64, BigInt(value)).toString(16)}`;
  if (spelling === "time") return seconds(value);
  if (spelling === "hex") return `0x${value.toString(16)}`;
  return spelling === "mark" && value <= LARGEST_MARK ? `0x${value.toString(16).padStart(8, "0")}` : String(value);
}
