import { capturesOf, type DayCapture, fileNameOf, otherDay, timeOn } from "../core/archive/day-files.ts";
import type { OpenedDay } from "../core/archive/opened-day.ts";
import type { Correlated } from "../core/event/correlate.ts";
import { encodeText, encodeUntimed } from "../core/event/formats/text.ts";
import { parseJson } from "../core/event/read-events/json.ts";
import { shellWord } from "../core/shell-word.ts";
import { textStyle } from "../host/thread/style.ts";
import type { LoggedEvent, LogTail } from "../verbs/archive/read-day.ts";
import { bold } from "./colour.ts";
import { printable } from "./printable.ts";
import { renderTable } from "./table.ts";

const HEAD = ["NO", "MACHINE", "CAPTURE", "BEGIN", "END", "PACKETS", "LOST", "PREFIXES"] as const;

/** The captures of a day with the numbers by which they are chosen, then the last lines of each log. */
export function dayLines(day: OpenedDay, tails: readonly LogTail[]): string[] {
  const captures = capturesOf(day);
  const table =
    captures.length === 0
      ? "no captures"
      : renderTable(
          HEAD,
          captures.map((capture) => cellsOf(day, capture)),
        );
  return [
    bold(`${day.day} in ${printable(day.directory)}, times in UTC`),
    table,
    ...tails.flatMap((tail) => tailLines(day, tail)),
  ];
}

function cellsOf({ day }: OpenedDay, { number, machine, index, ...capture }: DayCapture): string[] {
  const { first = "", last = "", packets, lost, prefixes = {} } = index ?? {};
  return [
    numberText(number),
    ...[machine, fileNameOf(capture), timeOn(day, first), timeOn(day, last)],
    ...[String(packets ?? ""), String(lost ?? "")],
    Object.keys(prefixes)
      .map((prefix) => prefix.trim())
      .join(" "),
  ];
}

function tailLines({ day }: OpenedDay, { log, lines }: LogTail): string[] {
  const head = `${log.machine} ${fileNameOf(log)}, the last lines`;
  const texts = log.kind === "events" ? lines.map((line) => eventText(day, line)) : lines;
  return ["", bold(printable(head)), ...texts.map((line) => printable(line))];
}

/** An event as people read it; what is none as it stands. */
function eventText(day: string, line: string): string {
  const read = parseJson(line);
  return read === undefined ? line : `${otherDay(day, read.event.ts)}${encodeText(read.event)}`;
}

function numberText(number: number): string {
  return `[${String(number).padStart(2, "0")}]`;
}

/** Where a day lies unpacked, as the command that deletes it: beside it may lie what was fetched. */
export function unpackedLine({ directory, machines }: OpenedDay): string {
  const paths = machines.map(({ machine }) => shellWord(`${directory}/${machine}`));
  return `it stays unpacked until you delete it: rm -r ${paths.join(" ")}`;
}

/** Captures that hold a moment, for somebody who looked for lines of it; and how one is opened. */
export function momentLines(captures: readonly DayCapture[]): string[] {
  const lines = captures.map((capture) => {
    const holds = capture.index === undefined ? "may hold" : "holds";
    return `${numberText(capture.number)} ${capture.machine} ${fileNameOf(capture)} ${holds} what was then`;
  });
  return lines.length === 0 ? [] : [...lines, "--capture N opens the one of that number"];
}

/** An event of a log, and the packets that belong to it. */
export interface CorrelatedEvent {
  readonly logged: LoggedEvent;
  readonly packets: readonly Correlated<DayCapture>[];
}

/** Each event with its time, below it the packets that belong to it: how long after it, where, and what. */
export function correlatedLines(day: string, events: readonly CorrelatedEvent[], hasColour: boolean): string[] {
  const style = textStyle(hasColour);
  return events.flatMap(({ logged: { log, event }, packets }) => [
    `${bold(printable(log.machine))}  ${otherDay(day, event.ts)}${encodeText(event, style)}`,
    ...packets.map(({ read, place, afterMs }) => {
      const where = `${afterText(afterMs)}  ${numberText(place.number)} ${printable(place.machine)}`;
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
