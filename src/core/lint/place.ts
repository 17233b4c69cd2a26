/** A place in a file, out of `file:line:column`. */
export interface FilePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number | undefined;
}

/** Reads `file:line:column` or `file:line`; undefined for a place in a ruleset. */
export function parsePlace(where: string): FilePlace | undefined {
  const found = /^(?<file>.+?):(?<line>[1-9][0-9]*)(?::(?<column>[1-9][0-9]*))?$/s.exec(where)?.groups;
  if (found === undefined) return undefined;
  const { file = "", line, column } = found;
  return { file, line: Number(line), column: column === undefined ? undefined : Number(column) };
}
