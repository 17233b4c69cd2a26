import { type DefaultLog, type Destination, GROUP_MAX } from "../model/default-log.ts";
import { FAMILIES, type Family, isFamily } from "../model/family.ts";
import { Fault } from "../model/fault.ts";
import { didYouMean } from "../nearest.ts";
import { type Token, tokensOfText, tokensOfWords } from "./tokens.ts";

/** One `FAMILY DESTINATION` of the proposal, and where it stands. */
export interface Statement {
  /** inet speaks for both ip and ip6. */
  readonly families: readonly Family[];
  readonly destination: Destination;
  /** From the family's first character to the destination's last: offsets into the text. */
  readonly start: number;
  readonly stop: number;
  /** Stands in `default log { ... }`, not in a line of its own. */
  readonly isInBlock: boolean;
  readonly where: string;
}

const FAMILY_WORDS = [...FAMILIES, "inet"];
const EXAMPLE = "default log { ip kernel; ip6 user group 0; }";

/**
 * Reads the syntax of the proposal (`default log ip kernel`, `default log { ip kernel; ip6 user group 0; }`):
 * one statement or many, ended by a newline or a semicolon, comments after "#".
 * A family that is given twice is a fault that names both places.
 */
export function parseDefaultLog(text: string, source: string): Statement[] {
  const statements = parseStatements(text, source);
  if (statements.length > 0) return statements;
  throw new Fault("bad-input", `${source} holds no default log`, `write at least one line, such as: ${EXAMPLE}`, {
    where: `${source}:1:1`,
  });
}

/** The same for a file that may say nothing: empty, or comments only. */
export function parseStatements(text: string, source: string): Statement[] {
  const cursor = createCursor(tokensOfText(text, source));
  const statements: Statement[] = [];
  for (cursor.skipEnds(); cursor.peek().text !== ""; cursor.skipEnds()) statements.push(...parseLine(cursor));
  return refuseTwice(statements);
}

/** Reads `FAMILY kernel | user [group N] | none`, each word an argument of the command line. */
export function parseDefaultLogWords(words: readonly string[]): Statement {
  const cursor = createCursor(tokensOfWords(words));
  try {
    const statement = parseStatement(cursor, false);
    expectEnd(cursor);
    return statement;
  } catch (error) {
    if (error instanceof Fault) throw new Fault("usage", error.message, error.remedy, { where: error.where ?? "" });
    throw error;
  }
}

/** What the statements say, family by family. */
export function defaultLogOf(statements: readonly Statement[]): DefaultLog {
  const entries = statements.flatMap(({ families, destination }) => families.map((family) => [family, destination]));
  return Object.fromEntries(entries);
}

function parseLine(cursor: Cursor): Statement[] {
  expectWord(cursor, "default");
  expectWord(cursor, "log");
  if (cursor.peek().kind !== "open") {
    const statement = parseStatement(cursor, false);
    expectEnd(cursor);
    return [statement];
  }
  const open = cursor.next();
  const statements: Statement[] = [];
  for (cursor.skipEnds(); cursor.peek().kind !== "close"; cursor.skipEnds()) {
    if (cursor.peek().text === "") throw unexpected(cursor.peek(), `"}" for the "{" at ${open.where}`);
    statements.push(parseStatement(cursor, true));
    if (cursor.peek().kind !== "close") expectEnd(cursor);
  }
  cursor.next();
  expectEnd(cursor);
  return statements;
}

function parseStatement(cursor: Cursor, isInBlock: boolean): Statement {
  const first = cursor.next();
  const families = familiesOf(first);
  const destination = parseDestination(cursor);
  return { families, destination, start: first.start, stop: cursor.last().stop, isInBlock, where: first.where };
}

function familiesOf(token: Token): readonly Family[] {
  if (token.text === "inet") return ["ip", "ip6"];
  if (isFamily(token.text)) return [token.text];
  throw unexpected(token, `a family (${FAMILY_WORDS.join(", ")})`, didYouMean(token.text, FAMILY_WORDS));
}

function parseDestination(cursor: Cursor): Destination {
  const token = cursor.next();
  switch (token.text) {
    case "kernel":
    case "none":
      return { to: token.text };
    case "user":
      return { to: "user", group: parseGroup(cursor) };
    default:
      throw unexpected(
        token,
        '"kernel", "user", "user group N" or "none"',
        didYouMean(token.text, ["kernel", "user", "none"]),
      );
  }
}

function parseGroup(cursor: Cursor): number {
  if (cursor.peek().kind !== "word") return 0;

  const word = cursor.next();
  if (/^[0-9]+$/.test(word.text))
    throw unexpected(word, `"group"`, `did you mean "user group ${shorten(word.text)}"? `);
  if (word.text !== "group") throw unexpected(word, '"group"');
  const token = cursor.next();
  const group = /^(0|[1-9][0-9]{0,4})$/.test(token.text) ? Number(token.text) : Number.NaN;
  if (!(group <= GROUP_MAX)) throw unexpected(token, `a group: a whole number from 0 to ${GROUP_MAX}, in decimal`);
  return group;
}

function refuseTwice(statements: readonly Statement[]): Statement[] {
  const seen = new Map<Family, Statement>();
  for (const statement of statements) {
    for (const family of statement.families) {
      const earlier = seen.get(family);
      if (earlier !== undefined) {
        throw new Fault("bad-input", `${family} is given twice, first at ${earlier.where}`, "keep one of the two", {
          where: statement.where,
        });
      }
      seen.set(family, statement);
    }
  }
  return [...statements];
}

interface Cursor {
  peek(): Token;
  next(): Token;
  /** The token that next() gave last. */
  last(): Token;
  skipEnds(): void;
}

function createCursor(tokens: readonly Token[]): Cursor {
  const final = tokens.at(-1) as Token;
  let index = 0;
  const peek = (): Token => tokens[index] ?? final;
  const next = (): Token => {
    const token = peek();
    index += 1;
    return token;
  };
  const skipEnds = (): void => {
    while (peek().kind === "end" && peek() !== final) index += 1;
  };
  return { peek, next, skipEnds, last: () => tokens[index - 1] ?? final };
}

function expectWord(cursor: Cursor, word: string): void {
  const token = cursor.next();
  if (token.text !== word) throw unexpected(token, `"${word}"`);
}

function expectEnd(cursor: Cursor): void {
  const token = cursor.peek();
  if (token.kind === "end") cursor.next();
  else if (token.kind !== "close") throw unexpected(token, "the end of the statement");
}

function unexpected(token: Token, expected: string, hint = ""): Fault {
  const found = token.kind === "end" ? (token.text === ";" ? '";"' : "the end") : `"${shorten(token.text)}"`;
  return new Fault("bad-input", `expected ${expected}, found ${found}`, `${hint}for example: ${EXAMPLE}`, {
    where: token.where,
  });
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
