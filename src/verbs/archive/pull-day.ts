import {
  type ArchivedFile,
  encodeManifest,
  MANIFEST_FILE,
  type Manifest,
  parseManifest,
} from "../../core/archive/manifest.ts";
import { fittingManifest } from "../../core/archive/manifest-size.ts";
import { emptyManifest, isSame, newlyMissing, type Piece, withPiece } from "../../core/archive/piece.ts";
import type { PulledDay } from "../../core/archive/pull-report.ts";
import type { Ring } from "../../core/archive/ring.ts";
import { countCaptures } from "../../core/archive/ring.ts";
import { REMOVE_FILE } from "../../core/archive/scripts.ts";
import { BrokenArchive } from "../../core/model/depot.ts";
import { HostError } from "../../core/model/host.ts";
import { PlaceError } from "../../core/model/place.ts";
import { forgetPacked } from "./keep-file.ts";
import { dayPath } from "./parts.ts";
import { isFull } from "./place-fault.ts";
import { pullCaptures, resumeCaptures } from "./pull-captures.ts";
import type { DayPull } from "./pull-context.ts";
import { pullEvents, pullKernelLog } from "./pull-lines.ts";
import { putFile } from "./put-file.ts";
import { askAll, whyOf } from "./read-place.ts";
import { readManifests } from "./vault.ts";

/** What a machine says that it has. */
export interface MachineLook {
  readonly ring: Ring | undefined;
  readonly isJournalRead: boolean;
  /** When its journal begins, by its clock; undefined if it is empty or not asked. */
  readonly journalBegin: string | undefined;
}

/** What became of a day, and what the vault's manifest says now. */
export interface DayEnd {
  readonly day: PulledDay;
  readonly manifest: Manifest | undefined;
  /** Whether the machine did not answer any more. */
  readonly isOff: boolean;
}

/** Archives what the vault lacks of a day of a machine: each kind by itself, so that one that fails holds up no other. */
export async function pullDay(pull: DayPull, look: MachineLook): Promise<DayEnd> {
  const progress: Progress = {
    ...{ manifest: pull.manifest, files: [], failed: [], missing: [], later: [], notes: [], isOff: false },
  };
  for (const source of sourcesOf(pull, look)) {
    pull.signal.throwIfAborted();
    if (!progress.isOff) await step(pull, source, progress);
  }
  if (progress.failed.length === 0) await pull.parts.depot.remove(pull.directory);
  const { files, failed, later, missing, notes, manifest, isOff } = progress;
  const isNone = manifest === undefined && pull.days !== undefined;
  const outcome = outcomeOf({ ...progress, isNone });
  const none = outcome === "missing" && missing.length === 0 ? ["the machine has nothing of this day"] : [];
  const why = [...failed, ...later, ...notes, ...missing, ...none];
  const parts = files.map(({ kind, members, bytes, count }) => ({
    kind,
    captures: countCaptures(members),
    bytes,
    count,
  }));
  return { day: { day: pull.day, outcome, why, files: files.map(({ name }) => name), parts }, manifest, isOff };
}

interface Progress {
  manifest: Manifest | undefined;
  readonly files: ArchivedFile[];
  readonly failed: string[];
  readonly missing: string[];
  readonly later: string[];
  /** What is worth a word, and well. */
  readonly notes: string[];
  isOff: boolean;
}

interface Ended {
  readonly failed: readonly string[];
  readonly files: readonly unknown[];
  readonly later: readonly string[];
  readonly missing: readonly string[];
  /** Whether it was named, and has nothing. */
  readonly isNone: boolean;
}

/** What that makes of a day. */
export function outcomeOf({ failed, files, later, missing, isNone }: Ended): PulledDay["outcome"] {
  if (failed.length > 0) return "failed";
  if (files.length > 0) return "archived";
  if (later.length > 0) return "later";
  return missing.length > 0 || isNone ? "missing" : "already";
}

type Source = (pull: DayPull) => Promise<Piece | undefined>;

function sourcesOf({ document }: DayPull, { ring, isJournalRead, journalBegin }: MachineLook): Source[] {
  const { captures, "kernel-log": prefixes, events } = document;
  const ofRing = ring !== undefined && captures !== undefined;
  return [
    ...(ofRing ? [resumeCaptures, (pull: DayPull) => pullCaptures(pull, captures, ring)] : []),
    ...(prefixes === undefined || !isJournalRead
      ? []
      : [(pull: DayPull) => pullKernelLog(pull, prefixes, journalBegin)]),
    ...(events ? [pullEvents] : []),
  ];
}

