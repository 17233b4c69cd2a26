import { printable } from "../core/printable.ts";

/** JSON whose strings hold nothing that a terminal acts upon: the escapes are JSON's own. */
export function printableJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent);
  return /^[\n -~]*$/.test(text) ? text : text.split("\n").map(printable).join("\n");
}

/** Printable lines, with the tabs that indent them. */
export function printableLines(text: string): string {
  const lines = text.trimEnd().split("\n");
  return lines.map((line) => line.split("\t").map(printable).join("\t")).join("\n");
}

export { printable };
