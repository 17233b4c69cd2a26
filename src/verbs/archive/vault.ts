import { Day, MANIFEST_FILE, type Manifest, parseManifest } from "../../core/archive/manifest.ts";
import { MANIFEST_BYTES_MAX } from "../../core/archive/manifest-size.ts";
import { MachineName } from "../../core/archive/schema.ts";
import {
  HASH_FILE,
  HASH_VAULT,
  LIST_DAYS,
  LIST_VAULT,
  MAKE_VAULT,
  READ_FILE,
  READ_MANIFESTS,
} from "../../core/archive/scripts.ts";
import { Fault } from "../../core/model/fault.ts";
import { didYouMean } from "../../core/nearest.ts";
import { dayPath, type Vault } from "./parts.ts";
import { asFault } from "./place-fault.ts";
import { askAll } from "./read-place.ts";

/** Those of years, of many machines. */
const MANIFESTS_BYTES_MAX = 2 ** 30;

/** Of which machine and day something is asked; of all unless said. */
export interface VaultPart {
  readonly machine?: string | undefined;
  readonly day?: string | undefined;
  /** Not before this day, and not after that one. */
  readonly firstDay?: string | undefined;
  readonly lastDay?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface FoundManifests {
  /** By machine, then day. */
  readonly manifests: readonly Manifest[];
  /** Paths of what is no manifest. */
  readonly unread: readonly string[];
}

/** All manifests of a vault in one go. @throws PlaceError */
export async function readManifests(vault: Vault, part: VaultPart = {}): Promise<FoundManifests> {
  const lines = await askAll(vault.place, {
    script: READ_MANIFESTS,
    words: [vault.path, patternOf(part, MANIFEST_FILE)],
    lineBytesMax: MANIFEST_BYTES_MAX,
    bytesMax: MANIFESTS_BYTES_MAX,
    ...signalOf(part),
  });
  const read = lines.flatMap((line) => (isBetween(line, part) ? [manifestIn(line)] : []));
  const manifests = read.flatMap(({ manifest }) => (manifest === undefined ? [] : [manifest]));
  return {
    manifests: manifests.toSorted((one, other) => compare(one.machine, other.machine) || compare(one.day, other.day)),
    unread: [...new Set(read.flatMap(({ manifest, path }) => (manifest === undefined ? [path] : [])))],
  };
}

function manifestIn(line: string): { path: string; manifest: Manifest | undefined } {
  const colon = line.indexOf(":");
  const path = line.slice(0, colon);
  const [, machine = "", day = ""] = path.split("/");
  return { path: path.slice(0, 300), manifest: parseManifest(line.slice(colon + 1), machine, day) };
}

/** What is not of these days is not read: the path says of which it is. */
function isBetween(line: string, { firstDay = "", lastDay = "~" }: VaultPart): boolean {
  const day = line.slice(0, 300).split("/")[2] ?? "";
  return day >= firstDay && day <= lastDay;
}

function patternOf({ machine = "*", day = "*" }: VaultPart, name: string): string {
  return `./${machine}/${day}/${name}`;
}

function signalOf({ signal }: VaultPart): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

/** What there is of a machine in a vault without a look into its files. */
export interface VaultListing {
  /** The sizes of its files in bytes, by DAY/NAME. */
  readonly sizes: ReadonlyMap<string, number>;
  /** The newest day that was pruned. */
  readonly prunedDay: string | undefined;
}

/** Makes a vault that is not there. @throws PlaceError */
export async function makeVault({ place, path }: Vault, signal: AbortSignal): Promise<void> {
  await askAll(place, { script: MAKE_VAULT, words: [path], signal });
}

/** The files of a vault by their machines, in one go. @throws PlaceError */
export async function listVault(
  vault: Vault,
  machines: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, VaultListing>> {
  const lines = await askAll(vault.place, { script: LIST_VAULT, words: [vault.path], signal });
  return new Map(machines.map((machine) => [machine, listingIn(lines, machine)]));
}

function listingIn(lines: readonly string[], machine: string): VaultListing {
  const head = ` ./${machine}/`;
  const own = lines.flatMap((line) => {
    const at = line.indexOf(head);
    return at === -1 ? [] : [{ said: line.slice(0, at), path: line.slice(at + head.length) }];
  });
  const pruned = own.find(({ said, path }) => said.startsWith("pruned ") && path === ".pruned")?.said.slice(7);
  return {
    sizes: new Map(own.flatMap(({ said, path }) => (/^\d+$/.test(said) ? [[path, Number(said)]] : []))),
    prunedDay: Day.safeParse(pruned).success ? pruned : undefined,
  };
}

/** Refuses machines that a vault has nothing of. @throws Fault */
export async function refuseOtherMachines(vault: Vault, machines: readonly string[]): Promise<void> {
  const lines = await asFault("read the vault", askAll(vault.place, { script: LIST_DAYS, words: [vault.path] }));
  const names = [...new Set(lines.map((line) => line.split("/")[1] ?? ""))].filter((name) => !name.startsWith("."));
  const other = machines.find((name) => !names.includes(name));
  if (other === undefined) return;
  const message = `the vault has nothing of a machine "${other.slice(0, 64)}"`;
  const remedy =
    names.length === 0
      ? "it has nothing at all yet: netlogctl archive pull"
      : `there are ${names.toSorted().join(", ")}`;
  throw new Fault("not-found", message, `${didYouMean(other, names)}${remedy}`);
}

/** A file of a vault. */
export interface VaultFile {
  readonly machine: string;
  readonly day: string;
  readonly name: string;
  /** Its hash now; undefined if it is no file. */
  readonly sha256: string | undefined;
}

/** What really stands in a vault, hashed now. @throws PlaceError */
export async function hashVault(vault: Vault, part: VaultPart = {}): Promise<VaultFile[]> {
  const words = [vault.path, patternOf(part, "*")];
  const lines = await askAll(vault.place, { script: HASH_VAULT, words, ...signalOf(part) });
  return lines.flatMap((line) => {
    const [, mark = "", sha256 = "", path = ""] = /^(\\?)([0-9a-f]{64}|other) [ *]\.\/(.*)$/.exec(line) ?? [];
    const [machine = "", day = "", ...rest] = (mark === "" ? path : unescaped(path)).split("/");
    if (!Day.safeParse(day).success || !MachineName.safeParse(machine).success) return [];
    return [{ machine, day, name: rest.join("/"), sha256: sha256 === "other" ? undefined : sha256 }];
  });
}

/** A name as it is: sha256sum(1) begins a line with a backslash where it writes it otherwise. */
function unescaped(path: string): string {
  const written: Readonly<Record<string, string>> = { n: "\n", r: "\r" };
  return path.replace(/\\(.)/g, (_, letter: string) => written[letter] ?? letter);
}

/** The hash that a file of a vault has now. @throws PlaceError */
export async function hashVaultFile(
  vault: Vault,
  file: Omit<VaultFile, "sha256">,
  signal: AbortSignal,
): Promise<string> {
  const words = [dayPath(vault, file.machine, file.day), file.name];
  const [line = ""] = await askAll(vault.place, { script: HASH_FILE, words, signal });
  return line.slice(0, 64);
}

/** The bytes of a file of a vault, from one on. @throws PlaceError */
export function readVaultFile(
  vault: Vault,
  { machine, day, name }: Omit<VaultFile, "sha256">,
  { from, signal }: { readonly from: number; readonly signal: AbortSignal },
): AsyncIterable<Buffer> {
  return vault.place.run(READ_FILE, [dayPath(vault, machine, day), name, String(from + 1)], { signal });
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
