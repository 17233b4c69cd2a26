import { UNSEEN } from "./model/unseen.ts";

const UNPRINTABLE = new RegExp(`[${UNSEEN}]`, "gu");

/** Most texts hold nothing else, and are soon told so. */
const PLAIN = /^[ -~]*$/;

/** The text with everything that a terminal would act upon spelt out: U+001B as `\u001b`. */
export function printable(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(UNPRINTABLE, (character) => character.split("").map(escaped).join(""));
}

/** One unit of UTF-16: of some characters there are two. */
function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
