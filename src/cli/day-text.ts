import { capturesOf, type DayCapture, fileNameOf } from "../core/archive/day-files.ts";
import type { OpenedDay } from "../core/archive/opened-day.ts";
import type { Correlated } from "../core/event/correlate.ts";
import { encodeText, encodeUntimed } from "../core/event/formats/text.ts";
import { textStyle } from "../host/thread/style.ts";
import type { LoggedEvent, LogTail } from "../verbs/archive/read-day.ts";
import { bold } from "./colour.ts";
import { printable } from "./printable.ts";
import { renderTable } from "./table.ts";

const HEAD = ["NO", "MACHINE", "CAPTURE", "BEGIN", "END", "PACKETS", "LOST", "PREFIXES"] as const;

/** The captures of a day with the numbers by which they are chosen, then the last lines of each log. */
export function dayLines(day: OpenedDay, tails: readonly LogTail[]): string[] {
  const captures = capturesOf(day);
  const table = captures.length === 0 ? "no captures" : renderTable(HEAD, captures.map(cellsOf));
  return [bold(`${day.day} in ${printable(day.directory)}, times in UTC`), table, ...tails.flatMap(tailLines)];
}

function cellsOf({ number, machine, index, ...capture }: DayCapture): string[] {
  const { first = "", last = "", packets, lost, prefixes = {} } = index ?? {};
  return [
    `[${String(number).padStart(2, "0")}]`,
    ...[machine, fileNameOf(capture), first.slice(11, 19), last.slice(11, 19)],
    ...[String(packets ?? ""), String(lost ?? "")],
    Object.keys(prefixes)
      .map((prefix) => prefix.trim())
      .join(" "),
  ];
}

function tailLines({ log, lines }: LogTail): string[] {
  const head = `${log.machine} ${fileNameOf(log)}, the last lines`;
  return ["", bold(printable(head)), ...lines.map((line) => printable(line))];
}

/** An event of a log, and the packets that belong to it. */
export interface CorrelatedEvent {
  readonly logged: LoggedEvent;
  readonly packets: readonly Correlated<DayCapture>[];
}

/** Each event with its time, below it the packets that belong to it: how long after it, where, and what. */
export function correlatedLines(events: readonly CorrelatedEvent[], hasColour: boolean): string[] {
  const style = textStyle(hasColour);
  return events.flatMap(({ logged: { log, event }, packets }) => [
    `${bold(printable(log.machine))}  ${encodeText(event, style)}`,
    ...packets.map(({ read, place, afterMs }) => {
      const where = `${afterText(afterMs)}  [${String(place.number).padStart(2, "0")}] ${printable(place.machine)}`;
      return `${where}  ${encodeUntimed(read.event, style)}`;
    }),
  ]);
}

function afterText(afterMs: number): string {
  return `${afterMs < 0 ? "" : "+"}${(afterMs / 1000).toFixed(6)}`.padStart(14);
}

/** The same for programs. */
export function correlatedJson({ logged: { log, event }, packets }: CorrelatedEvent): object {
  return {
    machine: log.machine,
    log: log.path,
    event,
    packets: packets.map(({ read, place, afterMs }) => ({
      machine: place.machine,
      capture: place.path,
      number: place.number,
      after_ms: Math.round(afterMs * 1e6) / 1e6,
      event: read.event,
    })),
  };
}
