import type { StoreReader } from "../core/store/reader.ts";
import type { Past } from "./replay.ts";

/** A reader of the store that is opened once, and lent to one after the other. */
export interface LentPast {
  /** What the store holds at this moment, until it is closed. @throws Fault */
  lend(): Promise<Past>;
  close(): void;
}

/** Opens it when it is asked for first. A connection holds its files until its statements are collected: to open one for each would hold many. */
export function lendPast(open: () => Promise<StoreReader>): LentPast {
  let reader: StoreReader | undefined;
  const close = (): void => {
    reader?.close();
    reader = undefined;
  };
  return {
    close,
    lend: async () => {
      reader ??= await open();
      const lent = reader;
      orElse(lent.hold, close);
      return { ...lent, close: () => orElse(lent.release, close) };
    },
  };
}

/** What fails so is broken: the next one opens it anew. */
function orElse(act: () => void, close: () => void): void {
  try {
    act();
  } catch (error) {
    close();
    throw error;
  }
}
