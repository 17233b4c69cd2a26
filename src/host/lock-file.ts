import { closeSync, openSync } from "node:fs";
import { execa } from "execa";
import { HostError, type Lock, type LockOptions } from "../core/model/host.ts";
import { hostError } from "./host-errors.ts";
import { programEnvironment } from "./run-program.ts";

const PATIENCE_MS = 1000;

/**
 * Takes an exclusive lock of a file. It is held by flock(1) around a cat that ends with our end of its pipe: whatever
 * ends this process, the kernel gives the lock to the next, and no stale lock is ever left.
 */
export async function lockFile(path: string, options: LockOptions): Promise<Lock> {
  prepare(path);
  // Its own session: a Ctrl-C at the terminal must not release the lock while a change is being undone.
  const holder = execa("flock", [...(options.timeoutMs === 0 ? ["-n"] : []), "-x", path, "cat"], {
    env: programEnvironment(),
    detached: true,
    reject: false,
    buffer: false,
    stdin: "pipe",
    stdout: "pipe",
    stderr: "ignore",
  });
  holder.stdin.on("error", () => {}); // it may be gone before it reads: its end says so
  holder.stdin.write("\n");
  const isHeld = new Promise<boolean>((resolve) => {
    holder.stdout.once("data", () => resolve(true));
    holder.once("exit", () => resolve(false));
    holder.once("error", () => resolve(false));
  });
  const release = async (): Promise<void> => {
    holder.stdin.end();
    await holder;
  };
  if (await withinLimits(isHeld, options)) return { release };

  holder.kill();
  const { code } = await holder;
  throw new HostError(code ?? "EAGAIN", "lock", path);
}

/** The file is made before flock sees it, readable by its owner only: who may open it may lock it. */
function prepare(path: string): void {
  try {
    closeSync(openSync(path, "a", 0o600));
  } catch (error) {
    throw hostError(error, "lock", path);
  }
}

async function withinLimits(isHeld: Promise<boolean>, options: LockOptions): Promise<boolean> {
  if (options.timeoutMs === 0) return await isHeld;

  const limits = new AbortController();
  const over = new Promise<boolean>((resolve) => {
    const patience = setTimeout(() => options.onWait?.(), Math.min(PATIENCE_MS, options.timeoutMs));
    const timeout = setTimeout(resolve, options.timeoutMs, false);
    options.signal?.addEventListener("abort", () => resolve(false), { signal: limits.signal });
    limits.signal.addEventListener("abort", () => {
      clearTimeout(patience);
      clearTimeout(timeout);
    });
  });
  try {
    return await Promise.race([isHeld, over]);
  } finally {
    limits.abort();
  }
}
