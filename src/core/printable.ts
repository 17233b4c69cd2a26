import { UNSEEN } from "./model/unseen.ts";

const UNPRINTABLE = new RegExp(`[${UNSEEN}]`, "gu");

/** The text with everything that a terminal would act upon spelt out: U+001B as `\u001b`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
