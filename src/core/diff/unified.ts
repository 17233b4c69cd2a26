import { printable, printableWithTabs } from "../printable.ts";
import { align } from "./align.ts";
import type { ChainComparison, Pair, TableComparison } from "./compare.ts";
import type { Row } from "./rows.ts";
import { lineOf, linesOf } from "./words.ts";

/** A line of a unified diff: in both, only in the first, only in the second; `moved` if the other place has it too. */
export interface DiffLine {
  readonly sign: " " | "-" | "+";
  readonly text: string;
  readonly isMoved: boolean;
}

/** Lines that stand together, with some of what is around them, as diff -u has them. */
export interface Hunk {
  /** `@@ -1,3 +1,4 @@ table inet filter chain input`. */
  readonly head: string;
  readonly lines: readonly DiffLine[];
}

/** A line that is put into words if it is shown: most of a chain is not. */
interface Line extends Omit<DiffLine, "text"> {
  readonly text: () => string;
  readonly section: string;
}

/** The hunks of a unified diff of both rulesets as nft lists them, without what counts. */
export function hunksOf(tables: readonly TableComparison[], context = 3): Hunk[] {
  const lines = tables.flatMap(linesOfTable);
  const spans: { from: number; to: number }[] = [];
  for (const [at, { sign }] of lines.entries()) {
    if (sign === " ") continue;
    const from = Math.max(0, at - context);
    const to = Math.min(lines.length, at + context + 1);
    const last = spans.at(-1);
    if (last !== undefined && from <= last.to) last.to = to;
    else spans.push({ from, to });
  }
  const counter = { a: 0, b: 0, at: 0 };
  return spans.map(({ from, to }) => {
    pass(lines.slice(counter.at, from), counter);
    const start = { a: counter.a, b: counter.b };
    const some = lines.slice(from, to);
    pass(some, counter);
    counter.at = to;
    const changed = some.find(({ sign }) => sign !== " ");
    const head = `@@ -${span(start.a, counter.a)} +${span(start.b, counter.b)} @@ ${printable(changed?.section ?? "")}`;
    return { head: head.trimEnd(), lines: some.map(spellOut) };
  });
}

/** A name that JSON gave can hold anything: what ends a line is spelt out. */
function spellOut({ sign, text, isMoved }: Line): DiffLine {
  return { sign, text: printableWithTabs(text()), isMoved };
}

/** A hunk as text. */
export function hunkText({ head, lines }: Hunk): string {
  return [head, ...lines.map(({ sign, text }) => `${sign}${text}`)].join("\n");
}

function pass(lines: readonly Line[], counter: { a: number; b: number }): void {
  for (const { sign } of lines) {
    if (sign !== "+") counter.a += 1;
    if (sign !== "-") counter.b += 1;
  }
}

/** As diff -u writes it: the first line and how many; of none the line before. */
function span(before: number, after: number): string {
  const count = after - before;
  return `${count === 0 ? before : before + 1},${count}`;
}

function linesOfTable({ head, objects, chains }: TableComparison): Line[] {
  const section = head.name === "" ? "" : `table ${head.name}`;
  const inner = [
    ...objects.flatMap((pair) => linesOfPair(pair, section)),
    ...chains.flatMap((chain) => linesOfChain(chain, section)),
  ];
  if (head.name === "") return inner;
  const sign = signOf(head);
  const plain = (text: string): Line => ({ sign, text: () => text, isMoved: false, section });
  return [plain(`table ${head.name} {`), ...linesOfPair(head, section), ...inner, plain("}")];
}

/** A table that is only in one of both has all its lines with that sign; one that nobody declares is in both. */
function signOf({ a, b }: Pair): " " | "-" | "+" {
  if ((a === undefined) === (b === undefined)) return " ";
  return a === undefined ? "+" : "-";
}

/** What an object says, with the lines that only one of both has. */
function linesOfPair({ kind, a, b, isSame }: Pair, section: string): Line[] {
  const line = (sign: DiffLine["sign"], text: string): Line => ({
    sign,
    text: () => `\t${text}`,
    isMoved: false,
    section,
  });
  if (isSame) return textsOf(kind, b ?? a).map((text) => line(" ", text));
  return compareLines(textsOf(kind, a), textsOf(kind, b)).map(({ sign, text }) => line(sign, text));
}

function textsOf(kind: string, object: Pair["a"]): string[] {
  return object === undefined ? [] : linesOf(kind, object);
}

/** Lines of which those in both, in order, are kept: in O(n log n) for the long ones of sets. */
function compareLines(a: readonly string[], b: readonly string[]): Pick<DiffLine, "sign" | "text">[] {
  const items = (lines: readonly string[]) => lines.map((key) => ({ key, marks: [], parts: [key] }));
  const kept = align(items(a), items(b)).kept.filter(({ isEdited }) => !isEdited);
  const found: Pick<DiffLine, "sign" | "text">[] = [];
  let from = { a: 0, b: 0 };
  for (const to of [...kept, { a: a.length, b: b.length }]) {
    found.push(...a.slice(from.a, to.a).map((text) => ({ sign: "-", text }) as const));
    found.push(...b.slice(from.b, to.b).map((text) => ({ sign: "+", text }) as const));
    if (to.b < b.length) found.push({ sign: " ", text: b[to.b] as string });
    from = { a: to.a + 1, b: to.b + 1 };
  }
  return found;
}

function linesOfChain({ head, rows }: ChainComparison, section: string): Line[] {
  const own = `${section} chain ${head.name}`;
  const isDeclared = head.a !== undefined || head.b !== undefined;
  const sign = isDeclared
    ? signOf(head)
    : rows.every(({ a }) => a === undefined)
      ? "+"
      : rows.every(({ b }) => b === undefined)
        ? "-"
        : " ";
  const plain = (text: string): Line => ({ sign, text: () => text, isMoved: false, section: own });
  const headLines = linesOfPair(head, own).map((line) => ({ ...line, text: () => `\t${line.text()}` }));
  return [plain(`\tchain ${head.name} {`), ...headLines, ...rows.flatMap((row) => linesOfRow(row, own)), plain("\t}")];
}

function linesOfRow({ a, b, isMoved, isEdited }: Row, section: string): Line[] {
  const line = (sign: DiffLine["sign"], rule: Parameters<typeof lineOf>[0]): Line => ({
    sign,
    text: () => `\t\t${lineOf(rule)}`,
    isMoved,
    section,
  });
  if (isMoved || a === undefined || b === undefined) {
    // A moved rule has a row where it left and one where it came to.
    if (b !== undefined) return [line("+", b.rule)];
    return a === undefined ? [] : [line("-", a.rule)];
  }
  return isEdited ? [line("-", a.rule), line("+", b.rule)] : [line(" ", b.rule)];
}
