import { quoted } from "../shell-word.ts";

/** What a script says on standard error before it begins, and when it ended. */
export interface Marks {
  readonly begun: string;
  /** The exit code of the script stands behind it; it is the last of its standard output, too. */
  readonly ended: string;
}

/** The arguments of sh that run a script, its words as $1, $2 and so on; with marks it tells where it begins and ends. */
export function shellArguments(script: string, words: readonly string[], marks: Marks): string[] {
  // The script has a shell of its own, so that whatever ends it, the last line is said.
  const marked = `echo ${quoted(marks.begun)} >&2
(
${script}
)
printf '\\n%s %d\\n' ${quoted(marks.ended)} "$?" >&2
printf %s ${quoted(marks.ended)}
`;
  return ["-c", marked, "netlogctl", ...words];
}

/** The same as one command for a shell that reads it once, as those at the other end of ssh and qvm-run do. */
export function shellCommand(script: string, words: readonly string[], marks: Marks): string {
  return ["sh", ...shellArguments(script, words, marks).map(quoted)].join(" ");
}

/** How far a script came, by what was said on standard error, and what else was said there. */
export interface Told {
  readonly hasBegun: boolean;
  /** The exit code; undefined if its end was not told. */
  readonly code: number | undefined;
  readonly says: string;
}

/** Reads what was said on standard error; its beginning may be missing if it was long. */
export function readMarks(text: string, { begun, ended }: Marks): Told {
  const lines = text.split(/\r?\n/);
  const end = lines.findLast((line) => line.startsWith(`${ended} `));
  const code = Number(end?.slice(ended.length + 1) || Number.NaN);
  const says = lines.filter((line) => line.trim() !== "" && line !== begun && line !== end);
  const hasEnded = Number.isInteger(code);
  return {
    hasBegun: hasEnded || lines.includes(begun),
    code: hasEnded ? code : undefined,
    says: says.join("; "),
  };
}
