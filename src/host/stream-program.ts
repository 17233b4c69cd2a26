import { type ChildProcess, spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { touch } from "./host-errors.ts";
import { programEnvironment } from "./run-program.ts";
import { endGroup } from "./time-limit.ts";

/** What is kept of standard error: its beginning and its end. */
const SAID_CHARACTERS = 4096;

/** Of a program that neither takes nor gives a byte for so long nothing is awaited any more: hashing a large vault may take long. */
const IDLE_MS = 60 * 60_000;

/** What is asked to end has so long for it, then it is ended, and nothing is read from it any more. */
const PATIENCE_MS = 3000;

export interface StreamOptions {
  readonly input?: AsyncIterable<Buffer> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How a program ended. */
export interface StreamEnd {
  /** The exit code; undefined if a signal ended it. */
  readonly code: number | undefined;
  /** The error name if it was not started: "ENOENT". */
  readonly notStarted: string | undefined;
  readonly said: string;
}

/**
 * Runs a program in a session of its own, hands it bytes and gives what it writes, no faster than that is taken, then its
 * end. Whoever stops reading ends it; the signal, too. @throws what the input or the signal throws
 */
export async function* streamProgram(
  file: string,
  args: readonly string[],
  { input, signal }: StreamOptions = {},
): AsyncGenerator<Buffer, StreamEnd> {
  signal?.throwIfAborted();
  const stdin = input === undefined ? "ignore" : "pipe";
  // ssh has its agent, and scripts here their home, from the environment of the user.
  const env = { ...process.env, ...programEnvironment() };
  const child = touch("run", file, () =>
    spawn(file, args, { stdio: [stdin, "pipe", "pipe"], cwd: "/", env, detached: true }),
  );
  const ended = endOf(child);
  const ending = endingOf(child, ended);
  const { end } = ending;
  const idle = setTimeout(end, IDLE_MS);
  const fed = feed(child, input, idle).catch((error: unknown) => {
    end(); // what was handed over is not whole
    return error;
  });
  signal?.addEventListener("abort", end, { once: true });
  try {
    for await (const chunk of untilCut(child.stdout, ending)) {
      idle.refresh();
      yield chunk;
    }
    const outcome = await ended;
    const trouble = await fed;
    signal?.throwIfAborted();
    if (trouble !== undefined) throw trouble;
    return outcome;
  } finally {
    clearTimeout(idle);
    signal?.removeEventListener("abort", end);
    end();
  }
}

interface Ending {
  /** Has it end, in the end by force. */
  readonly end: () => void;
  readonly isForced: () => boolean;
}

function endingOf(child: ChildProcess, ended: Promise<unknown>): Ending {
  let isOver = false;
  let isForced = false;
  let force: NodeJS.Timeout | undefined;
  const byForce = (): void => {
    isForced = true;
    endGroup(child, "SIGKILL");
    // What left the group may hold these open for ever.
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
  };
  void ended.then(() => {
    isOver = true;
    clearTimeout(force);
  });
  const end = (): void => {
    if (isOver) return;
    endGroup(child, "SIGTERM");
    force ??= setTimeout(byForce, PATIENCE_MS);
  };
  return { end, isForced: () => isForced };
}

/** The bytes of a stream, until it is closed by force. */
async function* untilCut(stream: ChildProcess["stdout"], { isForced }: Ending): AsyncGenerator<Buffer> {
  try {
    yield* (stream ?? []) as AsyncIterable<Buffer>;
  } catch (error) {
    if (!isForced()) throw error;
  }
}

/**
 * Throws the trouble of the source; a program that takes no more has its reasons, which its end tells. Then the source is
 * not waited for, which may wait itself: pipeline() of Node 22 and later does, and throws its own trouble into the source.
 */
async function feed(child: ChildProcess, input: StreamOptions["input"], idle: NodeJS.Timeout): Promise<undefined> {
  const { stdin } = child;
  if (input === undefined || stdin === null) return;
  const unlessClosed = closing(stdin);
  stdin.on("error", () => {}); // it closes then
  const source = input[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await unlessClosed(source.next());
      if (next === undefined) return leave(source);
      if (next.done === true) return void stdin.end();
      idle.refresh();
      if (!stdin.write(next.value)) await unlessClosed(drained(stdin));
    }
  } catch (error) {
    stdin.destroy();
    throw error;
  }
}

/** Waits for one thing after another, or for the stream to be closed, which gives undefined: Promise.race() would keep all of them till then. */
function closing(stream: Writable): <T>(wanted: Promise<T>) => Promise<T | undefined> {
  let isClosed = false;
  let stop = (): void => {};
  stream.once("close", () => {
    isClosed = true;
    stop();
  });
  return (wanted) =>
    new Promise((resolve, reject) => {
      stop = () => resolve(undefined);
      if (isClosed) stop();
      wanted.then(resolve, reject);
    });
}

function leave(source: AsyncIterator<Buffer>): undefined {
  source.return?.().catch(() => {});
}

function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => stream.once("drain", () => resolve()));
}

function endOf(child: ChildProcess): Promise<StreamEnd> {
  let first = "";
  let last = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    const more = first.length < SAID_CHARACTERS ? text.slice(SAID_CHARACTERS - first.length) : text;
    first += text.slice(0, Math.max(0, SAID_CHARACTERS - first.length));
    last = (last + more).slice(-SAID_CHARACTERS);
  });
  const said = (): string => first + last;
  return new Promise((resolve) => {
    child.once("error", ({ code = "EIO" }: NodeJS.ErrnoException) =>
      resolve({ code: undefined, notStarted: code, said: said() }),
    );
    child.once("close", (code) => resolve({ code: code ?? undefined, notStarted: undefined, said: said() }));
  });
}
