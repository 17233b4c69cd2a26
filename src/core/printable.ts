import { UNSEEN } from "./model/unseen.ts";

const UNPRINTABLE = new RegExp(`[${UNSEEN}]`, "gu");

/** Most texts hold nothing else, and are soon told so. */
const PLAIN = /^[ -~]*$/;
const PLAIN_WITH_TABS = /^[\t -~]*$/;

/** The text with everything that a terminal would act upon spelt out: U+001B as `\u001b`. */
export function printable(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(UNPRINTABLE, (character) => character.split("").map(escaped).join(""));
}

/** The same of a line that tabs indent. */
export function printableWithTabs(line: string): string {
  return PLAIN_WITH_TABS.test(line) ? line : line.split("\t").map(printable).join("\t");
}

/** One unit of UTF-16: of some characters there are two. */
function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
