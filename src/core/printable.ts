import { UNSEEN } from "./model/unseen.ts";

/** Made when it is first needed: looking its properties up takes V8 longer than all else here. */
let unprintable: RegExp | undefined;

/** Most texts hold nothing else, and are soon told so. */
const PLAIN = /^[ -~]*$/;
const PLAIN_WITH_TABS = /^[\t -~]*$/;

/** The text with everything that a terminal would act upon spelt out: U+001B as `\u001b`. */
export function printable(text: string): string {
  if (PLAIN.test(text)) return text;
  unprintable ??= new RegExp(`[${UNSEEN}]`, "gu");
  return text.replace(unprintable, (character) => character.split("").map(escaped).join(""));
}

/** The same of a line that tabs indent. */
export function printableWithTabs(line: string): string {
  return PLAIN_WITH_TABS.test(line) ? line : line.split("\t").map(printable).join("\t");
}

/** One unit of UTF-16: of some characters there are two. */
function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
