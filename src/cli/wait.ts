import { setPriority } from "node:os";

/** How often it is looked whether waiting still makes sense. */
const LOOK_MS = 250;

/** The time on the clock that nobody sets (CLOCK_MONOTONIC): the same in all processes of a boot. */
export function monotonicMs(): number {
  return Math.round(Number(process.hrtime.bigint() / 1_000_000n));
}

/** Waits until then as long as it holds; ahead of others that want the processor. */
export async function waitUntil(deadlineMs: number, holds: () => Promise<boolean>): Promise<void> {
  hurry();
  for (let left = deadlineMs - monotonicMs(); left > 0 && (await holds()); left = deadlineMs - monotonicMs()) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(LOOK_MS, left)));
  }
}

/** Without the right to (EPERM, EACCES) it goes on as it is. */
function hurry(): void {
  try {
    setPriority(-10);
  } catch (error) {
    const { info } = error as { info?: { code?: string } };
    if (info?.code !== "EACCES" && info?.code !== "EPERM") throw error;
  }
}
