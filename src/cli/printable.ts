import { printable, printableWithTabs } from "../core/printable.ts";

/** JSON whose strings hold nothing that a terminal acts upon: the escapes are JSON's own. */
export function printableJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent);
  return /^[\n -~]*$/.test(text) ? text : text.split("\n").map(printable).join("\n");
}

/** Printable lines, with the tabs that indent them. */
export function printableLines(text: string): string {
  return text.trimEnd().split("\n").map(printableWithTabs).join("\n");
}

export { printable };
