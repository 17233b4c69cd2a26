/** A piece of nft's text, as nft's own scanner cuts it (src/scanner.l). */
export interface NftToken {
  readonly kind: "word" | "string" | "number" | "newline" | "sign";
  readonly text: string;
  /** Offsets into the text, in UTF-16 units. */
  readonly start: number;
  readonly stop: number;
  /** Braces that are open around it; a brace itself stands outside of what it holds. */
  readonly depth: number;
}

/** What nft passes over: blanks, comments to the end of the line, and a newline behind a backslash. */
const PASSED = /[ \t]+|#[^\n]*|\\\n/;
/** A string may hold newlines, and has no escape character. */
const STRING = /"[^"]*"/;
const ADDRESS = /(?:[\da-fA-F]{0,4}:){2,7}[\da-fA-F]{0,4}|\d+\.\d+\.\d+\.\d+/;
/** Numbers, also those of a time: a word may follow at once, as in `22log`. */
const NUMBER = /0[xX][\da-fA-F]+|(?:\d+(?:ms|[dhms]))+|\d+/;
const PLAIN = "[A-Za-z_.][A-Za-z0-9/_.-]*";
const WORD = new RegExp(`${PLAIN}\\\\\\*${PLAIN}|${PLAIN}\\\\?\\*|\\\\\\*|${PLAIN}`);
const PIECE = new RegExp(
  `${PASSED.source}|(?<string>${STRING.source})|(?<number>${ADDRESS.source}|${NUMBER.source})|(?<word>${WORD.source})|(?<sign>[\\s\\S])`,
  "gu",
);

/** Cuts nft's text into tokens. It takes any text: what nft does not know is a sign of its own. */
export function tokensOfNft(text: string): NftToken[] {
  const tokens: NftToken[] = [];
  let depth = 0;
  for (const { groups = {}, index, 0: piece } of text.matchAll(PIECE)) {
    const kind = kindOf(groups, piece);
    if (kind === undefined) continue;
    if (kind === "sign" && piece === "}") depth = Math.max(0, depth - 1);
    tokens.push({ kind, text: piece, start: index, stop: index + piece.length, depth });
    if (kind === "sign" && piece === "{") depth += 1;
  }
  return tokens;
}

/** Whether the token ends a statement: a newline or a semicolon. */
export function isEnd(token: NftToken | undefined): boolean {
  return token === undefined || token.kind === "newline" || isSign(token, ";");
}

/** Whether the token is this one character. */
export function isSign(token: NftToken | undefined, sign: string): boolean {
  return token?.kind === "sign" && token.text === sign;
}

/** Whether the token is this word, not a string of the same text. */
export function isWord(token: NftToken | undefined, word: string): boolean {
  return token?.kind === "word" && token.text === word;
}

/** `file:line:column`, both from 1. */
export function placeOf(text: string, source: string, offset: number): string {
  const before = text.slice(0, offset);
  return `${source}:${before.split("\n").length}:${offset - before.lastIndexOf("\n")}`;
}

type Groups = Readonly<Record<string, string | undefined>>;

function kindOf(groups: Groups, piece: string): NftToken["kind"] | undefined {
  if (groups["sign"] !== undefined) return piece === "\n" ? "newline" : "sign";
  if (groups["string"] !== undefined) return "string";
  if (groups["word"] !== undefined) return "word";
  return groups["number"] === undefined ? undefined : "number";
}
