import type { Line } from "./line.ts";

/** What is looked at, one over the other: the topmost is on the screen and has the keys. */
export interface Level {
  press(key: string): void;
  /** Just so many lines of so many columns. */
  screen(columns: number, rows: number): Line[];
  /** Goes on with work that takes long; false if there is more of it. */
  look(forMs: number): boolean;
  /** Something is to be said to who looks at it, until the next key. */
  say(line: string): void;
  /** Nobody comes back to it. */
  close(): void;
}
