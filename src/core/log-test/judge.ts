import type { TrialLine } from "../model/trial.ts";
import type { ExpectedLine, RefusedLine, TestDocument } from "./document.ts";
import type { Destination } from "./instrument.ts";

/** A line that a test made the kernel write. */
export interface HeardLine extends Omit<TrialLine, "group" | "level">, Destination {}

/** Something that is not as the test says. */
export interface Failure {
  readonly expected: string;
  readonly got: string;
}

/** Compares what was heard with what a test expects; empty if it passes. */
export function judge(test: TestDocument, lines: readonly HeardLine[]): Failure[] {
  const { logged, "not-logged": refused = [], ordered, only } = test;
  const isOnly = only || logged?.length === 0;
  const expected = logged ?? [];
  const isWanted = (line: HeardLine): boolean => expected.some((one) => matches(one, line));
  const others = isOnly ? lines.filter((line) => !isWanted(line)) : [];
  return [
    ...(ordered
      ? inOrder(expected, isOnly ? lines : lines.filter(isWanted))
      : expected.flatMap((one) => counted(one, lines))),
    ...expected.flatMap((one) => cut(one, lines)),
    ...refused.flatMap((one) => absent(one, lines)),
    ...(others.length === 0 || ordered
      ? []
      : [
          {
            expected: expected.length === 0 ? "nothing to be logged" : "nothing else to be logged",
            got: summary(others),
          },
        ]),
  ];
}

const AT_LEAST_ONE = { min: 1, max: Number.POSITIVE_INFINITY };

function counted(expected: ExpectedLine, lines: readonly HeardLine[]): Failure[] {
  const { min, max } = expected.count ?? AT_LEAST_ONE;
  const found = lines.filter((line) => matches(expected, line)).length;
  if (found >= min && found <= max) return [];
  const others =
    lines.length === found ? "" : `; beside it ${summary(lines.filter((line) => !matches(expected, line)))}`;
  return [{ expected: `${countText(expected)}${lineText(expected)}`, got: `${found === 0 ? "none" : found}${others}` }];
}

/** Each expected line as often as it is to come, then the next. */
function inOrder(expected: readonly ExpectedLine[], lines: readonly HeardLine[]): Failure[] {
  const order = new Order(expected, lines);
  if (order.fits(0, 0)) return [];
  const { at, entry } = order.furthest;
  const next = expected[entry];
  const wanted = next === undefined ? "no more lines" : lineText(next);
  return [{ expected: `as line ${at + 1}: ${wanted}`, got: `in this order: ${sequence(lines)}` }];
}

/** Whether lines can be dealt out to what is expected, in its order. */
class Order {
  furthest = { at: 0, entry: 0 };
  readonly #expected: readonly ExpectedLine[];
  readonly #lines: readonly HeardLine[];
  /** What is known not to work: an entry from a line on. */
  readonly #failed = new Set<string>();

  constructor(expected: readonly ExpectedLine[], lines: readonly HeardLine[]) {
    this.#expected = expected;
    this.#lines = lines;
  }