async function step(pull: DayPull, source: Source, progress: Progress): Promise<void> {
  try {
    const piece = await source({ ...pull, manifest: progress.manifest });
    if (piece !== undefined) await take(pull, piece, progress);
  } catch (error) {
    if (!isTrouble(error)) throw error;
    progress.failed.push(fullOf(pull, error) ?? whyOf(error));
    // What lies there can be fetched again; what fills the disk holds up all others.
    if (isFull(error)) await pull.parts.depot.remove(pull.directory);
    progress.isOff = error instanceof PlaceError && error.how !== "failed" && error.place === pull.place.label;
  }
}

/** What is said of a disk that is full. */
function fullOf({ staging, vault }: DayPull, error: unknown): string | undefined {
  if (isFull(error)) return `no space is left in ${staging}: make room, or name another directory with --staging`;
  const isVaults = error instanceof PlaceError && error.place === vault.place.label && NO_SPACE.test(error.says);
  if (!isVaults) return undefined;
  return `no space is left in the vault (${vault.place.label}: ${vault.path}): make room, or netlogctl archive prune`;
}

const NO_SPACE = /No space left on device|Disk quota exceeded/;

/** What is no bug of ours. */
function isTrouble(error: unknown): boolean {
  return error instanceof PlaceError || error instanceof HostError || error instanceof BrokenArchive;
}

async function take(pull: DayPull, piece: Piece, progress: Progress): Promise<void> {
  const before = progress.manifest ?? emptyManifest(pull.machine, pull.day);
  const manifest = fittingManifest(withPiece(before, piece, new Date(pull.now).toISOString()));
  if (manifest === undefined) throw new HostError("EFBIG", "write", MANIFEST_FILE);
  const missing = newlyMissing(progress.manifest, piece);
  if (!isSame(before, manifest)) {
    await refuseChanged(pull, progress.manifest);
    await keepManifest(pull, manifest);
    progress.manifest = manifest;
  }
  progress.missing.push(...missing);
  progress.failed.push(...piece.failed);
  progress.later.push(...(piece.later ?? []));
  if (piece.file !== undefined) await forget(pull, piece.file, progress);
  for (const name of piece.instead ?? []) {
    await removeInstead(pull, name);
    if (pull.damaged.includes(name)) progress.notes.push(`${name} was damaged in the vault: it is archived anew`);
  }
}

async function forget(pull: DayPull, file: ArchivedFile, { files }: Progress): Promise<void> {
  files.push(file);
  await forgetPacked(pull, file.kind);
  if (file.kind === "captures") await pull.parts.depot.remove(`${pull.directory}/raw`);
}

/** What another wrote in between is not written over: what is packed stays for the next time. @throws PlaceError */
async function refuseChanged({ vault, machine, day, signal }: DayPull, known: Manifest | undefined): Promise<void> {
  const [now] = (await readManifests(vault, { machine, day, signal })).manifests;
  const before = known === undefined ? undefined : parseManifest(encodeManifest(known), machine, day);
  if (now === undefined && before === undefined) return;
  if (now !== undefined && before !== undefined && isSame(now, before)) return;
  throw new PlaceError("failed", vault.place.label, `${MANIFEST_FILE} was changed by another in the meantime`);
}

async function keepManifest(
  { parts, vault, machine, day, directory, signal }: DayPull,
  manifest: Manifest,
): Promise<void> {
  const path = `${directory}/${MANIFEST_FILE}`;
  await parts.host.makeDirectory(directory, 0o700);
  await parts.host.replaceFile(path, encodeManifest(manifest), 0o600);
  const hashed = await parts.depot.hash(path);
  const target = { place: vault.place, directory: dayPath(vault, machine, day), name: MANIFEST_FILE };
  await putFile(parts.depot, { ...target, path, hashed, mode: "replace", signal });
}

/** What another took the place of: a log of a day that was not over then, what is damaged. */
async function removeInstead({ vault, machine, day, signal }: DayPull, name: string): Promise<void> {
  await askAll(vault.place, { script: REMOVE_FILE, words: [dayPath(vault, machine, day), name], signal });
}
