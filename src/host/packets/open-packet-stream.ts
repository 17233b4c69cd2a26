import { closeSync, writeSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { Fault } from "../../core/model/fault.ts";
import {
  GroupHeld,
  type Listening,
  type OpenPacketStream,
  type PacketStream,
  type StreamEnd,
  type Telling,
} from "../../core/model/packet-stream.ts";
import type { WorkerData, WorkerMessage } from "./worker.ts";

/**
 * Opens readers of NFLOG groups that each have a thread of their own, which reads and writes without this one.
 * @param program the thread's file: what netlogctl/packet-worker leads to
 */
export function packetStreams(program: string): OpenPacketStream {
  return async (listening, telling, file) => await openPacketStream(program, listening, telling, file);
}

async function openPacketStream(
  program: string,
  listening: Listening,
  telling: Telling,
  file: number,
): Promise<PacketStream> {
  const ending = new SharedArrayBuffer(4);
  const workerData: WorkerData = { listening, telling, file, ending };
  const worker = new Worker(program, { workerData, trackUnmanagedFds: false });
  const messages = new Messages(worker);
  const first = await messages.next();
  if (first.says === "held") throw new GroupHeld(first.group, first.errno);
  if (first.says !== "listening") throw failed(first);
  let isOver = false;
  return {
    start: first.start,
    ended: ended(messages).finally(() => {
      isOver = true;
      closeSync(first.wake);
    }),
    stop: () => {
      if (isOver) return;
      Atomics.store(new Int32Array(ending), 0, 1);
      writeSync(first.wake, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]));
    },
  };
}

async function ended(messages: Messages): Promise<StreamEnd | undefined> {
  const last = await messages.next();
  if (last.says !== "ended") throw failed(last);
  return last.end;
}

const FULL: readonly (string | undefined)[] = ["ENOSPC", "EDQUOT", "EFBIG", "EIO"];

function failed(message: WorkerMessage): Fault {
  if (message.says === "failed" && FULL.includes(message.code)) {
    return new Fault(
      "refused",
      `cannot write what was read: ${message.message}`,
      "make room there, or write elsewhere",
    );
  }
  const says = message.says === "failed" ? message.message : `the reader said ${message.says}`;
  return new Fault("refused", `cannot read packets: ${says}`, "needs CAP_NET_ADMIN and a kernel with nfnetlink_log");
}

/** What a thread says, one by one; its crash is the last. */
class Messages {
  readonly #came: WorkerMessage[] = [];
  #waiting: ((message: WorkerMessage) => void) | undefined;

  constructor(worker: Worker) {
    worker.on("message", (message: WorkerMessage) => this.#take(message));
    worker.on("error", ({ message }) => this.#take({ says: "failed", message }));
    worker.on("exit", () => this.#take({ says: "failed", message: "its thread ended" }));
  }

  async next(): Promise<WorkerMessage> {
    return await new Promise((resolve) => {
      const message = this.#came.shift();
      if (message !== undefined) resolve(message);
      else this.#waiting = resolve;
    });
  }

  #take(message: WorkerMessage): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#came.push(message);
    else waiting(message);
  }
}
