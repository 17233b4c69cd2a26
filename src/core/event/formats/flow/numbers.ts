import { protocolNumber } from "../../../packet/protocol-names.ts";
import { printable } from "../../../printable.ts";
import type { FlowEvent } from "../../event.ts";
import { nanosecondsIn } from "../../time-text.ts";

/** Protocol 255 is reserved: it stands for a name that is none. */
const NO_PROTOCOL = 255;

/** The number of a flow's protocol (IANA). */
export function protocolOf({ proto }: Pick<FlowEvent, "proto">): number {
  return protocolNumber(proto) ?? NO_PROTOCOL;
}

/** Whole seconds since 1970 of an event's time. */
export function secondsSince1970(ts: string): number {
  return Math.floor(Date.parse(`${ts.slice(0, 19)}Z`) / 1000) || 0;
}

/** Nanoseconds since 1970 of an event's time. */
export function nanosecondsSince1970(ts: string): bigint {
  return BigInt(secondsSince1970(ts)) * 1_000_000_000n + BigInt(nanosecondsIn(ts));
}

/** Most texts are a word already, and are soon told so. */
const WORD = /^[!-~]*$/;

/** Text from outside as one word of a line: what would end the word or the line is spelt out, as `\u0020`. */
function wordText(text: string): string {
  if (WORD.test(text)) return text;
  return printable(text).replaceAll(/\s/gu, (blank) => `\\u${blank.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The same behind its key: nothing if there is none. */
export function pairText(key: string, value: string | number | undefined): string {
  return value === undefined ? "" : `${key}=${typeof value === "number" ? value : wordText(value)} `;
}
