/** What could not be read. */
export interface Unread {
  readonly lines: number;
  /** The numbers of the first of these lines. */
  readonly first: readonly number[];
  /** What is wrong with the whole. */
  readonly problem?: string;
}

/** Where all was read. */
export const NOTHING: Unread = { lines: 0, first: [] };

const FIRST_MAX = 3;

/** Counts lines that could not be read, and holds the numbers of the first three. */
export function createUnreadCount(): { add(line: number): void; unread(): Unread } {
  const first: number[] = [];
  let lines = 0;
  return {
    add(line) {
      lines += 1;
      if (first.length < FIRST_MAX) first.push(line);
    },
    unread: () => ({ lines, first: [...first] }),
  };
}
