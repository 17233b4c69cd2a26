import { appendFileSync, statSync } from "node:fs";
import { printable } from "../core/printable.ts";

/** Terminals that would show the sequence, or that have no clipboard. */
const WITHOUT = /^(?:linux|vt\d+|dumb|cons25|ansi)/;

/** What xterm and others take at most. */
const BASE64_MAX = 74_994;

/** The sequence that puts a text into the clipboard of who looks at the terminal (xterm: OSC 52); undefined where none would. */
export function clipboardSequence(text: string, env: NodeJS.ProcessEnv): string | undefined {
  const { TERM = "", TMUX } = env;
  const base64 = Buffer.from(text).toString("base64");
  if (WITHOUT.test(TERM) || base64.length > BASE64_MAX) return undefined;
  const sequence = `\u001b]52;c;${base64}\u0007`;
  // GNU screen hands on what is in a device control string.
  return TERM.startsWith("screen") && TMUX === undefined ? `\u001bP${sequence}\u001b\\` : sequence;
}

/** Adds a text to the end of a file, and says so, or why not. */
export function appendTo(file: string, text: string): string {
  try {
    appendFileSync(file, /\.ya?ml$/.test(file) ? inTestFile(text, isEmpty(file)) : text);
    return `appended to ${printable(file)}`;
  } catch (error) {
    return `cannot append to ${printable(file)}: ${(error as NodeJS.ErrnoException).code}`;
  }
}

function isEmpty(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0;
}

/** A file of log tests stays one: a new one has its head, and what is no case is a comment in it. */
function inTestFile(text: string, isNew: boolean): string {
  const isCase = text.trimStart().startsWith("- name:");
  const told = isCase ? text : text.replace(/^(?=.)/gm, "# ");
  return isNew ? `version: 1\ntests:\n${told}` : told;
}
