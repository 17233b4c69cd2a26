import { createHash } from "node:crypto";
import { MANIFEST_FILE, type Manifest, parseManifest } from "../../core/archive/manifest.ts";
import { MachineName } from "../../core/archive/schema.ts";
import { dayFileIn, type UnpackLimits } from "../../core/archive/sieve.ts";
import { orUndefined, readText } from "../../core/model/host.ts";
import type { ArchiveParts, Vault } from "./parts.ts";
import { withTries } from "./read-place.ts";
import { unpackTar } from "./unpack.ts";
import { hashVault, readManifests, readVaultFile, type VaultFile } from "./vault.ts";

/** Where days lie: in a vault, or fetched, as DIRECTORY/DAY/MACHINE.tgz. */
export type DaysAt = { readonly vault: Vault } | { readonly directory: string };

/** What there is of a machine's day, before it is unpacked. */
export interface DayOfMachine {
  readonly machine: string;
  /** Another one if anything of it is another. */
  readonly fingerprint: string;
  /** Brings its files into a directory, as they are. */
  bring(directory: string): Promise<BroughtDay>;
}

export interface BroughtDay {
  readonly names: readonly string[];
  readonly manifest: Manifest | undefined;
  readonly notes: readonly string[];
}

interface Asked {
  readonly day: string;
  readonly limits: UnpackLimits;
  readonly signal: AbortSignal;
}

/** The machines of a day. @throws PlaceError, HostError */
export async function findDay(parts: ArchiveParts, at: DaysAt, asked: Asked): Promise<DayOfMachine[]> {
  return "vault" in at ? await inVault(parts, at.vault, asked) : await fetched(parts, at.directory, asked);
}

async function inVault(parts: ArchiveParts, vault: Vault, asked: Asked): Promise<DayOfMachine[]> {
  const files = await hashVault(vault, asked);
  const { manifests } = await readManifests(vault, asked);
  const machines = [...new Set(files.map(({ machine }) => machine))].toSorted();
  return machines.map((machine) => {
    const own = files.filter((file) => file.machine === machine);
    const manifest = manifests.find((found) => found.machine === machine);
    return {
      machine,
      fingerprint: fingerprintOf(own.map(({ name, sha256 }) => `${name} ${sha256}`).toSorted()),
      bring: (directory) => bringFromVault(parts, vault, { ...asked, directory, manifest, files: own }),
    };
  });
}

interface Bringing extends Asked {
  readonly directory: string;
  readonly manifest: Manifest | undefined;
  readonly files: readonly VaultFile[];
}

async function bringFromVault(
  { depot }: ArchiveParts,
  vault: Vault,
  { directory, manifest, files, signal }: Bringing,
): Promise<BroughtDay> {
  const wanted = files.filter(({ name, sha256 }) => sha256 !== undefined && /^[\w][\w.-]{0,199}$/.test(name));
  const archived = wanted.filter(({ name }) => name !== MANIFEST_FILE);
  for (const file of archived) {
    const path = `${directory}/${file.name}`;
    await withTries(async () => {
      const from = (await depot.bytesOf(path)) ?? 0;
      await depot.write(path, from, readVaultFile(vault, file, { from, signal }));
    });
  }
  const hasFile = wanted.some(({ name }) => name === MANIFEST_FILE);
  const notes = manifest === undefined && hasFile ? [NO_MANIFEST] : [];
  return { names: archived.map(({ name }) => name), manifest, notes };
}

async function fetched(parts: ArchiveParts, base: string, asked: Asked): Promise<DayOfMachine[]> {
  const directory = `${base}/${asked.day}`;
  const names = (await orUndefined(parts.host.list(directory), "ENOENT", "ENOTDIR")) ?? [];
  const bundles = names.filter((name) => name.endsWith(".tgz") && MachineName.safeParse(name.slice(0, -4)).success);
  return await Promise.all(
    bundles.map(async (name) => ({
      machine: name.slice(0, -4),
      fingerprint: (await parts.depot.hash(`${directory}/${name}`)).sha256,
      bring: (target: string) => bringBundle(parts, `${directory}/${name}`, { ...asked, directory: target }),
    })),
  );
}

async function bringBundle(
  { depot, host }: ArchiveParts,
  path: string,
  { directory, day, limits }: Asked & { readonly directory: string },
): Promise<BroughtDay> {
  const unpacking = { path, wrappings: [{ by: "gzip" as const }], limits };
  const { names, left } = await unpackTar(depot, unpacking, { directory, nameOf: dayFileIn(day) });
  const text = names.includes(MANIFEST_FILE)
    ? await readText(host, `${directory}/${MANIFEST_FILE}`, MANIFEST_BYTES_MAX)
    : undefined;
  const machine = path.slice(path.lastIndexOf("/") + 1, -4);
  const manifest = text === undefined ? undefined : parseManifest(text, machine, day);
  return {
    names: names.filter((name) => name !== MANIFEST_FILE),
    manifest,
    notes: [
      ...left.map((one) => `left out: ${one}`),
      ...(manifest === undefined && text !== undefined ? [NO_MANIFEST] : []),
    ],
  };
}

const NO_MANIFEST = "its manifest is none, or that of another day: its files are opened as they are";

const MANIFEST_BYTES_MAX = 16 * 2 ** 20;

function fingerprintOf(lines: readonly string[]): string {
  return createHash("sha256").update(lines.join("\n")).digest("hex");
}
