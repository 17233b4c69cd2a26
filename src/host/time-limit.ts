import type { ChildProcess } from "node:child_process";

/** How long a program may take. */
export interface Limits {
  /** One that has not ended by then is ended. */
  readonly timeoutMs: number;
  /** What is asked to end has so long for it; so long is also waited for output when it has ended. */
  readonly patienceMs: number;
}

export interface TimeLimit {
  readonly hasTimedOut: () => boolean;
  /** The program is not waited for any more: it is asked to end, and then ended. */
  readonly end: () => void;
}

/**
 * Ends a program that leads a group of its own, and all of the group, when its time is over. Behind its end, and where not
 * even SIGKILL ends it, nobody waits for a pipe that somebody else holds open: what came by then is what it said.
 * @param onCut called where the program itself did not end
 */
export function limitTime(child: ChildProcess, { timeoutMs, patienceMs }: Limits, onCut: () => void): TimeLimit {
  let timedOut = false;
  let isEnding = false;
  const timers: NodeJS.Timeout[] = [];
  const lift = (): void => timers.forEach((timer) => void clearTimeout(timer));
  const cut = (): void => {
    if (isEnding) endGroup(child, "SIGKILL");
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
    child.unref();
    if (!hasEnded(child)) onCut();
  };
  const force = (): void => {
    endGroup(child, "SIGKILL");
    // What has the signal pending ends at once, unless it hangs in the kernel.
    timers.push(setTimeout(cut, patienceMs));
  };
  const end = (): void => {
    isEnding = true;
    endGroup(child, "SIGTERM");
    timers.push(setTimeout(force, patienceMs));
  };
  const overdue = (): void => {
    timedOut = true;
    end();
  };
  timers.push(setTimeout(overdue, timeoutMs));
  child.once("exit", () => {
    lift();
    timers.push(setTimeout(cut, patienceMs));
  });
  child.once("close", () => {
    lift();
    if (isEnding) endGroup(child, "SIGKILL"); // what it started may not have heeded the first
  });
  child.once("error", lift);
  return { hasTimedOut: () => timedOut, end };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** The children of a program are of its group. Its number is nobody else's as long as there is one of them. */
export function endGroup({ pid }: ChildProcess, signal: "SIGTERM" | "SIGKILL"): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // all of them have ended
  }
}
