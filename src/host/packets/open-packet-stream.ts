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
import type { Adjustment, WorkerData, WorkerMessage } from "./worker.ts";

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
  const asked = new SharedArrayBuffer(8);
  const workerData: WorkerData = { listening, telling, file, asked };
  const worker = new Worker(program, { workerData, trackUnmanagedFds: false });
  const messages = new Messages(worker);
  const first = await messages.next();
  if (first.says === "held") throw new GroupHeld(first.group, first.errno);
  if (first.says !== "listening") throw failed(first);
  const { start, wake } = first;
  let isOver = false;
  const ask = (what: 0 | 1): void => {
    Atomics.store(new Int32Array(asked), what, 1);
    writeSync(wake, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]));
  };
  const last = messages.next();
  const ended = endOf(last).finally(() => {
    isOver = true;
    closeSync(wake);
  });
  return {
    start,
    ended,
    stop: () => {
      if (!isOver) ask(0);
    },
    adjust: async (wanted, toldSo) => {
      if (isOver) return [];
      const adjustment: Adjustment = { listening: wanted, telling: toldSo };
      worker.postMessage(adjustment);
      const adjusted = messages.nextAdjusted();
      ask(1);
      const answer = await Promise.race([adjusted, last]);
      return answer.says === "adjusted" ? answer.held.map(({ group, errno }) => new GroupHeld(group, errno)) : [];
    },
  };
}

async function endOf(message: Promise<WorkerMessage>): Promise<StreamEnd | undefined> {
  const last = await message;
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

type Adjusted = WorkerMessage & { readonly says: "adjusted" };

/** What a thread says, one by one; its crash is the last. Answers to adjusting are on their own. */
class Messages {
  readonly #came: WorkerMessage[] = [];
  #waiting: ((message: WorkerMessage) => void) | undefined;
  readonly #adjusting: ((message: Adjusted) => void)[] = [];

  constructor(worker: Worker) {
    worker.on("message", (message: WorkerMessage) => {
      if (message.says === "adjusted") this.#adjusting.shift()?.(message);
      else this.#take(message);
    });
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

  async nextAdjusted(): Promise<Adjusted> {
    return await new Promise((resolve) => this.#adjusting.push(resolve));
  }

  #take(message: WorkerMessage): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#came.push(message);
    else waiting(message);
  }
}