  fits(entry: number, at: number): boolean {
    if (at >= this.furthest.at) this.furthest = { at, entry };
    const one = this.#expected[entry];
    if (one === undefined) return at === this.#lines.length;
    if (this.#failed.has(`${entry} ${at}`)) return false;
    const isDone = this.#counts(one, at).some((count) => this.fits(entry + 1, at + count));
    if (!isDone) this.#failed.add(`${entry} ${at}`);
    return isDone;
  }

  /** How many of the lines from there on may be this one's. */
  #counts(one: ExpectedLine, at: number): number[] {
    const { min, max } = one.count ?? AT_LEAST_ONE;
    const rest = this.#lines.slice(at).findIndex((line) => !matches(one, line));
    const most = Math.min(max, rest === -1 ? this.#lines.length - at : rest);
    return Array.from({ length: Math.max(0, most - min + 1) }, (_, more) => min + more);
  }
}

function cut(expected: ExpectedLine, lines: readonly HeardLine[]): Failure[] {
  const { snaplen } = expected;
  const found = lines.filter((line) => matches(expected, line));
  if (snaplen === undefined || found.length === 0) return [];
  if (found.every(({ length }) => length !== null && length <= snaplen)) {
    const longest = Math.max(...found.map(({ length }) => length ?? 0));
    return [
      {
        expected: `a packet of more than ${snaplen} bytes, to tell what is copied of it`,
        got: `${longest} bytes: give it a size`,
      },
    ];
  }
  const wrong = found.find((line) => (line.copied ?? 0) !== Math.min(snaplen, line.length ?? snaplen));
  return wrong === undefined
    ? []
    : [
        {
          expected: `${snaplen} bytes of the packet to be copied: ${lineText(expected)}`,
          got: `${wrong.copied ?? 0} bytes`,
        },
      ];
}

function absent(refused: RefusedLine, lines: readonly HeardLine[]): Failure[] {
  const found = lines.filter((line) => matches(refused, line));
  return found.length === 0 ? [] : [{ expected: `no line: ${lineText(refused)}`, got: summary(found) }];
}

function matches(wanted: RefusedLine, line: HeardLine): boolean {
  const { prefix, to, level, in: inside, out } = wanted;
  return (
    (prefix === undefined || isPrefix(prefix, line.prefix)) &&
    (to === undefined || to === line.to) &&
    (level === undefined || level === line.level) &&
    (inside === undefined || inside === line.in) &&
    (out === undefined || out === line.out)
  );
}

function isPrefix(wanted: string, prefix: string): boolean {
  return wanted === prefix || (wanted.endsWith("*") && prefix.startsWith(wanted.slice(0, -1)));
}

function countText({ count }: ExpectedLine): string {
  if (count === undefined) return "at least 1 line: ";
  const { min, max } = count;
  const amount = min === max ? `${min}` : max === Number.POSITIVE_INFINITY ? `at least ${min}` : `${min} to ${max}`;
  return `${amount} line${amount === "1" || amount === "at least 1" ? "" : "s"}: `;
}

function lineText({ prefix, to, level, in: inside, out }: RefusedLine): string {
  const words = [
    prefix === undefined ? "any prefix" : JSON.stringify(prefix),
    ...(to === undefined ? [] : [`to ${to}`]),
    ...(level === undefined ? [] : [`level ${level}`]),
    ...(inside === undefined ? [] : [`in ${inside}`]),
    ...(out === undefined ? [] : [`out ${out}`]),
  ];
  return words.join(" ");
}

/** A line that was heard, in words. */
function heardText({ prefix, to, level, in: arriving, out }: HeardLine): string {
  const words = [
    prefix === "" ? "no prefix" : JSON.stringify(prefix),
    `to ${to}`,
    ...(level === null || level === "warn" ? [] : [`level ${level}`]),
    ...(arriving === null ? [] : [`in ${arriving}`]),
    ...(out === null ? [] : [`out ${out}`]),
  ];
  return words.join(" ");
}

/** Lines that are the same once, with how many there are. */
function summary(lines: readonly HeardLine[]): string {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(heardText(line), (counts.get(heardText(line)) ?? 0) + 1);
  const texts = [...counts].map(([text, count]) => (count === 1 ? text : `${text}, ${count} times`));
  return texts.length === 0 ? "nothing" : texts.join("; ");
}

/** In the order in which they came, each run of the same once. */
function sequence(lines: readonly HeardLine[]): string {
  const runs: HeardLine[][] = [];
  for (const line of lines) {
    const last = runs.at(-1);
    if (last?.[0] !== undefined && heardText(last[0]) === heardText(line)) last.push(line);
    else runs.push([line]);
  }
  return runs.map(summary).join("; ") || "nothing";
}
