import type { DayCapture, DayLog } from "../core/archive/day-files.ts";
import type { OpenedDay } from "../core/archive/opened-day.ts";
import { printable } from "../core/printable.ts";
import { countText, type DayRow, dayLine, dayRows } from "./day-list.ts";
import { keyLines } from "./help-screen.ts";
import type { Level } from "./level.ts";
import { fitted, folded, type Line } from "./line.ts";

/** What a list of files has others do. */
export interface DayDesk {
  open(file: DayCapture | DayLog): void;
  /** Shows a capture in another program. */
  show(capture: DayCapture): void;
  end(): void;
}

const HINTS = "Enter open  w show  ? keys  q end";

const KEYS = [
  ["up down  j k", "one file up or down"],
  ["PgUp PgDn", "a screen up or down"],
  ["g G  Home End", "the first; the last"],
  ["Enter", "what a capture or a log holds"],
  ["c", "there: packets of the day that belong to it"],
  ["w", "show the capture in Wireshark, or in tshark"],
  ["?", "these keys"],
  ["q Esc  Ctrl-C", "back; end"],
] as const;

/** The machines and files of a day as a list, of which one file is chosen. */
export class DayLevel implements Level {
  readonly #day: OpenedDay;
  readonly #desk: DayDesk;
  readonly #rows: readonly DayRow[];
  /** The rows that are files. */
  readonly #files: readonly number[];
  #chosen = 0;
  #top = 0;
  #height = 1;
  #isHelping = false;
  #message = "";

  constructor(day: OpenedDay, desk: DayDesk) {
    this.#day = day;
    this.#desk = desk;
    this.#rows = dayRows(day);
    this.#files = this.#rows.flatMap(({ kind }, at) => (kind === "capture" || kind === "log" ? [at] : []));
  }

  press(key: string): void {
    this.#message = "";
    if (this.#isHelping) this.#isHelping = false;
    else ACTS[key]?.(this);
  }

  screen(columns: number, rows: number): Line[] {
    const foot = this.#foot(columns).slice(0, Math.max(1, rows - 2));
    this.#height = Math.max(1, rows - 1 - foot.length);
    const body = this.#isHelping ? keyLines(KEYS) : this.#list(columns);
    const filled = [...body, ...Array.from({ length: Math.max(0, this.#height - body.length) }, () => [])];
    const lines = [this.#title(), ...filled.slice(0, this.#height), ...foot];
    return lines.slice(0, Math.max(1, rows)).map((line) => fitted(line, columns));
  }

  look(): boolean {
    return true;
  }

  say(line: string): void {
    this.#message = printable(line);
  }

  close(): void {}

  move(by: number): void {
    this.#chosen = Math.max(0, Math.min(this.#chosen + by, this.#files.length - 1));
  }

  movePage(pages: number): void {
    this.move(pages * Math.max(2, this.#height - 1));
  }

  open(): void {
    const row = this.#row;
    if (row !== undefined) this.#desk.open(row.file);
  }

  show(): void {
    const row = this.#row;
    if (row?.kind === "capture") this.#desk.show(row.file);
    else this.say("that is no capture: Enter shows what it holds");
  }

  help(): void {
    this.#isHelping = true;
  }

  back(): void {
    this.#desk.end();
  }

  get #row(): Extract<DayRow, { kind: "capture" | "log" }> | undefined {
    const row = this.#rows[this.#files[this.#chosen] ?? -1];
    return row?.kind === "capture" || row?.kind === "log" ? row : undefined;
  }

  #title(): Line {
    const { day, machines } = this.#day;
    const captures = this.#rows.filter(({ kind }) => kind === "capture").length;
    const counts = [countText(machines.length, "machine"), countText(captures, "capture")];
    return [{ text: printable(day), look: "strong" }, { text: `  ${counts.join("  ")}  times in UTC` }];
  }

  #foot(columns: number): Line[] {
    if (this.#message === "") return [[{ text: HINTS, look: "dim" }]];
    return folded(this.#message, columns).map((text) => [{ text, look: "trouble" }]);
  }

  /** The chosen row is in sight; from the first one on, what stands above it is, too. */
  #list(columns: number): Line[] {
    if (this.#rows.length === 0) return [[{ text: "  nothing was archived", look: "dim" }]];
    const at = this.#files[this.#chosen] ?? 0;
    const top = this.#chosen === 0 ? 0 : Math.min(this.#top, at);
    this.#top = Math.max(top, at - this.#height + 1);
    return this.#rows.slice(this.#top, this.#top + this.#height).map((row, place) => {
      const line: Line = [{ text: this.#top + place === at ? "> " : "  " }, ...dayLine(this.#day.day, row)];
      return this.#top + place === at ? chosen(line, columns) : line;
    });
  }
}

function chosen(line: Line, columns: number): Line {
  const text = fitted(line, columns)
    .map((span) => span.text)
    .join("");
  return [{ text, look: "chosen" }];
}

type Act = (level: DayLevel) => void;

const ACTS: Readonly<Record<string, Act>> = {
  up: (level) => level.move(-1),
  k: (level) => level.move(-1),
  down: (level) => level.move(1),
  j: (level) => level.move(1),
  pageup: (level) => level.movePage(-1),
  pagedown: (level) => level.movePage(1),
  home: (level) => level.move(Number.NEGATIVE_INFINITY),
  g: (level) => level.move(Number.NEGATIVE_INFINITY),
  end: (level) => level.move(Number.MAX_SAFE_INTEGER),
  G: (level) => level.move(Number.MAX_SAFE_INTEGER),
  enter: (level) => level.open(),
  w: (level) => level.show(),
  "?": (level) => level.help(),
  escape: (level) => level.back(),
  q: (level) => level.back(),
};
