import { uptime } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import type { Batch } from "../../core/event/batch.ts";
import { type ClockReading, ClockSteps, stepText } from "../../core/event/clock-steps.ts";
import { Fault } from "../../core/model/fault.ts";
import { codeOf, faultOfSqlite, openToWrite } from "./database.ts";
import type { Dropped, StoreData, StoreMessage, StoreOrder } from "./messages.ts";
import { StoreWriter } from "./writer.ts";

/** What came is stored this long after, or as soon as there is so much of it. */
const COMMIT_MS = 500;
const COMMIT_BYTES = 16 * 1024 * 1024;

/** How long it waits where nothing could be written, and how often it looks for what is too old. */
const RETRY_MS = 1000;
const IDLE_MS = 30_000;

const say = (message: StoreMessage): void => parentPort?.postMessage(message);

void run();

async function run(): Promise<void> {
  const { file, topics } = workerData as StoreData;
  try {
    const writer = new StoreWriter(await openToWrite(file), topics);
    const thread = new StoreThread(file, writer);
    thread.begin();
    parentPort?.on("message", (order: StoreOrder) => {
      try {
        thread.obey(order);
        if (order.do !== "close") return;
        parentPort?.close();
      } catch (error) {
        tellEnd(error, file);
      }
    });
  } catch (error) {
    tellEnd(error, file);
  }
}

function tellEnd(error: unknown, file: string): void {
  const fault = faultOfSqlite(error, file, "write");
  if (fault instanceof Fault) {
    say({ says: "fault", code: fault.code, message: fault.message, remedy: fault.remedy });
  } else say({ says: "failed", message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  parentPort?.close();
}

class StoreThread {
  readonly #file: string;
  readonly #writer: StoreWriter;
  #waiting = { events: 0, bytes: 0 };
  #timer: NodeJS.Timeout | undefined;
  #dueMs = Infinity;
  #isFailing = false;
  readonly #steps = new ClockSteps(readClocks());

  constructor(file: string, writer: StoreWriter) {
    this.#file = file;
    this.#writer = writer;
  }

  /** Says what was found, and what may be missing behind it. */
  begin(): void {
    const { uncleanSince } = this.#writer;
    if (uncleanSince !== undefined) {
      const why = `the log service ended without closing its store: what came after ${uncleanSince} may be missing`;
      this.#writer.addLoss({ ts: nowTs(), count: 0, why }, this.#writer.lastCursor + 1);
      say({ says: "note", text: `${why}; ${this.#file}` });
      this.#commit();
    }
    say({ says: "open", lastCursor: this.#writer.lastCursor, ...this.#state() });
    this.#plan(IDLE_MS);
  }

  obey(order: StoreOrder): void {
    if (order.do === "reconfigure") {
      this.#writer.reconfigure(order.topics);
      this.#plan(0);
      return;
    }
    if (order.dropped !== undefined) this.#tellDropped(order.dropped);
    if (order.do === "close") this.#close();
    else this.#add(order.batch);
  }

  #add(batch: Batch): void {
    this.#followClock();
    const { buffer, byteOffset, length } = batch.text; // a Buffer comes out of a message as plain bytes
    this.#waiting.events += this.#writer.add({ ...batch, text: Buffer.from(buffer, byteOffset, length) });
    this.#waiting.bytes += batch.text.length;
    if (this.#isFailing) return;
    this.#plan(COMMIT_MS);
    if (this.#waiting.bytes >= COMMIT_BYTES || performance.now() >= this.#dueMs) this.#commit();
  }

  #followClock(): void {
    const step = this.#steps.taken(readClocks());
    if (step === 0) return;
    this.#writer.followClock(step);
    say({ says: "note", text: `${stepText(step)}: what ${this.#file} holds keeps its age` });
  }

  #tellDropped({ count, cursor }: Dropped): void {
    const why = `they came faster than ${this.#file} could be written`;
    this.#writer.addLoss({ ts: nowTs(), count, why }, cursor);
  }

  /** Commits so much later, unless it is due before. */
  #plan(ms: number): void {
    const due = performance.now() + ms;
    if (due >= this.#dueMs) return;
    clearTimeout(this.#timer);
    this.#dueMs = due;
    this.#timer = setTimeout(() => this.#commit(), ms);
  }

  #commit(): void {
    clearTimeout(this.#timer);
    this.#dueMs = Infinity;
    this.#followClock();
    try {
      const hasMore = this.#writer.commit(Date.now());
      this.#tellWritten();
      this.#plan(hasMore ? 0 : IDLE_MS);
    } catch (error) {
      if (isPassing(error)) this.#tellFailure(error);
      else tellEnd(error, this.#file);
    }
  }

  #tellWritten(): void {
    if (this.#isFailing) say({ says: "note", text: `${this.#file} is written again` });
    this.#isFailing = false;
    say({ says: "written", ...this.#waiting, ...this.#state() });
    this.#waiting = { events: 0, bytes: 0 };
  }

  #tellFailure(error: unknown): void {
    this.#plan(RETRY_MS);
    if (this.#isFailing) return;
    this.#isFailing = true;
    const says = error instanceof Error ? error.message : String(error);
    say({
      says: "note",
      text: `cannot write ${this.#file}: ${says}; it is tried again every second, and what is lost is counted`,
    });
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#followClock();
    try {
      this.#writer.commit(Date.now(), true);
      this.#tellWritten();
    } catch (error) {
      if (!isPassing(error)) throw error;
      const says = error instanceof Error ? error.message : String(error);
      say({ says: "note", text: `${this.#waiting.events} events that waited for ${this.#file} are lost: ${says}` });
    } finally {
      this.#writer.close();
    }
  }

  #state(): { readonly sizeBytes: number; readonly lastTs: string | undefined } {
    return { sizeBytes: this.#writer.sizeBytes, lastTs: this.#writer.lastTs };
  }
}

/** A disk that is full may have room later. What else is wrong with a database ends the thread. */
function isPassing(error: unknown): boolean {
  return PASSING.some((code) => codeOf(error).startsWith(code));
}

const PASSING = ["SQLITE_FULL", "SQLITE_IOERR", "SQLITE_BUSY", "SQLITE_CANTOPEN", "SQLITE_READONLY"];

function readClocks(): ClockReading {
  return { wallMs: Date.now(), steadyMs: uptime() * 1000 };
}

function nowTs(): string {
  return `${new Date().toISOString().slice(0, 23)}000000Z`;
}
