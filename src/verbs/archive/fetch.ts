import { MANIFEST_FILE } from "../../core/archive/manifest.ts";
import type { PlacePath } from "../../core/archive/place-path.ts";
import { UNPACK_LIMITS } from "../../core/archive/sieve.ts";
import { BrokenArchive, type TarSource } from "../../core/model/depot.ts";
import { printable } from "../../core/printable.ts";
import { bringFile } from "./bring-file.ts";
import { pack, verifyMembers, type WantedMember } from "./pack.ts";
import type { ArchiveParts, Vault } from "./parts.ts";
import { asFault } from "./place-fault.ts";
import { putFile } from "./put-file.ts";
import { vaultAt } from "./settings.ts";
import { hashVault, readManifests, refuseOtherMachines, type VaultFile } from "./vault.ts";

export interface FetchWish {
  readonly day: string;
  readonly machines?: readonly string[] | undefined;
  readonly to: PlacePath;
  readonly staging: string;
  readonly onStep: (step: string) => void;
  readonly signal: AbortSignal;
}

export interface FetchedMachine {
  readonly machine: string;
  /** Where it stands over there. */
  readonly path: string;
  readonly bytes: number;
  /** What is not as its manifest says, and was not fetched; undefined if all was. */
  readonly failed?: string;
}

/** Copies a day from the vault to where it is looked at: PATH/DAY/MACHINE.tgz, as the viewer wants it. @throws Fault */
export async function fetchDay(parts: ArchiveParts, vault: Vault, wish: FetchWish): Promise<FetchedMachine[]> {
  if (wish.machines !== undefined) await refuseOtherMachines(vault, wish.machines);
  const files = await asFault("read the vault", hashVault(vault, wish));
  const machines = [...new Set(files.map(({ machine }) => machine))].toSorted();
  const fetched: FetchedMachine[] = [];
  for (const machine of machines.filter((name) => wish.machines?.includes(name) ?? true)) {
    wish.onStep(`${machine} ${wish.day}`);
    const own = files.filter((file) => file.machine === machine && file.sha256 !== undefined);
    fetched.push(await asFault(`fetch ${wish.day}`, fetchMachine(parts, { vault, machine, files: own, wish })));
  }
  return fetched;
}

interface Fetching {
  readonly vault: Vault;
  readonly machine: string;
  readonly files: readonly VaultFile[];
  readonly wish: FetchWish;
}

async function fetchMachine(parts: ArchiveParts, fetching: Fetching): Promise<FetchedMachine> {
  const { machine, wish } = fetching;
  const directory = `${wish.staging}/fetch-${machine}-${wish.day}`;
  const path = `${wish.to.path}/${wish.day}/${machine}.tgz`;
  await parts.depot.remove(directory);
  await parts.host.makeDirectory(directory, 0o700);
  try {
    const { bytes } = await fetchInto(parts, fetching, directory);
    return { machine, path, bytes };
  } catch (error) {
    if (!(error instanceof BrokenArchive)) throw error;
    return { machine, path, bytes: 0, failed: error.message };
  } finally {
    await parts.depot.remove(directory);
  }
}

async function fetchInto(parts: ArchiveParts, fetching: Fetching, directory: string): Promise<{ bytes: number }> {
  const { machine, wish } = fetching;
  const members = await bring(parts, fetching, directory);
  const path = `${directory}/bundle`;
  const hashed = await pack(parts.depot, {
    path,
    chunks: parts.depot.writeTar(members),
    by: "gzip",
    recipients: undefined,
    verify: verifyMembers(parts.depot, members),
  });
  const { place, path: base } = vaultAt(parts, wish.to);
  const target = { place, directory: `${base}/${wish.day}`, name: `${machine}.tgz` };
  await putFile(parts.depot, { ...target, path, hashed, mode: "replace", signal: wish.signal });
  return hashed;
}

/** The files of the machine's day, each of which is what its manifest says. @throws BrokenArchive if one is not */
async function bring(
  { depot }: ArchiveParts,
  { vault, machine, files, wish }: Fetching,
  directory: string,
): Promise<(TarSource & WantedMember)[]> {
  const { day, signal } = wish;
  const { manifests } = await readManifests(vault, { machine, day, signal });
  const manifest = manifests[0];
  const hasFile = files.some(({ name }) => name === MANIFEST_FILE);
  if (manifest === undefined && hasFile) throw new BrokenArchive("its manifest is none, or that of another day");
  const said = new Map(manifest?.files.map((file) => [file.name, file]));
  if (manifest !== undefined) refuseUnlisted(files, said);
  const gone = [...said.keys()].find((name) => !files.some((file) => file.name === name));
  if (gone !== undefined) throw new BrokenArchive(`${gone} is not there, although its manifest names it`);
  const members: (TarSource & WantedMember)[] = [];
  for (const file of files) {
    const path = `${directory}/${members.length}`;
    const { bytes } = said.get(file.name) ?? {};
    await bringFile(depot, { vault, file }, { path, said: bytes, most: UNPACK_LIMITS.bytes, signal });
    const hashed = await depot.hash(path);
    if (hashed.sha256 !== (said.get(file.name)?.sha256 ?? file.sha256)) {
      throw new BrokenArchive(`${file.name} is not what its manifest says`);
    }
    members.push({ name: `${day}/${file.name}`, path, modified: Date.parse(day) / 1000, ...hashed });
  }
  return members;
}

function refuseUnlisted(files: readonly VaultFile[], said: ReadonlyMap<string, unknown>): void {
  const unlisted = files.find(({ name }) => name !== MANIFEST_FILE && !said.has(name));
  if (unlisted !== undefined) throw new BrokenArchive(`${printable(unlisted.name)} is not in its manifest`);
}
