import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Fault } from "../../core/model/fault.ts";
import type { Trial, TrialResult, Trials } from "../../core/model/trial.ts";
import { programEnvironment } from "../run-program.ts";

/** Gives an ordinary user a user namespace, in which network namespaces may be had. */
const AS_USER = ["unshare", "--map-root-user", "--net", "--"];

interface Waiting {
  readonly trial: Trial;
  readonly done: (result: TrialResult) => void;
}

/**
 * Opens as many workers as there are processors, or fewer, as trials come. They end with this process, whatever ends it, and
 * the namespaces end with them. A fault if there can be none.
 * @param program the worker's file: what netlogctl/trial-worker leads to
 */
export async function openTrials(program: string, widthMax = Number.POSITIVE_INFINITY): Promise<Trials> {
  const [first = 0, ...others] = processorsHere().slice(0, Math.max(1, widthMax));
  const pool = new Pool(program, others, await openWorker(program, first));
  return { width: others.length + 1, run: (trial) => pool.run(trial), close: () => pool.close() };
}

class Pool {
  readonly #program: string;
  /** Those that have no worker yet. */
  readonly #processors: number[];
  readonly #workers: Worker[];
  readonly #idle: Worker[];
  readonly #queue: Waiting[] = [];
  /** Workers that are being started: they may be ready when nothing is left for them. */
  readonly #opening: Promise<void>[] = [];

  constructor(program: string, processors: readonly number[], worker: Worker) {
    this.#program = program;
    this.#processors = [...processors];
    this.#workers = [worker];
    this.#idle = [worker];
  }

  async run(trial: Trial): Promise<TrialResult> {
    return await new Promise((done) => {
      this.#queue.push({ trial, done });
      const worker = this.#idle.pop();
      if (worker !== undefined) this.#next(worker);
      else this.#opening.push(this.#open());
    });
  }

  async close(): Promise<void> {
    this.#processors.length = 0;
    await Promise.all(this.#opening);
    await Promise.all(this.#workers.map((worker) => worker.close()));
  }

  /** One more, where there is a processor for it; where there cannot be one more, those that are there do it. */
  async #open(): Promise<void> {
    const processor = this.#processors.shift();
    if (processor === undefined) return;
    try {
      const worker = await openWorker(this.#program, processor);
      this.#workers.push(worker);
      this.#next(worker);
    } catch {
      this.#processors.length = 0;
    }
  }

  #next(worker: Worker): void {
    const waiting = this.#queue.shift();
    if (waiting === undefined) {
      this.#idle.push(worker);
      return;
    }
    worker.ask(waiting.trial, (result) => {
      waiting.done(result);
      this.#next(worker);
    });
  }
}

/** The numbers of the processors that this process may use (proc_pid_status(5)): `0-3,6`. */
function processorsHere(): number[] {
  const [, list = "0"] = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync("/proc/self/status", "latin1")) ?? [];
  return list.split(",").flatMap((part) => {
    const [first = 0, last = first] = part.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  });
}

/** Starts a worker: as root as it is, else, or where root may not, in a user namespace. */
async function openWorker(program: string, processor: number): Promise<Worker> {
  const command = [process.execPath, program, String(processor)];
  if (process.getuid?.() === 0) {
    const worker = new Worker(command);
    const { isReady } = await worker.started;
    if (isReady) return worker;
    await worker.close();
  }
  const worker = new Worker([...AS_USER, ...command]);
  const { isReady, says } = await worker.started;
  if (isReady) return worker;
  await worker.close();
  throw new Fault(
    "not-permitted",
    `cannot open a scratch network namespace to test in: ${says}`,
    "run it as root, or where ordinary users may have namespaces (sysctl user.max_user_namespaces, user.max_net_namespaces, kernel.unprivileged_userns_clone), with a /proc/sys that can be written",
  );
}

interface Started {
  readonly isReady: boolean;
  readonly says: string;
}

class Worker {
  readonly started: Promise<Started>;
  readonly #child: ChildProcess;
  #answered: ((line: string) => void) | undefined;
  #said = "";

  constructor([file = "", ...args]: readonly string[]) {
    this.#child = spawn(file, args, { stdio: ["pipe", "pipe", "pipe"], env: programEnvironment(), cwd: "/" });
    this.#child.stderr?.on("data", (bytes: Buffer) => {
      this.#said = `${this.#said}${bytes.toString("utf8")}`.slice(-2000);
    });
    this.#child.stdin?.on("error", () => {}); // its end is told by its output's
    if (this.#child.stdout !== null) {
      createInterface({ input: this.#child.stdout })
        .on("line", (line) => this.#answered?.(line))
        .on("close", () => this.#answered?.(JSON.stringify(this.#ended())));
    }
    this.started = new Promise((resolve) => {
      this.#child.once("error", ({ message }) => resolve({ isReady: false, says: message }));
      this.#answered = (line) => resolve(JSON.parse(line) as Started);
    });
  }

  ask(trial: Trial, done: (result: TrialResult) => void): void {
    this.#answered = (line) => {
      this.#answered = undefined;
      done(JSON.parse(line) as TrialResult);
    };
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) this.#answered(JSON.stringify(this.#ended()));
    else this.#child.stdin?.write(`${JSON.stringify(trial)}\n`);
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = new Promise((resolve) => this.#child.once("close", resolve));
    this.#child.stdin?.end();
    await closed;
  }

  /** The answer of one that is gone. */
  #ended(): object {
    const says = this.#said.trim() || "it ended";
    return {
      isReady: false,
      isDone: false,
      hasProgram: true,
      durationMs: 0,
      doing: "run it",
      says: `the worker ended: ${says}`,
    };
  }
}
