import { MARK } from "../intent/lower.ts";
import { type Change, countText } from "./changes.ts";
import { type Hunk, hunkText } from "./unified.ts";
import { wordDiff } from "./words.ts";

/** What a comment on GitHub may hold (65,536 characters), less some for what is around it. */
const LENGTH_MAX = 60_000;

/** Characters of a cell that a person reads. */
const CELL_MAX = 400;

/** Rows that a person reads. */
const ROWS_MAX = 50;

/** A page for a pull request: how many changes, a table of them, and the unified diff folded away. */
export function markdownOf(
  names: readonly [string, string],
  changes: readonly Change[],
  hunks: readonly Hunk[],
): string {
  const title = `### Log rules: ${countText(changes)}`;
  const compared = `${code(names[0])} → ${code(names[1])}`;
  if (changes.length === 0) return `${title}\n\n${compared}\n`;

  const rows = changes.slice(0, ROWS_MAX).map(rowOf);
  const more = changes.length > ROWS_MAX ? [`\nand ${changes.length - ROWS_MAX} more.`] : [];
  const table = ["| | where | what |", "|---|---|---|", ...rows, ...more].join("\n");
  const page = `${title}\n\n${compared}\n\n${table}\n`;
  const diff = hunks.map(hunkText).join("\n");
  const isShort = page.length + diff.length < LENGTH_MAX;
  return `${page}\n${isShort ? folded(diff) : "The unified diff is too long for a comment: see netlogctl rules diff.\n"}`;
}

function rowOf({ what, kind, path, name, before, after, from, to, fromPath }: Change): string {
  const own = kind === "rule" ? name.replace(MARK, "") : `${kind} ${name}`;
  const place = [path, own].filter((part) => part !== "").join(" ");
  const moved = what.startsWith("moved")
    ? ` (${fromPath === undefined ? "" : `${code(fromPath)} `}${from} → ${to})`
    : "";
  return `| ${what}${moved} | ${code(place)} | ${code(cut(wordDiff(before, after)))} |`;
}

function folded(diff: string): string {
  const fence = "`".repeat(Math.max(3, longestTicks(diff) + 1));
  return `<details><summary>Unified diff</summary>\n\n${fence}diff\n${diff}\n${fence}\n\n</details>\n`;
}

/** A code span that no text can leave: more backticks around it than in it, and no column's end. */
function code(text: string): string {
  if (text === "") return "";
  const ticks = "`".repeat(longestTicks(text) + 1);
  const padded = text.startsWith("`") || text.endsWith("`") ? ` ${text} ` : text;
  return `${ticks}${padded.replaceAll("|", "\\|").replace(/[\r\n]+/g, " ")}${ticks}`;
}

/** What a person reads of a long text. */
function cut(text: string): string {
  return text.length <= CELL_MAX ? text : `${text.slice(0, CELL_MAX)} ...`;
}

function longestTicks(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
