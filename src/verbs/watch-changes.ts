/** Reads again and again until aborted, and gives each reading that differs from the one before. */
export async function* watchChanges<T>(
  read: () => Promise<T>,
  intervalMs: number,
  signal: AbortSignal,
): AsyncGenerator<T> {
  let before: string | undefined;
  while (!signal.aborted) {
    const value = await read();
    const now = JSON.stringify(value);
    if (now !== before) yield value;
    before = now;
    await pause(intervalMs, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}
