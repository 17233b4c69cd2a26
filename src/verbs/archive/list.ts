import { daysOf, type Gap, gapsIn, type ListedDay, type ListWish, listDays } from "../../core/archive/listing.ts";
import type { Vault } from "./parts.ts";
import { asFault } from "./place-fault.ts";
import { readManifests, refuseOtherMachines } from "./vault.ts";

export interface ArchiveList {
  readonly days: readonly ListedDay[];
  readonly gaps: readonly Gap[];
  /** Paths of what is no manifest. */
  readonly unread: readonly string[];
}

/** What a vault holds, by its manifests. @throws Fault */
export async function listArchive(vault: Vault, wish: ListWish): Promise<ArchiveList> {
  if (wish.machine !== undefined) await refuseOtherMachines(vault, [wish.machine]);
  const { manifests, unread } = await asFault(
    "read the vault",
    readManifests(vault, { machine: wish.machine, ...daysOf(wish) }),
  );
  return { days: listDays(manifests, wish), gaps: gapsIn(manifests), unread };
}
