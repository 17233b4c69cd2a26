import { UNSEEN } from "./model/unseen.ts";

/** Made when it is first needed: looking its properties up takes V8 longer than all else here. */
let unprintable: RegExp | undefined;

/** Most texts hold nothing else, and are soon told so. */
const PLAIN = /^[ -~]*$/;

/** The text with everything that a terminal would act upon spelt out: U+001B as `\u001b`. */
export function printable(text: string): string {
  if (PLAIN.test(text)) return text;
  unprintable ??= new RegExp(`[${UNSEEN}]`, "gu");
  return text.replace(unprintable, (character) => character.split("").map(escaped).join(""));
}

/** One unit of UTF-16: of some characters there are two. */
function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
