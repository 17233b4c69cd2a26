import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { GroupHeld, type StreamStart, type Telling } from "../../core/model/packet-stream.ts";
import { Output, OutputClosed } from "./output.ts";
import type { ReaderTelling } from "./reader-telling.ts";
import { openTellingHere } from "./telling.ts";

/** What a thread is started with. */
export interface ThreadData<Wish> {
  readonly wish: Wish;
  readonly telling: Telling;
  readonly file: number;
  /** Two numbers: not 0 once the end is asked for; not 0 while an adjustment waits. */
  readonly asked: SharedArrayBuffer;
}

/** How the thread is to read from now on. */
export interface Adjustment<Wish> {
  readonly wish: Wish;
  /** undefined: as before. */
  readonly telling: Telling | undefined;
}

/** What the thread says, in this order: that it listens, notes and what became of each adjustment, how it ended; or why it cannot. */
export type ThreadMessage<End> =
  | { readonly says: "listening"; readonly start: StreamStart; readonly wake: number }
  | { readonly says: "adjusted"; readonly held: readonly { readonly group: number; readonly errno: number }[] }
  | { readonly says: "ended"; readonly end: End | undefined }
  | { readonly says: "note"; readonly text: string }
  | { readonly says: "held"; readonly group: number; readonly errno: number }
  | { readonly says: "failed"; readonly message: string; readonly code?: string | undefined };

/** What reads in a thread. */
export interface ThreadReader<Wish, End> {
  readonly start: StreamStart;
  /** What wakes it when something is written there; who writes closes it. */
  readonly wake: number;
  /** Reads until the end, or until it is to pause: undefined. */
  run(): End | undefined;
  /** Listens and tells otherwise from now on; the groups that it was not given. */
  adjust(wish: Wish, telling?: ReaderTelling): readonly GroupHeld[];
}

/** What a reader is given. */
export interface ReaderParts<Wish> {
  readonly wish: Wish;
  readonly telling: ReaderTelling;
  /** How many events are told. */
  readonly countMax: number | undefined;
  readonly output: Output;
  /** Tells a person what the lines have no word for. */
  readonly note: (text: string) => void;
  /** Whether the end was asked for. */
  readonly isEnding: () => boolean;
  /** Whether it was asked to read otherwise: then it pauses. */
  readonly isPausing: () => boolean;
}

/** Runs a reader as this thread. @param listen makes one that listens. It may throw GroupHeld */
export async function runThread<Wish, End>(
  listen: (parts: ReaderParts<Wish>) => ThreadReader<Wish, End>,
): Promise<void> {
  const port = parentPort as MessagePort;
  const say = (message: ThreadMessage<End>): void => port.postMessage(message);
  try {
    const { wish, telling, file, asked } = workerData as ThreadData<Wish>;
    const flags = new Int32Array(asked);
    const isEnding = (): boolean => Atomics.load(flags, 0) !== 0;
    const isPausing = (): boolean => Atomics.load(flags, 1) !== 0;
    const output = new Output(file, isEnding);
    const told = await openedTelling(telling);
    const note = (text: string): void => say({ says: "note", text });
    const reader = listen({ wish, telling: told, countMax: telling.countMax, output, note, isEnding, isPausing });
    say({ says: "listening", start: reader.start, wake: reader.wake });
    let end = reader.run();
    for (; end === undefined; end = reader.run()) {
      Atomics.store(flags, 1, 0);
      say(await adjust(port, reader));
    }
    output.close();
    say({ says: "ended", end });
  } catch (error) {
    say(endOf(error));
  }
}

/** Meanwhile the kernel keeps what comes. */
async function adjust<Wish, End>(port: MessagePort, reader: ThreadReader<Wish, End>): Promise<ThreadMessage<End>> {
  const waiting = receiveMessageOnPort(port) as { readonly message: Adjustment<Wish> };
  const { wish, telling } = waiting.message;
  const held = reader.adjust(wish, telling && (await openedTelling(telling)));
  return { says: "adjusted", held: held.map(({ group, errno }) => ({ group, errno })) };
}

async function openedTelling(telling: Telling): Promise<ReaderTelling> {
  return { ...(await openTellingHere(telling)), payload: telling.payload };
}

function endOf<End>(error: unknown): ThreadMessage<End> {
  if (error instanceof OutputClosed) return { says: "ended", end: undefined };
  if (error instanceof GroupHeld) return { says: "held", group: error.group, errno: error.errno };
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  return { says: "failed", code, message: error instanceof Error ? error.message : String(error) };
}
