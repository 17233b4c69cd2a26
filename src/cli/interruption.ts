/** The signals that end a change in order: what was begun is undone, then the program ends. */
const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

/** Runs the work with a signal of its own that is aborted, with the name as its reason, when one of those comes. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = (name: NodeJS.Signals): void => controller.abort(name);
  for (const name of SIGNALS) process.on(name, abort);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of SIGNALS) process.off(name, abort);
  }
}

/** A signal that is aborted so long after another one was. */
export function later(signal: AbortSignal, ms: number): AbortSignal {
  const controller = new AbortController();
  signal.addEventListener("abort", () => setTimeout(() => controller.abort(signal.reason), ms).unref(), { once: true });
  return controller.signal;
}
