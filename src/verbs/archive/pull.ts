import type { Manifest } from "../../core/archive/manifest.ts";
import { isWhole, type PulledMachine, type PullReport } from "../../core/archive/pull-report.ts";
import type { ArchiveDocument } from "../../core/archive/schema.ts";
import { Fault } from "../../core/model/fault.ts";
import { HostError, type Lock } from "../../core/model/host.ts";
import { didYouMean } from "../../core/nearest.ts";
import { lockVault } from "./lock-vault.ts";
import type { ArchiveParts } from "./parts.ts";
import { asFault } from "./place-fault.ts";
import type { PullWish } from "./pull-context.ts";
import { pullMachine } from "./pull-machine.ts";
import { vaultAt } from "./settings.ts";
import { readManifests } from "./vault.ts";

/**
 * Brings what machines captured and logged into the vault, day by day, and deletes there what is old once the vault was verified
 * to have it. What fails is in the report, and holds up nothing else; the next pull goes on where this one ended, however that
 * was. @throws Fault if nothing could be done at all, or a signal came
 */
export async function pullArchive(parts: ArchiveParts, wish: PullWish): Promise<PullReport> {
  const names = machinesOf(wish.settings, wish.machines);
  await parts.host.makeDirectory(wish.staging, 0o700);
  const locks = [await lockStaging(parts, wish)];
  try {
    const vault = vaultAt(parts, wish.settings.vault);
    if (!wish.isDryRun) locks.push(await lockVault(vault, lockWish(wish)));
    const { manifests, unread } = await asFault("read the vault", readManifests(vault, { signal: wish.signal }));
    for (const path of unread)
      wish.say(`note: ${path} in the vault is no manifest: its day is archived anew beside it`);
    const machines: PulledMachine[] = [];
    for (const machine of names) {
      const document = wish.settings.machines[machine] as ArchiveDocument["machines"][string];
      const own = manifests.filter((manifest: Manifest) => manifest.machine === machine);
      const place = parts.openPlace(document.at);
      machines.push(await pullMachine({ ...wish, parts, vault, machine, document, place }, own));
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
  try {
    return await host.lock(`${wish.staging}/lock`, lockWish(wish));
  } catch (error) {
    if (!(error instanceof HostError) || error.code !== "EAGAIN") throw error;
    throw new Fault("locked", "another pull is at work", "wait for its end, then run it again", { cause: error });
  }
}
