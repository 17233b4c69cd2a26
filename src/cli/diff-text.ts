import { type Change, changesOf, countText, untoldChangesOf } from "../core/diff/changes.ts";
import { markdownOf } from "../core/diff/markdown.ts";
import { type DiffLine, type Hunk, hunksOf } from "../core/diff/unified.ts";
import { type Piece, wordDiff } from "../core/diff/words.ts";
import { annotation } from "../core/lint/annotations.ts";
import type { RulesDiff } from "../verbs/diff.ts";
import { bold, cyan, green, magenta, red } from "./colour.ts";
import { printable, printableJson, printableLines } from "./printable.ts";

/** A comparison as a value; the changes are put into words where somebody asks for them. */
export interface DiffAnswer {
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
  readonly changes: readonly Change[];
}

export function diffAnswer(found: RulesDiff): DiffAnswer {
  return {
    a: found.a,
    b: found.b,
    same: untoldChangesOf(found).length === 0,
    get changes() {
      return changesOf(found);
    },
  };
}

/** A comparison in the form that was asked for; nothing where there is no difference, but for JSON and Markdown. */
export function renderDiff(found: RulesDiff, format: string): string {
  const names = [found.a, found.b] as const;
  switch (format) {
    case "json":
      return printableJson(diffAnswer(found), 2);
    case "summary":
      return renderSummary(changesOf(found));
    case "markdown":
      return printableLines(markdownOf(names, changesOf(found), hunksOf(found.tables)));
    case "github":
      return changesOf(found)
        .map((change) => printable(renderAnnotation(change, found.places)))
        .join("\n");
    default:
      return renderUnified(names, changesOf({ settings: found.settings, tables: [] }), hunksOf(found.tables));
  }
}

/** A notice at the rule's place in the intent, or at none. */
function renderAnnotation(change: Change, places: ReadonlyMap<string, string>): string {
  const { what, kind, path, name, before, after } = change;
  const where = places.get(name.replace(/^netlogctl:/, "")) ?? "";
  const moved = what.startsWith("moved") ? placeOf(change) : "";
  const title = [kind, path, name, what, moved].filter((part) => part !== "").join(" ");
  const words = [before, after].filter((text) => text !== undefined);
  return annotation("notice", where, title, [...new Set(words)].join(" -> "));
}

/** Both as one unified diff, coloured on a terminal as git does it: what moved in colours of its own. */
function renderUnified(names: readonly [string, string], settings: readonly Change[], hunks: readonly Hunk[]): string {
  const lines = [
    ...settings.flatMap(({ kind, name, before, after }) => [
      ...(before === undefined ? [] : [red(printable(`-${kind} ${name} ${before}`))]),
      ...(after === undefined ? [] : [green(printable(`+${kind} ${name} ${after}`))]),
    ]),
    ...hunks.flatMap(({ head, lines: some }) => [cyan(printable(head)), ...some.map(renderLine)]),
  ];
  if (lines.length === 0) return "";
  return [bold(printable(`--- ${names[0]}`)), bold(printable(`+++ ${names[1]}`)), ...lines].join("\n");
}

function renderLine({ sign, text, isMoved }: DiffLine): string {
  const shown = printableLines(`${sign}${text}`);
  if (sign === " ") return shown;
  if (isMoved) return sign === "-" ? magenta(shown) : cyan(shown);
  return sign === "-" ? red(shown) : green(shown);
}

const SIGNS: Readonly<Record<Change["what"], string>> = {
  added: "+",
  removed: "-",
  edited: "~",
  moved: ">",
  "moved and edited": ">~",
};

/** A line for each change below its chain, and a count. */
function renderSummary(changes: readonly Change[]): string {
  if (changes.length === 0) return "";
  const lines: string[] = [];
  let path: string | undefined;
  for (const change of changes) {
    if (change.path !== path) lines.push(bold(printable(change.path === "" ? "intent" : change.path)));
    path = change.path;
    lines.push(`  ${renderChange(change)}`);
  }
  return [...lines, countText(changes)].join("\n");
}

function renderChange(change: Change): string {
  const { what, kind, name, before, after } = change;
  const named = kind === "rule" ? `rule ${placeOf(change)}` : `${kind} ${name}`;
  const words = wordDiff(before, after, painted);
  return `${SIGNS[what].padEnd(2)} ${printable(named.trim())}${words === "" ? "" : `: ${words}`}`;
}

/** `3`, `3 -> 5`, or with the chain that it came from. */
function placeOf({ from, to, fromPath }: Change): string {
  if (from === undefined || to === undefined || (from === to && fromPath === undefined))
    return String(from ?? to ?? "");
  return fromPath === undefined ? `${from} -> ${to}` : `${fromPath} ${from} -> ${to}`;
}

const PAINTS = { " ": (text: string) => text, "-": red, "+": green } as const;

function painted({ sign, text }: Piece): string {
  return PAINTS[sign](printable(text));
}
