import { MANIFEST_FILE, type Manifest } from "../../core/archive/manifest.ts";
import { Fault } from "../../core/model/fault.ts";
import { isThere } from "../read-input.ts";
import type { ArchiveParts, Vault } from "./parts.ts";
import { asFault } from "./place-fault.ts";
import { hashVault, readManifests, refuseOtherMachines, type VaultFile, type VaultPart } from "./vault.ts";
import { lookInto } from "./verify-deep.ts";

export interface VerifyWish extends VaultPart {
  /** Also what is in the files. */
  readonly isDeep: boolean;
  /** A file with an identity of age(1), for what is encrypted. */
  readonly identity?: string | undefined;
  readonly onStep: (step: string) => void;
  readonly signal: AbortSignal;
}

interface VerifiedDay {
  readonly machine: string;
  readonly day: string;
  /** How many files are what the manifest says. */
  readonly sound: number;
  /** What is not as the manifest says, in words. */
  readonly problems: readonly string[];
  /** `unread`: it was to be looked into, and some of it is encrypted. */
  readonly state: "sound" | "unread" | "broken";
  /** What could not be looked into. */
  readonly notes: readonly string[];
}

export interface Verified {
  readonly days: readonly VerifiedDay[];
  readonly isSound: boolean;
}

/** Compares what is in a vault with what its manifests say: each file is hashed now. @throws Fault */
export async function verifyArchive(parts: ArchiveParts, vault: Vault, wish: VerifyWish): Promise<Verified> {
  wish.onStep("hashing");
  await refuseNoIdentity(parts, wish);
  if (wish.machine !== undefined) await refuseOtherMachines(vault, [wish.machine]);
  const { manifests } = await asFault("read the vault", readManifests(vault, wish));
  const files = await asFault("read the vault", hashVault(vault, wish));
  const keys = [...new Set([...manifests, ...files].map(({ machine, day }) => `${machine}/${day}`))].toSorted();
  const days: VerifiedDay[] = [];
  for (const key of keys) {
    const [machine = "", day = ""] = key.split("/");
    const isOf = (one: { machine: string; day: string }): boolean => one.machine === machine && one.day === day;
    const of = { machine, day, manifest: manifests.find(isOf), files: files.filter(isOf) };
    days.push(await asFault("read the vault", verifyDay(parts, { vault, of, wish })));
  }
  return { days, isSound: days.every(({ problems }) => problems.length === 0) };
}

async function refuseNoIdentity({ host }: ArchiveParts, { identity }: VerifyWish): Promise<void> {
  if (identity === undefined || (await isThere(host, identity))) return;
  throw new Fault("not-found", `there is no file ${identity}`, "name a file that age-keygen -o wrote");
}

interface Day {
  readonly machine: string;
  readonly day: string;
  readonly manifest: Manifest | undefined;
  readonly files: readonly VaultFile[];
}

interface Verifying {
  readonly vault: Vault;
  readonly of: Day;
  readonly wish: VerifyWish;
}

async function verifyDay(parts: ArchiveParts, { vault, of, wish }: Verifying): Promise<VerifiedDay> {
  const { machine, day, manifest, files } = of;
  if (manifest === undefined) {
    const hasFile = files.some(({ name }) => name === MANIFEST_FILE);
    const problems = [hasFile ? "its manifest is none" : "it has no manifest"];
    return { machine, day, sound: 0, state: "broken", problems, notes: [] };
  }
  const found = new Map(files.map(({ name, sha256 }) => [name, sha256]));
  const good = manifest.files.filter(({ name, sha256 }) => found.get(name) === sha256);
  const bad = manifest.files.filter((file) => !good.includes(file));
  const listed = new Set([MANIFEST_FILE, ...manifest.files.map(({ name }) => name)]);
  const problems = [
    ...bad.map(({ name }) => `${name} ${found.has(name) ? "is not what it was" : "is not there"}`),
    ...files.flatMap(({ name }) => (listed.has(name) ? [] : [`${name} is not in its manifest`])),
  ];
  const notes: string[] = [];
  for (const file of wish.isDeep ? good : []) {
    wish.onStep(`${machine} ${day}: ${file.name}`);
    const looked = await lookInto(parts, { vault, machine, day, file, wish });
    problems.push(...looked.problems);
    notes.push(...looked.notes);
  }
  const state = problems.length > 0 ? "broken" : notes.length > 0 ? "unread" : "sound";
  return { machine, day, sound: good.length, state, problems, notes };
}
