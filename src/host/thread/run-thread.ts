import type { GroupHeld, Telling } from "../../core/model/packet-stream.ts";
import { Output } from "./output.ts";
import type { ReaderTelling } from "./reader-telling.ts";
import { openTellingHere } from "./telling.ts";
import { type LoopParts, runLoop, type ThreadLoop } from "./thread-loop.ts";

/** What a thread that tells lines is started with. */
interface TellingData<Wish> {
  readonly wish: Wish;
  readonly telling: Telling;
  readonly file: number;
}

/** How the thread is to read from now on. */
export interface Adjustment<Wish> {
  readonly wish: Wish;
  /** undefined: as before. */
  readonly telling: Telling | undefined;
}

/** What a reader is given. */
export interface ReaderParts<Wish> extends LoopParts {
  readonly wish: Wish;
  readonly telling: ReaderTelling;
  /** How many events are told. */
  readonly countMax: number | undefined;
  readonly output: Output;
}

/** What reads in such a thread. */
export interface ThreadReader<Wish, End> extends ThreadLoop<End> {
  /** Listens and tells otherwise from now on; the groups that it was not given. */
  adjust(wish: Wish, telling?: ReaderTelling): readonly GroupHeld[];
}

/** Runs a reader that tells lines as this thread. @param listen makes one that listens. It may throw GroupHeld */
export async function runThread<Wish, End>(
  listen: (parts: ReaderParts<Wish>) => ThreadReader<Wish, End>,
): Promise<void> {
  await runLoop<TellingData<Wish>, Adjustment<Wish>, End>(async ({ wish, telling, file }, parts) => {
    const output = new Output(file, parts.isEnding);
    const told = await openedTelling(telling);
    const reader = listen({ ...parts, wish, telling: told, countMax: telling.countMax, output });
    return {
      loop: reader,
      adjust: async (wanted) => reader.adjust(wanted.wish, wanted.telling && (await openedTelling(wanted.telling))),
      close: () => output.close(),
    };
  });
}

async function openedTelling(telling: Telling): Promise<ReaderTelling> {
  return { ...(await openTellingHere(telling)), payload: telling.payload };
}
