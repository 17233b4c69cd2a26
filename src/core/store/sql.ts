/** The answer of a statement. */
export interface SqlAnswer {
  readonly head: readonly string[];
  readonly rows: Iterable<readonly SqlValue[]>;
}

/** What stands in a row: bytes as hex. */
export type SqlValue = string | number | null;
