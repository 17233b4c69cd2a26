import { Day, MANIFEST_FILE, type Manifest, parseManifest } from "../../core/archive/manifest.ts";
import { MANIFEST_BYTES_MAX } from "../../core/archive/manifest-size.ts";
import { MachineName } from "../../core/archive/schema.ts";
import { HASH_FILE, HASH_VAULT, READ_FILE, READ_MANIFESTS } from "../../core/archive/scripts.ts";
import { dayPath, type Vault } from "./parts.ts";
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

/** All manifests of a vault in one go; of a vault that is not there, none. @throws PlaceError */
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
    unread: read.flatMap(({ manifest, path }) => (manifest === undefined ? [path] : [])),
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
    // sha256sum(1) begins a line with a backslash where it had to write a name otherwise.
    const [, sha256 = "", path = ""] = /^\\?([0-9a-f]{64}|other) [ *]\.\/(.*)$/.exec(line) ?? [];
    const [machine = "", day = "", ...rest] = path.split("/");
    if (!Day.safeParse(day).success || !MachineName.safeParse(machine).success) return [];
    return [{ machine, day, name: rest.join("/"), sha256: sha256 === "other" ? undefined : sha256 }];
  });
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
