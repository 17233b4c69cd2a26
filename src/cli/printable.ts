// What a terminal acts upon (C0, DEL, C1), what reorders text or hides in it, and halves of characters.
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** JSON whose strings hold nothing that a terminal acts upon: the escapes are JSON's own. */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).split("\n").map(printable).join("\n");
}

/** The text with everything that a terminal would act upon spelt out: U+001B as `\u001b`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Printable lines, with the tabs that indent them. */
export function printableLines(text: string): string {
  const lines = text.trimEnd().split("\n");
  return lines.map((line) => line.split("\t").map(printable).join("\t")).join("\n");
}
