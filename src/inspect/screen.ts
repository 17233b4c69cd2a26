import { printable } from "../core/printable.ts";
import type { Browser } from "./browser.ts";
import { fitted, folded, type Line, type Span, shifted, widthOf } from "./line.ts";
import type { Pane } from "./pane.ts";
import { rowOf } from "./row.ts";

/** Before each row: whether it is the chosen one. */
const MARKED = "> ";
const UNMARKED = "  ";

/** What is to be seen of a browser, just so many lines of so many columns. */
export function screenOf(browser: Browser, columns: number, rows: number): Line[] {
  const pane = browser.panes.at(-1);
  const foot = footOf(browser, pane, columns).slice(0, Math.max(1, rows - 2));
  const height = Math.max(1, rows - 1 - foot.length);
  const body = pane === undefined ? listLines(browser, columns, height) : pane.window(columns, height);
  const filled = [...body, ...Array.from({ length: Math.max(0, height - body.length) }, () => [])];
  const lines = [titleOf(browser, pane, columns), ...filled, ...foot];
  return lines.slice(0, Math.max(1, rows)).map((line) => fitted(line, columns));
}

function listLines(browser: Browser, columns: number, height: number): Line[] {
  const { list, shift, day } = browser;
  const { arrivals, chosen } = list.window(height);
  if (arrivals.length === 0) return [[{ text: `  ${emptyText(browser)}`, look: "dim" }]];
  return arrivals.map((arrival, at) => {
    const row = shifted(rowOf(arrival, columns, day), shift);
    const isChosen = at === chosen;
    const marked: Line = [{ text: isChosen ? MARKED : UNMARKED }, ...row];
    return isChosen
      ? [
          {
            text: fitted(marked, columns)
              .map(({ text }) => text)
              .join(""),
            look: "chosen",
          },
        ]
      : marked;
  });
}

function emptyText({ book, isOver, isClosed }: Browser): string {
  if (book.end > 0) return "nothing fits";
  if (isOver) return "nothing is in it";
  return isClosed ? "nothing was read yet" : "nothing came yet";
}

const BETWEEN = "  ";

function titleOf(browser: Browser, pane: Pane | undefined, columns: number): Line {
  const words = pane === undefined ? countsOf(browser) : [{ text: pane.place }];
  const name: Span = { text: pane?.title ?? nameOf(browser, columns), look: "strong" };
  return [name, ...words.filter(({ text }) => text !== "").flatMap((span) => [{ text: BETWEEN }, span])];
}

/** Of a long path its last names are shown, which tell most: on a third of the line, or a little more for a long name. */
function nameOf({ name }: Browser, columns: number): string {
  const said = printable(name);
  const forms = [said, ...[...said.matchAll(/\//g)].map(({ index }) => `..${said.slice(index)}`)];
  const [usual, most] = [Math.max(12, Math.floor(columns / 3)), Math.max(12, Math.floor(columns * 0.45))];
  const fitting = [usual, most].flatMap((room) => forms.find((form) => widthOf(form) <= room) ?? []);
  return fitting[0] ?? `..${[...said].slice(-usual >> 1).join("")}`;
}

function countsOf(browser: Browser): Span[] {
  const { book, list, filter, isOver } = browser;
  const events = `${book.end} ${book.end === 1 ? "event" : "events"}`;
  return [
    { text: stateOf(browser), look: list.isPaused ? "trouble" : "strong" },
    { text: events },
    { text: filter.test === undefined ? "" : `${list.count} shown` },
    { text: book.first === 0 ? "" : `${book.first} dropped` },
    { text: book.lost === 0 ? "" : `${book.lost} lost`, look: "trouble" },
    { text: isOver ? "all read" : "" },
  ];
}

/** What is over, or a file, is not followed. */
function stateOf({ list, isOver, isClosed }: Browser): string {
  if (list.isPaused) return `paused, ${list.meanwhile} came`;
  if (isOver) return "";
  if (isClosed) return "reading";
  return list.isFollowing ? "following" : "";
}

const HINTS = "Enter all  / filter  Space pause  t m y copy  w show  ? keys  q end";
const HINTS_WITH_MORE = "Enter all  / filter  c correlate  t m y copy  w show  ? keys  q back";
const PANE_HINTS = "n p other events  t m y copy  Esc back";

/** What is said below: hints on one line, and all of what one should know. */
function footOf(browser: Browser, pane: Pane | undefined, columns: number): Line[] {
  const { message, filter, isTyping } = browser;
  if (message !== "") return folded(message, columns).map((text) => [{ text, look: "trouble" }]);
  if (pane !== undefined && pane.note !== "") return folded(pane.note, columns).map((text) => [{ text, look: "dim" }]);
  if (pane !== undefined) return [[{ text: PANE_HINTS, look: "dim" }]];
  if (isTyping) return [typedLine(browser, columns)];
  const hints = browser.hasMore ? HINTS_WITH_MORE : HINTS;
  return [filter.text === "" ? [{ text: hints, look: "dim" }] : [{ text: filterText(filter.text), look: "strong" }]];
}

function filterText(text: string): string {
  return `/${printable(text)}`;
}

const CURSOR: Span = { text: " ", look: "chosen" };

/** Where there is no room for all of it, its end is shown: there one types. */
function typedLine({ filter }: Browser, columns: number): Line {
  const text = filterText(filter.text);
  const room = Math.max(1, columns - 1);
  const shown = widthOf(text) <= room ? text : [...text].slice(-room >> 1).join("");
  return [{ text: shown, look: "strong" }, CURSOR, { text: ` ${meaningOf(filter)}`, look: "dim" }];
}

function meaningOf({ kind, problem }: Browser["filter"]): string {
  if (problem !== undefined) return problem;
  if (kind === "none") return "words, or an expression such as dport = 22";
  return kind === "words" ? "words" : "expression";
}
