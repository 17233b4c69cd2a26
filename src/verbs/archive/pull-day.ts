import { encodeManifest, MANIFEST_FILE, type Manifest, parseManifest } from "../../core/archive/manifest.ts";
import { fittingManifest } from "../../core/archive/manifest-size.ts";
import { emptyManifest, isSame, newlyMissing, type Piece, withPiece } from "../../core/archive/piece.ts";
import type { PulledDay } from "../../core/archive/pull-report.ts";
import { lackingOf, type Ring } from "../../core/archive/ring.ts";
import { REMOVE_FILE } from "../../core/archive/scripts.ts";
import { BrokenArchive } from "../../core/model/depot.ts";
import { HostError } from "../../core/model/host.ts";
import { PlaceError } from "../../core/model/place.ts";
import { forgetPacked } from "./keep-file.ts";
import { dayPath } from "./parts.ts";
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
  const progress: Progress = { manifest: pull.manifest, files: [], failed: [], missing: [], isOff: false };
  for (const source of sourcesOf(pull, look)) {
    pull.signal.throwIfAborted();
    if (!progress.isOff) await step(pull, source, progress);
  }
  if (progress.failed.length === 0) await pull.parts.depot.remove(pull.directory);
  const { files, failed, missing, manifest, isOff } = progress;
  return { day: { day: pull.day, outcome: outcomeOf(progress), why: [...failed, ...missing], files }, manifest, isOff };
}

interface Progress {
  manifest: Manifest | undefined;
  readonly files: string[];
  readonly failed: string[];
  readonly missing: string[];
  isOff: boolean;
}

function outcomeOf({ failed, files, missing }: Progress): PulledDay["outcome"] {
  if (failed.length > 0) return "failed";
  if (files.length > 0) return "archived";
  return missing.length > 0 ? "missing" : "already";
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
    progress.failed.push(whyOf(error));
    // What lies there can be fetched again; what fills the disk holds up all others.
    if (error instanceof HostError && FULL.includes(error.code)) await pull.parts.depot.remove(pull.directory);
    progress.isOff = error instanceof PlaceError && error.how !== "failed" && error.place === pull.place.label;
  }
}

const FULL: readonly string[] = ["ENOSPC", "EDQUOT"];

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
  if (piece.file === undefined) return;
  progress.files.push(piece.file.name);
  await forgetPacked(pull, piece.kind);
  if (piece.kind === "captures") await pull.parts.depot.remove(`${pull.directory}/raw`);
  if (piece.instead !== undefined) await removeInstead(pull, piece.instead);
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

/** A log of a day that was not over then, which another took the place of. */
async function removeInstead({ vault, machine, day, signal }: DayPull, name: string): Promise<void> {
  await askAll(vault.place, { script: REMOVE_FILE, words: [dayPath(vault, machine, day), name], signal });
}

/** What would be archived of a day. */
export function previewDay(pull: DayPull, { ring }: MachineLook): PulledDay {
  const captures = ring === undefined ? [] : lackingOf(ring, pull.day, pull.manifest).map(({ name }) => name);
  const { "kernel-log": prefixes, events } = pull.document;
  const hasLog = (kind: "kernel-log" | "events"): boolean =>
    pull.manifest?.files.some((one) => one.kind === kind) ?? false;
  const logs = [
    ...(prefixes !== undefined && !hasLog("kernel-log") ? ["kernel-log"] : []),
    ...(events && !hasLog("events") ? ["events"] : []),
  ];
  const files = [...captures, ...logs];
  return { day: pull.day, outcome: files.length === 0 ? "already" : "wanted", why: [], files };
}
