import { Day } from "../../core/archive/manifest.ts";
import { LIST_DAYS } from "../../core/archive/scripts.ts";
import { orUndefined } from "../../core/model/host.ts";
import type { DaysAt } from "./day-source.ts";
import type { ArchiveParts, Vault } from "./parts.ts";
import { asFault } from "./place-fault.ts";
import { askAll } from "./read-place.ts";

/** The days that there are, the oldest first. @throws Fault, HostError */
export async function findDays(parts: ArchiveParts, at: DaysAt): Promise<string[]> {
  const names =
    "vault" in at ? await asFault("read the archive", daysIn(at.vault)) : await fetchedDays(parts, at.directory);
  return [...new Set(names)].filter((name) => Day.safeParse(name).success).toSorted();
}

async function daysIn(vault: Vault): Promise<string[]> {
  const lines = await askAll(vault.place, { script: LIST_DAYS, words: [vault.path] });
  return lines.map((line) => line.slice(line.lastIndexOf("/") + 1));
}

async function fetchedDays({ host }: ArchiveParts, directory: string): Promise<string[]> {
  return (await orUndefined(host.list(directory), "ENOENT", "ENOTDIR")) ?? [];
}
