/** The answer of a statement. */
export interface SqlAnswer {
  readonly head: readonly string[];
  readonly rows: Iterable<readonly SqlValue[]>;
}

/** What stands in a row: bytes as hex. */
export type SqlValue = string | number | null;

/** Runs one statement over these lines of events, as the view `events`. */
export type RunSql = (lines: Iterable<{ readonly line: string }>, sql: string) => Promise<SqlAnswer>;
