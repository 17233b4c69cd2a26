import stringWidth from "string-width";

/** How a piece of a line looks; without colours it looks the same. */
export type Look = "blocked" | "allowed" | "trouble" | "dim" | "strong" | "chosen";

export interface Span {
  readonly text: string;
  readonly look?: Look;
}

/** A line of the screen. Its texts hold nothing that a terminal acts upon. */
export type Line = readonly Span[];

export function plain(text: string): Line {
  return [{ text }];
}

const ASCII = /^[ -~]*$/;

export function widthOf(text: string): number {
  return ASCII.test(text) ? text.length : stringWidth(text);
}

const SEGMENTS = new Intl.Segmenter();

/** As much of the text as has room in so many columns. */
function cut(text: string, columns: number): string {
  if (ASCII.test(text)) return text.slice(0, Math.max(0, columns));
  let [width, kept] = [0, ""];
  for (const { segment } of SEGMENTS.segment(text)) {
    width += stringWidth(segment);
    if (width > columns) break;
    kept += segment;
  }
  return kept;
}

/** The text in just so many columns. */
export function column(text: string, columns: number): string {
  const kept = cut(text, columns);
  return kept + " ".repeat(Math.max(0, columns - widthOf(kept)));
}

/** The line in just so many columns: cut off, or filled up. */
export function fitted(line: Line, columns: number): Line {
  const spans: Span[] = [];
  let left = columns;
  for (const span of line) {
    const text = cut(span.text, left);
    left -= widthOf(text);
    spans.push({ ...span, text });
    if (text.length < span.text.length) break;
  }
  return left > 0 ? [...spans, { text: " ".repeat(left) }] : spans;
}

/** The line without its first columns. */
export function shifted(line: Line, columns: number): Line {
  let left = columns;
  return line.map((span) => {
    const gone = cut(span.text, left);
    left -= gone.length === span.text.length ? widthOf(gone) : left;
    return { ...span, text: span.text.slice(gone.length) };
  });
}

/** A long text as several lines of so many columns at most; lines that follow are indented. */
export function folded(text: string, columns: number, indent = 0): string[] {
  const lines: string[] = [];
  let rest = text;
  let margin = "";
  while (widthOf(margin + rest) > columns) {
    const part = cut(rest, Math.max(2, columns - margin.length));
    if (part === "") break;
    lines.push(margin + part);
    rest = rest.slice(part.length);
    margin = " ".repeat(Math.min(indent, columns >> 1));
  }
  return [...lines, margin + rest];
}
