import { isatty } from "node:tty";

/** The signals that end a change in order: what was begun is undone, then the program ends. */
const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

/** Runs the work with a signal of its own that is aborted, with the name as its reason, when one of those comes. */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  names: readonly NodeJS.Signals[] = SIGNALS,
): Promise<T> {
  const controller = new AbortController();
  const abort = (name: NodeJS.Signals): void => controller.abort(name);
  for (const name of names) process.on(name, abort);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of names) process.off(name, abort);
  }
}

/**
 * Runs a service, which SIGHUP has read its settings again once `onReload` was given what does so. A terminal that is gone
 * sends SIGHUP, too: that ends it.
 */
export async function reloadable<T>(
  work: (signal: AbortSignal, onReload: (reload: () => Promise<void>) => void) => Promise<T>,
): Promise<T> {
  const gone = new AbortController();
  const hasTerminal = isatty(2);
  let reload = async (): Promise<void> => {};
  const hangUp = (): void => {
    if (hasTerminal && !isatty(2)) gone.abort("SIGHUP");
    else void reload();
  };
  process.on("SIGHUP", hangUp);
  const onReload = (wanted: () => Promise<void>): void => {
    reload = wanted;
  };
  try {
    return await interruptible(
      (signal) => work(AbortSignal.any([signal, gone.signal]), onReload),
      ["SIGINT", "SIGTERM"],
    );
  } finally {
    process.off("SIGHUP", hangUp);
  }
}

/** A signal that is aborted so long after another one was. */
export function later(signal: AbortSignal, ms: number): AbortSignal {
  const controller = new AbortController();
  signal.addEventListener("abort", () => setTimeout(() => controller.abort(signal.reason), ms).unref(), { once: true });
  return controller.signal;
}
