import type { Manifest } from "../../core/archive/manifest.ts";
import { type KeepWish, type OldDay, oldDays } from "../../core/archive/prune-vault.ts";
import { REMOVE_DAYS } from "../../core/archive/scripts.ts";
import { lockVault } from "./lock-vault.ts";
import type { Vault } from "./parts.ts";
import { asFault } from "./place-fault.ts";
import { asInput, askLines } from "./read-place.ts";
import { readManifests } from "./vault.ts";

export interface PruneWish extends KeepWish {
  readonly isDryRun: boolean;
  readonly signal: AbortSignal;
}

/**
 * Deletes whole days of a vault. A day loses its name before anything of it is deleted, so that no deletion that is cut off can be
 * taken for tampering; the next one removes what is left. Days without a manifest are not touched. @throws Fault
 */
export async function pruneVault(vault: Vault, wish: PruneWish): Promise<OldDay[]> {
  const manifests = await read(vault, wish);
  if (wish.isDryRun || manifests.length === 0) return oldDays(manifests, wish);
  const lock = await lockVault(vault, { timeoutMs: 0, signal: wish.signal });
  try {
    // A pull may have come to its end in between.
    const days = oldDays(await read(vault, wish), wish);
    await asFault("delete old days", remove(vault, days, wish.signal));
    return days;
  } finally {
    await lock.release();
  }
}

async function read(vault: Vault, { signal }: PruneWish): Promise<readonly Manifest[]> {
  return (await asFault("read the vault", readManifests(vault, { signal }))).manifests;
}

async function remove(vault: Vault, days: readonly OldDay[], signal: AbortSignal): Promise<void> {
  const input = asInput(days.map(({ machine, day }) => `${machine}/${day}`));
  for await (const _removed of askLines(vault.place, { script: REMOVE_DAYS, words: [vault.path], input, signal }));
}
