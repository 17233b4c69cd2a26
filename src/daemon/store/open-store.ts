import { Worker, type WorkerOptions } from "node:worker_threads";
import { type Batch, countOf } from "../../core/event/batch.ts";
import { Fault } from "../../core/model/fault.ts";
import { type Host, HostError, type Lock, orUndefined } from "../../core/model/host.ts";
import type { Kept } from "../../core/serve/schema.ts";
import type { Dropped, StoreData, StoreMessage, StoreOrder, StoreState } from "./messages.ts";

/** How much may wait to be written; more is dropped. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;

/** Where events are stored, and which of them for how long. */
export interface StoreWish {
  readonly file: string;
  readonly topics: readonly Kept[];
}

/** What became of events that were given to a store. */
export interface StoreFigures {
  readonly written: number;
  readonly dropped: number;
  readonly waitingBytes: number;
  readonly sizeBytes: number;
  readonly lastTs: string | undefined;
}

/** A store that is written. */
export interface Store {
  /** The last of what it held when it was opened; 0 if it was empty. */
  readonly lastCursor: number;
  /** Never waits. False where too much waits already: the events are dropped, and a loss stands in their place once it can be written. */
  add(batch: Batch): boolean;
  figures(): StoreFigures;
  /** Other topics are kept from the next commit on. */
  reconfigure(topics: readonly Kept[]): void;
  /** Writes what waits and closes in order. */
  close(): Promise<void>;
}

export interface StoreOptions {
  readonly onNote: (text: string) => void;
  /** Called once if it can be written no more. */
  readonly onFailure: (error: Error) => void;
}

/** Starts a thread that does not stand in a file. */
export type StartThread = (options: WorkerOptions) => Promise<Worker>;

/**
 * Opens a store that a thread of its own writes; the directory and the file are made where there are none.
 * @param program the thread's file: what netlogctl/store-worker leads to; or what starts it
 * @throws Fault where it cannot be opened, or another program writes it
 */
export async function openStore(
  host: Host,
  program: string | StartThread,
  wish: StoreWish,
  options: StoreOptions,
): Promise<Store> {
  const lock = await prepare(host, wish.file);
  const workerData: StoreData = { file: wish.file, topics: wish.topics };
  const worker = await startOr(() => lock.release(), program, { workerData });
  const store = new ThreadedStore(worker, lock, options);
  await store.opened;
  return store;
}

async function startOr(
  letGo: () => Promise<void>,
  program: string | StartThread,
  options: WorkerOptions,
): Promise<Worker> {
  try {
    return typeof program === "string" ? new Worker(program, options) : await program(options);
  } catch (error) {
    await letGo();
    throw error;
  }
}

/** How long the end of another writer is waited for: one that was killed leaves its lock a moment later. */
const LOCK_MS = 2000;

/** Only its owner and group may read it: packets say much of people. What SQLite puts beside it gets the same mode. */
async function prepare(host: Host, file: string): Promise<Lock> {
  try {
    await host.makeDirectory(file.slice(0, file.lastIndexOf("/")) || "/", 0o750);
    const lock = await host.lock(`${file}-lock`, { timeoutMs: LOCK_MS });
    try {
      if ((await orUndefined(host.inode(file), "ENOENT")) === undefined) await host.replaceFile(file, "", 0o640);
      return lock;
    } catch (error) {
      await lock.release();
      throw error;
    }
  } catch (error) {
    throw error instanceof HostError ? unprepared(error, file) : error;
  }
}

function unprepared(cause: HostError, file: string): Fault {
  if (cause.code !== "EAGAIN") {
    return new Fault(
      "refused",
      `cannot make the store ${file}: ${cause.message}`,
      "see that its directory can be written",
      {
        cause,
      },
    );
  }
  const remedy = "end the other first, or name another file in the intent: serve.store.file";
  return new Fault("locked", `another program writes the store ${file}`, remedy, { cause });
}

class ThreadedStore implements Store {
  lastCursor = 0;
  /** Settles when the thread has said whether it could open the store. */
  readonly opened: Promise<void>;
  readonly #worker: Worker;
  readonly #options: StoreOptions;
  readonly #figures = {
    written: 0,
    dropped: 0,
    waitingBytes: 0,
    sizeBytes: 0,
    lastTs: undefined as string | undefined,
  };
  #dropped: Dropped | undefined;
  #waitingEvents = 0;
  #isClosing = false;
  readonly #ended: Promise<void>;

  constructor(worker: Worker, lock: Lock, options: StoreOptions) {
    this.#worker = worker;
    this.#options = options;
    this.#ended = new Promise((resolve) => {
      worker.once("exit", () => {
        this.#figures.dropped += this.#waitingEvents;
        this.#waitingEvents = 0;
        resolve(lock.release());
      });
    });
    this.opened = new Promise((resolve, reject) => {
      let fail = (error: Error): void => {
        this.#isClosing = true;
        reject(error);
      };
      const open = (): void => {
        fail = (error) => this.#fail(error);
        resolve();
      };
      worker.on("message", (message: StoreMessage) => this.#hear(message, open, (error) => fail(error)));
      worker.on("error", (error) => fail(error));
    });
  }

  add(batch: Batch): boolean {
    if (this.#figures.waitingBytes + batch.text.length > WAITING_BYTES_MAX || this.#isClosing) {
      this.#drop(batch);
      return false;
    }
    this.#figures.waitingBytes += batch.text.length;
    this.#waitingEvents += countOf(batch);
    // The bytes belong to others as well, and may stand among many more: Node 22 and later move no Buffer out of their pool.
    const own = { ...batch, text: Buffer.from(new Uint8Array(batch.text).buffer) };
    this.#order({ do: "add", batch: own, dropped: this.#takeDropped() }, [own.text.buffer as ArrayBuffer]);
    return true;
  }

  figures(): StoreFigures {
    return { ...this.#figures };
  }

  reconfigure(topics: readonly Kept[]): void {
    this.#order({ do: "reconfigure", topics });
  }

  async close(): Promise<void> {
    if (!this.#isClosing) this.#order({ do: "close", dropped: this.#takeDropped() });
    this.#isClosing = true;
    await this.#ended;
  }

  #order(order: StoreOrder, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(order, transfer);
  }

  #drop(batch: Batch): void {
    const count = countOf(batch);
    this.#figures.dropped += count;
    this.#dropped = { count: (this.#dropped?.count ?? 0) + count, cursor: this.#dropped?.cursor ?? batch.first };
  }

  #takeDropped(): Dropped | undefined {
    const dropped = this.#dropped;
    this.#dropped = undefined;
    return dropped;
  }

  #hear(message: StoreMessage, opened: () => void, fail: (error: Error) => void): void {
    switch (message.says) {
      case "open":
        this.lastCursor = message.lastCursor;
        this.#noteState(message);
        opened();
        return;
      case "written":
        this.#figures.written += message.events;
        this.#figures.waitingBytes -= message.bytes;
        this.#waitingEvents -= message.events;
        this.#noteState(message);
        return;
      case "note":
        this.#options.onNote(message.text);
        return;
      case "fault":
        fail(new Fault(message.code, message.message, message.remedy));
        return;
      case "failed":
        fail(new Error(message.message));
    }
  }

  #noteState({ sizeBytes, lastTs }: StoreState): void {
    this.#figures.sizeBytes = sizeBytes;
    this.#figures.lastTs = lastTs;
  }

  /** What still waits is lost, and is counted. */
  #fail(error: Error): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#options.onFailure(error);
  }
}
