import type { Manifest } from "../../core/archive/manifest.ts";
import { memberFor, type RingFile } from "../../core/archive/ring.ts";
import { REMOVE_FILES } from "../../core/archive/scripts.ts";
import { parseCaptureName } from "../../core/capture/file-name.ts";
import { PlaceError } from "../../core/model/place.ts";
import type { MachinePull } from "./pull-context.ts";
import { asInput, askLines, whyOf } from "./read-place.ts";
import { hashVaultFile, readManifests } from "./vault.ts";

export interface Pruned {
  /** How many captures were deleted there. */
  readonly pruned: number;
  /** What was not, although it is old enough, and why. */
  readonly kept: readonly string[];
  /** Files of the vault that are not what they were. */
  readonly broken: readonly { readonly day: string; readonly name: string }[];
}

/** A file of the ring, the file of the vault that holds it, and its hash there. */
interface Candidate {
  readonly name: string;
  readonly sha256: string;
  readonly archive: { readonly day: string; readonly name: string; readonly sha256: string };
}

/**
 * Deletes files of a ring that are old enough and are in the vault: its manifest names them now, the file that holds them hashes now
 * as the manifest says, and they themselves still hash as they did when that was packed. @throws PlaceError
 */
export async function pruneSource(pull: MachinePull, files: readonly RingFile[]): Promise<Pruned> {
  const { captures, prune } = pull.document;
  if (captures === undefined || prune === undefined) return { pruned: 0, kept: [], broken: [] };
  const old = files.filter(({ begun }) => begun < pull.now - prune * 1000);
  if (old.length === 0) return { pruned: 0, kept: [], broken: [] };
  const { manifests } = await readManifests(pull.vault, { machine: pull.machine, signal: pull.signal });
  const candidates = old.flatMap((file) => candidateOf(file, manifests));
  const { sound, kept, broken } = await soundOnes(pull, candidates);
  if (sound.length === 0) return { pruned: 0, kept, broken };
  const said: string[] = [];
  const input = asInput(sound.map(({ sha256, name }) => `${sha256} ${name}`));
  const asking = { script: REMOVE_FILES, words: [captures], input, signal: pull.signal };
  for await (const line of askLines(pull.place, asking)) said.push(line);
  return {
    pruned: said.filter((line) => line.startsWith("removed ") && isCapture({ name: line.slice(8) })).length,
    kept: [...kept, ...said.flatMap(keptIn)],
    broken,
  };
}

/** How many captures would be deleted: those that are old enough, and are in the vault or would be archived. */
export function wouldPrune(
  { document: { captures, prune }, days, now }: MachinePull,
  files: readonly RingFile[],
  { manifests, today }: { readonly manifests: readonly Manifest[]; readonly today: string },
): number {
  if (captures === undefined || prune === undefined) return 0;
  const old = files.filter(({ begun }) => begun < now - prune * 1000);
  const isArchived = (file: RingFile): boolean =>
    candidateOf(file, manifests).length > 0 || (days?.includes(file.day) ?? file.day < today);
  return old.filter((file) => isCapture(file) && isArchived(file)).length;
}

function isCapture({ name }: { readonly name: string }): boolean {
  return parseCaptureName(name) !== undefined;
}

function candidateOf(file: RingFile, manifests: readonly Manifest[]): Candidate[] {
  const manifest = manifests.find(({ day }) => day === file.day);
  const member = memberFor(file, manifest);
  const archive = manifest?.files.find(({ members }) => member !== undefined && members.includes(member));
  if (member === undefined || archive === undefined) return [];
  const { name, sha256 } = archive;
  return [{ name: file.name, sha256: member.sha256, archive: { day: file.day, name, sha256 } }];
}

/** Those whose file in the vault is what it was, each of which is hashed once. */
async function soundOnes(
  pull: MachinePull,
  candidates: readonly Candidate[],
): Promise<{ sound: Candidate[]; kept: string[]; broken: Candidate["archive"][] }> {
  const archives = new Map(candidates.map(({ archive }) => [`${archive.day}/${archive.name}`, archive]));
  const kept: string[] = [];
  const unsure = new Set<string>();
  const broken = new Map<string, Candidate["archive"]>();
  for (const [path, { day, name, sha256 }] of archives) {
    pull.onStep(`${pull.machine} ${day}: ${name} is verified in the vault`);
    const why = await whyNot(pull, { day, name, sha256 });
    if (why === undefined) continue;
    if (why.isDamaged) broken.set(path, { day, name, sha256 });
    unsure.add(path);
    kept.push(`what is in ${path}: ${why.says}`);
  }
  const sound = candidates.filter(({ archive }) => !unsure.has(`${archive.day}/${archive.name}`));
  return { sound, kept, broken: [...broken.values()] };
}

interface WhyNot {
  readonly says: string;
  /** Whether the vault has not what it had; else it could not be asked. */
  readonly isDamaged: boolean;
}

async function whyNot(pull: MachinePull, { day, name, sha256 }: Candidate["archive"]): Promise<WhyNot | undefined> {
  try {
    const now = await hashVaultFile(pull.vault, { machine: pull.machine, day, name }, pull.signal);
    return now === sha256
      ? undefined
      : { says: "in the vault it is not what its manifest says any more", isDamaged: true };
  } catch (error) {
    return { says: whyOf(error), isDamaged: error instanceof PlaceError && error.how === "failed" };
  }
}

/** What is said of a file that was not deleted; one that is gone need not be. */
function keptIn(line: string): string[] {
  const [, word = "", name = ""] = /^(differs|kept) (.*)$/.exec(line) ?? [];
  if (word === "differs") return [`${name}: it is not what was archived`];
  return word === "kept" ? [`${name}: it could not be deleted`] : [];
}
