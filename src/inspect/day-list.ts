import { type DayCapture, type DayLog, fileNameOf, timeOn } from "../core/archive/day-files.ts";
import type { OpenedDay } from "../core/archive/opened-day.ts";
import { printable } from "../core/printable.ts";
import { column, type Line } from "./line.ts";

/** A line of the list of a day: a machine, one of its files, or what is to be known of it. */
export type DayRow =
  | { readonly kind: "machine"; readonly text: string }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "capture"; readonly file: DayCapture }
  | { readonly kind: "log"; readonly file: DayLog };

/** The machines of a day, each with its files below it. */
export function dayRows({ machines }: OpenedDay): DayRow[] {
  let number = 0;
  return machines.flatMap(({ machine, captures, logs, notes }) => [
    {
      kind: "machine" as const,
      text: `${machine}  ${countText(captures.length, "capture")}  ${countText(logs.length, "log")}`,
    },
    ...notes.map((text) => ({ kind: "note" as const, text })),
    ...logs.map((log) => ({ kind: "log" as const, file: { machine, ...log } })),
    ...captures.map((capture) => ({ kind: "capture" as const, file: { machine, number: number++, ...capture } })),
  ]);
}

/** `3 captures`. */
export function countText(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

const NAME_COLUMNS = 30;

/** A row as it is shown. */
export function dayLine(day: string, row: DayRow): Line {
  switch (row.kind) {
    case "machine":
      return [{ text: printable(row.text), look: "strong" }];
    case "note":
      return [{ text: `  ${printable(row.text)}`, look: "trouble" }];
    case "log":
      return [{ text: `  ${nameText(row.file)}${row.file.kind === "events" ? "events" : "kernel log"}` }];
    case "capture":
      return captureLine(day, row.file);
  }
}

function nameText(file: { readonly path: string }): string {
  return column(printable(fileNameOf(file)), NAME_COLUMNS);
}

/** When, how much, with which prefixes; of a capture without an index only its name. */
function captureLine(day: string, file: DayCapture): Line {
  const { index } = file;
  const name = { text: `  ${nameText(file)}` };
  if (index === undefined) return [name];
  const { first, last, packets, lost, prefixes } = index;
  const span = first === undefined || last === undefined ? "" : `${timeOn(day, first)} to ${timeOn(day, last)}`;
  return [
    name,
    { text: `${column(printable(span), 20)}  ${String(packets).padStart(9)}` },
    ...(lost === 0 ? [] : [{ text: `  ${lost} lost`, look: "trouble" as const }]),
    {
      text: `  ${Object.keys(prefixes)
        .map((prefix) => printable(prefix.trim()))
        .join(" ")}`,
    },
  ];
}
