import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { GroupHeld, type StreamStart } from "../../core/model/packet-stream.ts";
import { OutputClosed } from "./output.ts";

/** What every thread is handed beside what it is to do: two numbers, not 0 once the end is asked for, and while an adjustment waits. */
export interface Asked {
  readonly asked: SharedArrayBuffer;
}

/** What the thread says, in this order: that it listens, notes and what became of each adjustment, how it ended; or why it cannot. */
export type ThreadMessage<End> =
  | { readonly says: "listening"; readonly start: StreamStart; readonly wake: number }
  | { readonly says: "adjusted"; readonly held: readonly { readonly group: number; readonly errno: number }[] }
  | { readonly says: "ended"; readonly end: End | undefined }
  | { readonly says: "note"; readonly text: string }
  | { readonly says: "held"; readonly group: number; readonly errno: number }
  | { readonly says: "failed"; readonly message: string; readonly code?: string | undefined };

/** What goes on in a thread until its end is asked for. */
export interface ThreadLoop<End> {
  readonly start: StreamStart;
  /** What wakes it when something is written there; who writes closes it. */
  readonly wake: number;
  /** Goes on until the end, or until it is to pause: undefined. */
  run(): End | undefined;
}

/** What such a loop can ask and tell. */
export interface LoopParts {
  /** Tells a person what there is no other place for. */
  readonly note: (text: string) => void;
  /** Whether the end was asked for. */
  readonly isEnding: () => boolean;
  /** Whether it was asked to go on otherwise: then it pauses. */
  readonly isPausing: () => boolean;
}

interface Opened<Wanted, End> {
  readonly loop: ThreadLoop<End>;
  /** The groups that it was not given. */
  readonly adjust: (wanted: Wanted) => Promise<readonly GroupHeld[]>;
  readonly close: () => void;
}

/** Runs a loop as this thread, from what the thread was started with. @param open may throw GroupHeld */
export async function runLoop<Data, Wanted, End>(
  open: (data: Data, parts: LoopParts) => Promise<Opened<Wanted, End>>,
): Promise<void> {
  const port = parentPort as MessagePort;
  const say = (message: ThreadMessage<End>): void => port.postMessage(message);
  try {
    const data = workerData as Data & Asked;
    const flags = new Int32Array(data.asked);
    const isEnding = (): boolean => Atomics.load(flags, 0) !== 0;
    const isPausing = (): boolean => Atomics.load(flags, 1) !== 0;
    const note = (text: string): void => say({ says: "note", text });
    const { loop, adjust, close } = await open(data, { note, isEnding, isPausing });
    say({ says: "listening", start: loop.start, wake: loop.wake });
    let end = loop.run();
    for (; end === undefined; end = loop.run()) {
      Atomics.store(flags, 1, 0);
      const { message } = receiveMessageOnPort(port) as { readonly message: Wanted };
      const held = await adjust(message); // meanwhile the kernel keeps what comes
      say({ says: "adjusted", held: held.map(({ group, errno }) => ({ group, errno })) });
    }
    close();
    say({ says: "ended", end });
  } catch (error) {
    say(endOf(error));
  }
}

function endOf<End>(error: unknown): ThreadMessage<End> {
  if (error instanceof OutputClosed) return { says: "ended", end: undefined };
  if (error instanceof GroupHeld) return { says: "held", group: error.group, errno: error.errno };
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  return { says: "failed", code, message: error instanceof Error ? error.message : String(error) };
}
