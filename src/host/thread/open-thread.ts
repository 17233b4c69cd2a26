import { closeSync, writeSync } from "node:fs";
import type { Worker } from "node:worker_threads";
import { Fault } from "../../core/model/fault.ts";
import { GroupHeld, type ReaderThread, type Telling } from "../../core/model/packet-stream.ts";
import { startThread } from "../held-files.ts";
import type { Adjustment } from "./run-thread.ts";
import type { Asked, ThreadMessage } from "./thread-loop.ts";

/** What a thread of readers is: its program's file, and how it fails. */
export interface ThreadKind {
  readonly program: string;
  /** What it cannot do, and what it needs for that. */
  readonly failed: string;
  readonly needs: string;
  /** Is told what its lines have no word for. */
  readonly onNote?: ((text: string) => void) | undefined;
}

/** A thread that goes on until it is stopped. */
export type RunningThread<Wanted, End> = Omit<ReaderThread<unknown, End>, "adjust"> & {
  readonly adjust: (wanted: Wanted) => Promise<readonly GroupHeld[]>;
};

/**
 * Opens a reader that has a thread of its own, which reads and writes without this one.
 * @throws GroupHeld
 */
export async function openReaderThread<Wish, End>(
  kind: ThreadKind,
  wish: Wish,
  telling: Telling,
  file: number,
): Promise<ReaderThread<Wish, End>> {
  const thread = await openThread<Adjustment<Wish>, End>(kind, { wish, telling, file });
  return { ...thread, adjust: (wanted, toldSo) => thread.adjust({ wish: wanted, telling: toldSo }) };
}

/** Opens a thread of its own. @param data what it is to do @throws GroupHeld */
export async function openThread<Wanted, End>(
  { program, onNote, ...failure }: ThreadKind,
  data: object,
): Promise<RunningThread<Wanted, End>> {
  const asked = new SharedArrayBuffer(8);
  const workerData: Asked = { ...data, asked };
  const worker = await startThread(program, () => import("koffi"), { workerData, trackUnmanagedFds: false });
  const messages = new Messages<End>(worker, onNote);
  const first = await messages.next();
  if (first.says === "held") throw new GroupHeld(first.group, first.errno);
  if (first.says !== "listening") throw failed(first, failure);
  const { start, wake } = first;
  let isOver = false;
  const ask = (what: 0 | 1): void => {
    Atomics.store(new Int32Array(asked), what, 1);
    writeSync(wake, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]));
  };
  const ended = endOf(messages.next(), failure).finally(() => {
    isOver = true;
    closeSync(wake);
  });
  const adjust = async (wanted: Wanted): Promise<readonly GroupHeld[]> => {
    if (isOver) return [];
    worker.postMessage(wanted);
    const adjusted = messages.nextAdjusted();
    ask(1);
    return (await adjusted).map(({ group, errno }) => new GroupHeld(group, errno));
  };
  return {
    start,
    ended,
    stop: () => {
      if (!isOver) ask(0);
    },
    adjust: oneByOne(adjust),
  };
}

/** The thread takes one adjustment each time it pauses: the next one waits until it has answered. */
function oneByOne<Wanted, Answer>(adjust: (wanted: Wanted) => Promise<Answer>): (wanted: Wanted) => Promise<Answer> {
  let before: Promise<unknown> | undefined;
  return (wanted) => {
    const answer = before === undefined ? adjust(wanted) : before.then(() => adjust(wanted));
    const over = answer.then(
      () => {},
      () => {},
    );
    before = over;
    void over.then(() => {
      if (before === over) before = undefined;
    });
    return answer;
  };
}

type Failure = Pick<ThreadKind, "failed" | "needs">;

async function endOf<End>(message: Promise<ThreadMessage<End>>, failure: Failure): Promise<End | undefined> {
  const last = await message;
  if (last.says !== "ended") throw failed(last, failure);
  return last.end;
}

const FULL: readonly (string | undefined)[] = ["ENOSPC", "EDQUOT", "EFBIG", "EIO"];

function failed<End>(message: ThreadMessage<End>, { failed: what, needs }: Failure): Fault {
  if (message.says === "failed" && FULL.includes(message.code)) {
    return new Fault(
      "refused",
      `cannot write what was read: ${message.message}`,
      "make room there, or write elsewhere",
    );
  }
  const says = message.says === "failed" ? message.message : `the reader said ${message.says}`;
  return new Fault("refused", `cannot ${what}: ${says}`, needs);
}

/** Groups that a thread was not given. */
type Held = (ThreadMessage<unknown> & { readonly says: "adjusted" })["held"];

/** What a thread says, one by one; its crash is the last. Answers to adjusting are on their own; its end is one, too. */
class Messages<End> {
  readonly #came: ThreadMessage<End>[] = [];
  #waiting: ((message: ThreadMessage<End>) => void) | undefined;
  readonly #adjusting: ((held: Held) => void)[] = [];

  constructor(worker: Worker, onNote: ThreadKind["onNote"]) {
    worker.on("message", (message: ThreadMessage<End>) => {
      if (message.says === "note") onNote?.(message.text);
      else if (message.says === "adjusted") this.#adjusting.shift()?.(message.held);
      else this.#take(message);
    });
    worker.on("error", ({ message }) => this.#take({ says: "failed", message }));
    worker.on("exit", () => this.#take({ says: "failed", message: "its thread ended" }));
  }

  async next(): Promise<ThreadMessage<End>> {
    return await new Promise((resolve) => {
      const message = this.#came.shift();
      if (message !== undefined) resolve(message);
      else this.#waiting = resolve;
    });
  }

  async nextAdjusted(): Promise<Held> {
    return await new Promise((resolve) => this.#adjusting.push(resolve));
  }

  #take(message: ThreadMessage<End>): void {
    for (const resolve of this.#adjusting.splice(0)) resolve([]);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#came.push(message);
    else waiting(message);
  }
}
