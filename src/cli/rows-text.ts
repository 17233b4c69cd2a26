import { printable } from "./printable.ts";
import { widthOf } from "./table.ts";

/** So many rows are looked at for how wide columns are; a wider cell later pushes its row. */
const LOOKED_AT = 256;

/** A table of any number of rows: a few at a time, all under one head. */
export function* rowLines(head: readonly string[], rows: Iterable<readonly unknown[]>): Generator<string> {
  const iterator = shownRows(head, rows);
  const first: string[][] = [];
  for (let next = iterator.next(); next.done !== true; next = iterator.next()) {
    if (first.push(next.value) > LOOKED_AT) break;
  }
  const widths = widthsOf(first);
  for (const row of first) yield lineOf(row, widths);
  for (let next = iterator.next(); next.done !== true; next = iterator.next()) yield lineOf(next.value, widths);
}

function* shownRows(head: readonly string[], rows: Iterable<readonly unknown[]>): Generator<string[]> {
  yield [...head];
  for (const row of rows) yield row.map((cell) => printable(textOf(cell)));
}

/** Rows as CSV (RFC 4180), the head first. */
export async function csvLines(
  head: readonly string[],
  rows: Iterable<readonly unknown[]>,
  isForTerminal: boolean,
): Promise<Iterable<string>> {
  const { stringify } = await import("csv-stringify/sync");
  const shown = (cell: unknown): string => (isForTerminal ? printable(textOf(cell)) : textOf(cell));
  function* lines(): Generator<string> {
    yield stringify([[...head]]);
    for (const row of rows) yield stringify([row.map(shown)]);
  }
  return lines();
}

function textOf(cell: unknown): string {
  return cell === null || cell === undefined ? "" : String(cell);
}

function widthsOf(rows: readonly (readonly string[])[]): number[] {
  return (rows[0] ?? []).map((_, at) => rows.reduce((most, row) => Math.max(most, widthOf(row[at])), 0));
}

function lineOf(cells: readonly string[], widths: readonly number[]): string {
  const padded = cells.map((cell, at) => cell + " ".repeat(Math.max(0, (widths[at] ?? 0) - widthOf(cell))));
  return `${padded.join("  ").trimEnd()}\n`;
}
