import type { Manifest } from "../../core/archive/manifest.ts";
import { isWhole, type PulledMachine, type PullReport } from "../../core/archive/pull-report.ts";
import type { ArchiveDocument } from "../../core/archive/schema.ts";
import { Fault } from "../../core/model/fault.ts";
import { HostError, type Lock } from "../../core/model/host.ts";
import { didYouMean } from "../../core/nearest.ts";
import { lockVault } from "./lock-vault.ts";
import type { ArchiveParts, Vault } from "./parts.ts";
import { asFault, isNoVault } from "./place-fault.ts";
import type { PullWish } from "./pull-context.ts";
import { pullMachine } from "./pull-machine.ts";
import { vaultAt } from "./settings.ts";
import { listVault, makeVault, readManifests, type VaultListing } from "./vault.ts";

/**
 * Brings what machines captured and logged into the vault, day by day, and deletes there what is old once the vault was verified
 * to have it. What fails is in the report, and holds up nothing else; the next pull goes on where this one ended, however that
 * was. @throws Fault if nothing could be done at all, or a signal came
 */
export async function pullArchive(parts: ArchiveParts, wish: PullWish): Promise<PullReport> {
  const names = machinesOf(wish.settings, wish.machines);
  const vault = vaultAt(parts, wish.settings.vault);
  const locks: Lock[] = [];
  try {
    if (!wish.isDryRun) {
      locks.push(await lockStaging(parts, wish));
      await asFault("make the vault", makeVault(vault, wish.signal));
      locks.push(await lockVault(vault, lockWish(wish)));
    }
    const { manifests, unread, listings } = await asFault("read the vault", readVault(vault, names, wish));
    for (const path of unread)
      wish.say(
        `note: ${path} in the vault is no manifest: what there still is of its day is archived anew, and it with it`,
      );
    const machines: PulledMachine[] = [];
    for (const machine of names) {
      const document = wish.settings.machines[machine] as ArchiveDocument["machines"][string];
      const own = manifests.filter((manifest: Manifest) => manifest.machine === machine);
      const place = parts.openPlace(document.at);
      const listing = listings.get(machine) ?? NOTHING;
      machines.push(await pullMachine({ ...wish, parts, vault, machine, document, place, listing }, own));
    }
    return { machines, isWhole: isWhole(machines) };
  } catch (error) {
    if (!wish.signal.aborted) throw error;
    const message = `interrupted by ${String(wish.signal.reason)}: what the vault has is whole`;
    throw new Fault("interrupted", message, "run it again: it goes on from there", { cause: wish.signal.reason });
  } finally {
    await releaseAll(locks);
  }
}

const NOTHING: VaultListing = { sizes: new Map(), prunedDay: undefined };

/** What the vault has; one that is not there yet is none where it is only looked what would be done. */
async function readVault(vault: Vault, names: readonly string[], { isDryRun, signal }: PullWish) {
  try {
    return { ...(await readManifests(vault, { signal })), listings: await listVault(vault, names, signal) };
  } catch (error) {
    if (!isDryRun || !isNoVault(error) || !error.says.includes("No such file")) throw error;
    return { manifests: [], unread: [], listings: new Map<string, VaultListing>() };
  }
}

function machinesOf({ machines }: ArchiveDocument, wanted: readonly string[] | undefined): string[] {
  const names = Object.keys(machines);
  const unknown = wanted?.find((name) => !names.includes(name));
  if (unknown === undefined) return names.filter((name) => wanted?.includes(name) ?? true);
  throw new Fault(
    "usage",
    `the intent archives no machine "${unknown.slice(0, 64)}"`,
    `${didYouMean(unknown, names)}they are ${names.join(", ")}`,
  );
}

async function releaseAll(locks: readonly Lock[]): Promise<void> {
  for (const lock of locks.toReversed()) await lock.release();
}

function lockWish({ lockTimeoutMs, say, signal }: PullWish) {
  return { timeoutMs: lockTimeoutMs, onWait: (): void => say("waiting for another pull to end"), signal };
}

async function lockStaging({ host }: ArchiveParts, wish: PullWish): Promise<Lock> {
  await host.makeDirectory(wish.staging, 0o700);
  try {
    return await host.lock(`${wish.staging}/lock`, lockWish(wish));
  } catch (error) {
    if (!(error instanceof HostError) || error.code !== "EAGAIN") throw error;
    throw new Fault("locked", "another pull is at work", "wait for its end, then run it again", { cause: error });
  }
}
