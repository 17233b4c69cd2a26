import {
  type DefaultLog,
  type Destination,
  destinationText,
  entriesOf,
  sameDestination,
} from "../model/default-log.ts";
import type { Family } from "../model/family.ts";
import { parseStatements, type Statement } from "./parse.ts";

/** A default log in the proposal's own syntax; the empty text for one that says nothing. */
export function renderDefaultLog(defaultLog: DefaultLog, comment: string): string {
  const lines = entriesOf(defaultLog).map(([family, destination]) => `\t${family} ${destinationText(destination)}\n`);
  return lines.length === 0 ? "" : `# ${comment}\ndefault log {\n${lines.join("")}}\n`;
}

/**
 * The text of a default log file with `wanted` put in: what it says of other families, its comments and its layout stay.
 * `text` must be one that parseStatements accepts.
 */
export function editDefaultLog(text: string, source: string, wanted: DefaultLog): string {
  const statements = parseStatements(text, source);
  const given = new Set(statements.flatMap((statement) => statement.families));
  const missing = entriesOf(wanted).filter(([family]) => !given.has(family));
  const added = missing.length === 0 ? text : insertAfter(text, statements.at(-1), missing.map(phraseOf));
  return statements.toReversed().reduce((edited, statement) => replaceOne(edited, statement, wanted), added);
}

function replaceOne(text: string, statement: Statement, wanted: DefaultLog): string {
  const isSo = (family: Family): boolean => {
    const destination = wanted[family];
    return destination === undefined || sameDestination(destination, statement.destination);
  };
  if (statement.families.every(isSo)) return text;

  const phrases = statement.families.map((family) => phraseOf([family, wanted[family] ?? statement.destination]));
  const joined = phrases.join(statement.isInBlock ? "; " : "\ndefault log ");
  return text.slice(0, statement.start) + joined + text.slice(statement.stop);
}

/** Puts the phrases behind the last statement: into its block, or as lines of their own. */
function insertAfter(text: string, last: Statement | undefined, phrases: readonly string[]): string {
  if (last === undefined || !last.isInBlock) {
    const lines = phrases.map((phrase) => `default log ${phrase}\n`).join("");
    return text.endsWith("\n") ? text + lines : `${text}\n${lines}`;
  }
  const lineEnd = text.indexOf("\n", last.stop);
  const restOfLine = text.slice(last.stop, lineEnd === -1 ? text.length : lineEnd);
  if (/^[^#]*\}/.test(restOfLine)) return insertAt(text, last.stop, phrases.map((phrase) => `; ${phrase}`).join(""));
  return insertAt(text, lineEnd, phrases.map((phrase) => `\n\t${phrase}`).join(""));
}

function insertAt(text: string, offset: number, piece: string): string {
  return text.slice(0, offset) + piece + text.slice(offset);
}

/** `ip6 user group 0` */
export function phraseOf([family, destination]: readonly [Family, Destination]): string {
  return `${family} ${destinationText(destination)}`;
}
