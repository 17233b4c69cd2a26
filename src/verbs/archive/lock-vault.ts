import { setTimeout as pause } from "node:timers/promises";
import { LOCK_VAULT, LOCKED_CODE } from "../../core/archive/scripts.ts";
import { Fault } from "../../core/model/fault.ts";
import type { Lock } from "../../core/model/host.ts";
import { PlaceError } from "../../core/model/place.ts";
import type { Vault } from "./parts.ts";
import { asFault } from "./place-fault.ts";
import { askLines, withTries } from "./read-place.ts";

/** A place answers at least as soon. */
const ANSWER_MS = 30_000;
/** Of its waiting is told after that. */
const PATIENCE_MS = 1000;
/** So often the lock's holder says that it is there. */
const BEAT_MS = 60_000;

interface LockWish {
  readonly timeoutMs: number;
  readonly onWait?: () => void;
  readonly signal: AbortSignal;
}

/**
 * Takes the lock of a vault, which is made where there is none: whoever changes what is in it has it. It lies where the vault
 * does, so that two machines keep out of each other's way, too. @throws Fault
 */
export async function lockVault(vault: Vault, wish: LockWish): Promise<Lock> {
  return await asFault(
    "lock the vault",
    withTries(async () => await takeLock(vault, wish)),
  );
}

async function takeLock(vault: Vault, { timeoutMs, onWait, signal }: LockWish): Promise<Lock> {
  const [released, tooLate] = [new AbortController(), new AbortController()];
  const lines = askLines(vault.place, {
    script: LOCK_VAULT,
    words: [vault.path, timeoutMs === 0 ? "now" : "wait"],
    input: beats(released.signal),
    signal: AbortSignal.any([signal, tooLate.signal]),
  });
  const patience = setTimeout(() => onWait?.(), PATIENCE_MS);
  const limit = setTimeout(() => tooLate.abort(lockedFault()), timeoutMs === 0 ? ANSWER_MS : timeoutMs);
  try {
    const { value } = await lines.next();
    if (value !== "held") throw new PlaceError("cut-off", vault.place.label, "it says nothing of its lock");
    return { release: async () => await release(lines, released) };
  } catch (error) {
    released.abort();
    throw error instanceof PlaceError && error.code === LOCKED_CODE ? lockedFault(error) : error;
  } finally {
    clearTimeout(patience);
    clearTimeout(limit);
  }
}

function lockedFault(cause?: unknown): Fault {
  return new Fault("locked", "another pull or prune is at work in the vault", "wait for its end, then run it again", {
    cause,
  });
}

/** The lock of a connection that broke is free already. */
async function release(lines: AsyncGenerator<string>, released: AbortController): Promise<void> {
  released.abort();
  try {
    for await (const _line of lines);
  } catch {
    // however it ended, it ended
  }
}

async function* beats(released: AbortSignal): AsyncGenerator<Buffer> {
  while (!released.aborted) {
    yield Buffer.from("\n");
    await pause(BEAT_MS, undefined, { signal: released }).catch(() => {});
  }
}
