import { createHash } from "node:crypto";
import { MANIFEST_FILE, type Manifest, parseManifest } from "../../core/archive/manifest.ts";
import { MachineName } from "../../core/archive/schema.ts";
import {
  createBudget,
  dayFileIn,
  UNPACK_LIMITS,
  type UnpackBudget,
  type UnpackLimits,
} from "../../core/archive/sieve.ts";
import type { Hashed } from "../../core/model/depot.ts";
import { type Host, HostError, orUndefined, readText } from "../../core/model/host.ts";
import { bringFile } from "./bring-file.ts";
import type { ArchiveParts, Vault } from "./parts.ts";
import { unpackTar, whole } from "./unpack.ts";
import { hashVault, readManifests, type VaultFile } from "./vault.ts";

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
  /** What may be unpacked of it all. */
  readonly budget: UnpackBudget;
  /** Nothing of it could be read. */
  readonly isUnread?: boolean;
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
  { directory, manifest, files, limits, signal }: Bringing,
): Promise<BroughtDay> {
  const wanted = files.filter(({ name, sha256 }) => sha256 !== undefined && /^[\w][\w.-]{0,199}$/.test(name));
  const archived = wanted.filter(({ name }) => name !== MANIFEST_FILE);
  const said = new Map(manifest?.files.map(({ name, bytes }) => [name, bytes]));
  const names: string[] = [];
  const notes: string[] = [];
  let packed = 0;
  for (const file of archived) {
    const path = `${directory}/${file.name}`;
    const most = Math.min(said.has(file.name) ? limits.bytes : limits.memberBytes, limits.bytes - packed);
    const wish = { path, said: said.get(file.name), most, signal };
    const trouble = await whole(bringFile(depot, { vault, file }, wish));
    if (trouble === undefined) {
      names.push(file.name);
      packed += (await depot.bytesOf(path)) ?? 0;
    } else {
      notes.push(`left out: ${trouble}`);
      await depot.remove(path);
    }
  }
  const hasFile = wanted.some(({ name }) => name === MANIFEST_FILE);
  if (manifest === undefined && hasFile) notes.push(NO_MANIFEST);
  return { names, manifest, notes, budget: createBudget(limits, packed) };
}

async function fetched(parts: ArchiveParts, base: string, asked: Asked): Promise<DayOfMachine[]> {
  const directory = `${base}/${asked.day}`;
  const names = (await orUndefined(parts.host.list(directory), "ENOENT", "ENOTDIR")) ?? [];
  const bundles = names.filter((name) => name.endsWith(".tgz") && MachineName.safeParse(name.slice(0, -4)).success);
  return await Promise.all(
    bundles.map(async (name) => {
      const [machine, path] = [name.slice(0, -4), `${directory}/${name}`];
      const found = await hashBundle(parts, path);
      if ("trouble" in found) return { machine, fingerprint: found.trouble, bring: async () => unread(found.trouble) };
      const bring = (target: string) => bringBundle(parts, path, { ...asked, directory: target });
      return { machine, fingerprint: found.sha256, bring };
    }),
  );
}

/** One bundle that cannot be read keeps nobody from the others. */
async function hashBundle({ depot }: ArchiveParts, path: string): Promise<Hashed | { readonly trouble: string }> {
  try {
    if ((await depot.bytesOf(path)) === undefined) return { trouble: "its bundle is no file" };
    return await depot.hash(path);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return { trouble: `its bundle cannot be read: ${error.code}` };
  }
}

function unread(trouble: string): BroughtDay {
  return { names: [], manifest: undefined, notes: [trouble], budget: createBudget(UNPACK_LIMITS, 0), isUnread: true };
}

async function bringBundle(
  { depot, host }: ArchiveParts,
  path: string,
  { directory, day, limits }: Asked & { readonly directory: string },
): Promise<BroughtDay> {
  const budget = createBudget(limits, (await depot.bytesOf(path)) ?? 0);
  const unpacking = { path, wrappings: [{ by: "gzip" as const }], limits, budget };
  const { names, left, isUnread } = await unpackTar(depot, unpacking, { directory, nameOf: dayFileIn(day) });
  const machine = path.slice(path.lastIndexOf("/") + 1, -4);
  const hasManifest = names.includes(MANIFEST_FILE);
  const manifest = hasManifest ? await readManifest(host, directory, { machine, day }) : undefined;
  return {
    names: names.filter((name) => name !== MANIFEST_FILE),
    manifest,
    budget,
    isUnread,
    notes: [
      ...(isUnread ? ["its bundle cannot be read"] : []),
      ...left.map((one) => `left out: ${one}`),
      ...(manifest === undefined && hasManifest ? [NO_MANIFEST] : []),
    ],
  };
}

const NO_MANIFEST = "its manifest is none, or that of another day: its files are opened as they are";

async function readManifest(
  host: Host,
  directory: string,
  { machine, day }: { readonly machine: string; readonly day: string },
): Promise<Manifest | undefined> {
  const text = await orUndefined(readText(host, `${directory}/${MANIFEST_FILE}`, MANIFEST_BYTES_MAX), "EFBIG");
  return text === undefined ? undefined : parseManifest(text, machine, day);
}

const MANIFEST_BYTES_MAX = 16 * 2 ** 20;

function fingerprintOf(lines: readonly string[]): string {
  return createHash("sha256").update(lines.join("\n")).digest("hex");
}
