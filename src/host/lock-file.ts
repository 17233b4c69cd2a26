import type { ChildProcess } from "node:child_process";
import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { HostError, type Lock, type LockOptions, NO_PROGRAM } from "../core/model/host.ts";
import { hostError, touch } from "./host-errors.ts";
import { giveToOwner } from "./owner.ts";
import { programEnvironment } from "./run-program.ts";

const PATIENCE_MS = 1000;

/**
 * Takes an exclusive lock of a file. It is held by flock(1) around a cat that ends with our end of its pipe: whatever
 * ends this process, the kernel gives the lock to the next, and no stale lock is ever left.
 */
export async function lockFile(path: string, options: LockOptions): Promise<Lock> {
  const file = prepare(path);
  try {
    return await held(path, file, options);
  } finally {
    closeSync(file);
  }
}

async function held(path: string, file: number, options: LockOptions): Promise<Lock> {
  if (options.signal?.aborted) throw new HostError("EINTR", "lock", path);

  const { spawn } = await import("node:child_process");
  // Its own session: a Ctrl-C at the terminal must not release the lock while a change is being undone.
  // It gets the file, not its name: under that something else may stand by now.
  const holder = touch("run", "flock", () =>
    spawn("flock", [...(options.timeoutMs === 0 ? ["-n"] : []), "-x", "/proc/self/fd/3", "cat"], {
      env: programEnvironment(),
      cwd: "/",
      detached: true,
      stdio: ["pipe", "pipe", "ignore", file],
    }),
  );
  const { stdin } = holder; // not there where it was not started
  stdin?.on("error", () => {}); // it may be gone before it reads: its end says so
  stdin?.write("\n");
  const ended = endOf(holder);
  const patience = beginWaiting(options);
  const outcome = await Promise.race([answerOf(holder), ended.then(() => "ended" as const), patience.over]);
  patience.end();
  if (outcome !== "held") {
    holder.kill();
    const code = failureOf(outcome, await ended, options);
    throw new HostError(code, "lock", code === NO_PROGRAM ? "flock" : path);
  }
  const release = async (): Promise<void> => {
    stdin?.end();
    await ended;
  };
  return { release };
}

type Outcome = "held" | "ended" | "over";

function answerOf({ stdout }: Pick<ChildProcess, "stdout">): Promise<"held"> {
  return new Promise((resolve) => void stdout?.once("data", () => resolve("held")));
}

/** Its exit code; the name of the error if it could not be started. */
function endOf(holder: ChildProcess): Promise<string | number | null> {
  return new Promise((resolve) => {
    holder.once("exit", resolve);
    holder.once("error", ({ code }: NodeJS.ErrnoException) => resolve(code ?? "EIO"));
  });
}

/** flock -n ends with 1 if somebody else has the lock (flock(1)); any other end is a failure of its own. */
function failureOf(outcome: Outcome, end: string | number | null, options: LockOptions): string {
  if (outcome === "over" || (options.timeoutMs === 0 && end === 1)) return "EAGAIN";
  if (end === "ENOENT") return NO_PROGRAM;
  return typeof end === "string" ? end : "ENOLCK";
}

/** The file is made before flock sees it, readable by its owner only: who may open it may lock it. */
function prepare(path: string): number {
  try {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const file = openSync(path, flags, 0o600);
    if (fstatSync(file).isFile()) {
      giveToOwner(file, dirname(path));
      return file;
    }
    closeSync(file);
    throw new HostError("EFTYPE", "lock", path);
  } catch (error) {
    throw hostError(error, "lock", path);
  }
}

/** Tells of the waiting, and is over when the time is or the signal comes. */
function beginWaiting({ timeoutMs, onWait, signal }: LockOptions): { over: Promise<Outcome>; end: () => void } {
  let end = (): void => {};
  const over = new Promise<Outcome>((resolve) => {
    if (timeoutMs === 0) return;
    const timers = [
      setTimeout(() => onWait?.(), Math.min(PATIENCE_MS, timeoutMs)),
      setTimeout(resolve, timeoutMs, "over"),
    ];
    const stop = (): void => resolve("over");
    signal?.addEventListener("abort", stop, { once: true });
    end = () => {
      for (const timer of timers) clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    };
  });
  return { over, end };
}
