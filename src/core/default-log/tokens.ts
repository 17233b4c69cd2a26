import { Fault } from "../model/fault.ts";

/** A piece of the proposal's syntax; `end` closes a statement: a newline, a semicolon or the end of the text. */
export interface Token {
  readonly kind: "word" | "open" | "close" | "end";
  readonly text: string;
  /** Offsets into the text, in UTF-16 units. */
  readonly start: number;
  readonly stop: number;
  /** `file:line:column` or `word 3`. */
  readonly where: string;
}

const KINDS: Readonly<Record<string, Token["kind"]>> = { "{": "open", "}": "close", ";": "end", "\n": "end" };
// Blanks and comments are passed over; one character that fits nowhere is a token too, so that it can be named.
const PIECE = /[ \t]+|\r(?=\n)|#[^\n]*|(?<piece>[A-Za-z0-9_.+-]+|[\s\S])/gu;

/** Cuts a file's text into tokens. A byte that no such file holds is a fault with its position. */
export function tokensOfText(text: string, source: string): Token[] {
  const place = createPlace(text, source);
  const tokens: Token[] = [];
  for (const match of text.matchAll(PIECE)) {
    const piece = match.groups?.["piece"];
    if (piece === undefined) continue;
    const token = { kind: KINDS[piece] ?? "word", text: piece, start: match.index, stop: match.index + piece.length };
    tokens.push({ ...token, where: place(match.index) });
    if (token.kind === "word") refuseStrange(piece, place(match.index), source);
  }
  return [...tokens, { kind: "end", text: "", start: text.length, stop: text.length, where: place(text.length) }];
}

/** The words of a command line as tokens: each is one, whatever it holds. */
export function tokensOfWords(words: readonly string[]): Token[] {
  const at = { start: 0, stop: 0 };
  const tokens = words.map((text, index): Token => ({ kind: "word", text, ...at, where: `word ${index + 1}` }));
  return [...tokens, { kind: "end", text: "", ...at, where: `word ${words.length + 1}` }];
}

function refuseStrange(piece: string, where: string, source: string): void {
  if (/^[A-Za-z0-9_.+-]/.test(piece)) return;

  const code = piece.codePointAt(0) ?? 0;
  const name = code < 0x21 || code > 0x7e ? `U+${code.toString(16).toUpperCase().padStart(4, "0")}` : `"${piece}"`;
  throw new Fault("bad-input", `cannot read ${source}: ${name} has no meaning here`, remedyForStrange(code), { where });
}

function remedyForStrange(code: number): string {
  return code === 0 || code === 0xfffd
    ? "give a text file such as: default log { ip kernel; ip6 user group 0; }"
    : 'only words, numbers, "{", "}", ";" and comments after "#" stand in it';
}

/** Line and column (both from 1) of rising offsets, in one pass over the text. */
function createPlace(text: string, source: string): (offset: number) => string {
  let line = 1;
  let lineStart = 0;
  let seen = 0;
  return (offset) => {
    for (; seen < offset; seen += 1) {
      if (text[seen] !== "\n") continue;
      line += 1;
      lineStart = seen + 1;
    }
    return `${source}:${line}:${offset - lineStart + 1}`;
  };
}
