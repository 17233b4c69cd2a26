import type { Manifest } from "../../core/archive/manifest.ts";
import { memberFor, type RingFile } from "../../core/archive/ring.ts";
import { REMOVE_FILES } from "../../core/archive/scripts.ts";
import type { MachinePull } from "./pull-context.ts";
import { asInput, askLines, whyOf } from "./read-place.ts";
import { hashVaultFile, readManifests } from "./vault.ts";

export interface Pruned {
  /** How many files were deleted there. */
  readonly pruned: number;
  /** What was not, although it is old enough, and why. */
  readonly kept: readonly string[];
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
  if (captures === undefined || prune === undefined) return { pruned: 0, kept: [] };
  const old = files.filter(({ begun }) => begun < pull.now - prune * 1000);
  if (old.length === 0) return { pruned: 0, kept: [] };
  const { manifests } = await readManifests(pull.vault, { machine: pull.machine, signal: pull.signal });
  const candidates = old.flatMap((file) => candidateOf(file, manifests));
  const { sound, kept } = await soundOnes(pull, candidates);
  if (sound.length === 0) return { pruned: 0, kept };
  const said: string[] = [];
  const input = asInput(sound.map(({ sha256, name }) => `${sha256} ${name}`));
  const asking = { script: REMOVE_FILES, words: [captures], input, signal: pull.signal };
  for await (const line of askLines(pull.place, asking)) said.push(line);
  return {
    pruned: said.filter((line) => line.startsWith("removed ")).length,
    kept: [...kept, ...said.flatMap(keptIn)],
  };
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
): Promise<{ sound: Candidate[]; kept: string[] }> {
  const archives = new Map(candidates.map(({ archive }) => [`${archive.day}/${archive.name}`, archive]));
  const kept: string[] = [];
  const broken = new Set<string>();
  for (const [path, { day, name, sha256 }] of archives) {
    pull.onStep(`${pull.machine} ${day}: ${name} is verified in the vault`);
    const why = await whyNot(pull, { day, name, sha256 });
    if (why === undefined) continue;
    broken.add(path);
    kept.push(`what is in ${path}: ${why}`);
  }
  return { sound: candidates.filter(({ archive }) => !broken.has(`${archive.day}/${archive.name}`)), kept };
}

async function whyNot(pull: MachinePull, { day, name, sha256 }: Candidate["archive"]): Promise<string | undefined> {
  try {
    const now = await hashVaultFile(pull.vault, { machine: pull.machine, day, name }, pull.signal);
    return now === sha256 ? undefined : "in the vault it is not what its manifest says any more";
  } catch (error) {
    return whyOf(error);
  }
}

/** What is said of a file that was not deleted; one that is gone need not be. */
function keptIn(line: string): string[] {
  const [, word = "", name = ""] = /^(differs|kept) (.*)$/.exec(line) ?? [];
  if (word === "differs") return [`${name}: it is not what was archived`];
  return word === "kept" ? [`${name}: it could not be deleted`] : [];
}
