import stringWidth from "string-width";
import { printable } from "./printable.ts";

/** Columns of text under a head, two blanks between them, no lines: fit for a terminal, awk and a mail. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows.map((row) => row.map(printable))];
  const widths = head.map((_, at) => lines.reduce((most, line) => Math.max(most, widthOf(line[at])), 0));
  return lines
    .map((line) =>
      line
        .map((cell, at) => padded(cell, widths[at]))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function padded(cell: string, width = 0): string {
  return cell + " ".repeat(width - widthOf(cell));
}

/** How many columns of a terminal a text takes. */
export function widthOf(cell = ""): number {
  return /^[ -~]*$/.test(cell) ? cell.length : stringWidth(cell);
}
