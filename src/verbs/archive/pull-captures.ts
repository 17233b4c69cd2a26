import { replacedOnes, soundPart } from "../../core/archive/damage.ts";
import type { ArchivedFile, Member } from "../../core/archive/manifest.ts";
import { mostFrequent } from "../../core/archive/manifest-size.ts";
import type { Piece } from "../../core/archive/piece.ts";
import { lackingOf, memberFor, type Ring, type RingFile, removedNote, touchedOf } from "../../core/archive/ring.ts";
import { joined, type Span, summed } from "../../core/archive/span.ts";
import { indexFileName, parseCaptureName } from "../../core/capture/file-name.ts";
import { countPackets, readKnown } from "./capture-known.ts";
import { type FetchedFile, fetchFiles, hashesOf } from "./fetch-file.ts";
import { keepFile, type PackedFile, packedBefore, packedPath, rememberPacked } from "./keep-file.ts";
import { pack, verifyMembers } from "./pack.ts";
import type { DayPull } from "./pull-context.ts";

/** What an earlier run had packed and the manifest does not name. @throws PlaceError */
export async function resumeCaptures(pull: DayPull): Promise<Piece | undefined> {
  const before = await packedBefore(pull, "captures");
  const sound = soundPart(pull.manifest, pull.damaged);
  if (before === undefined || sound?.files.some(({ sha256 }) => sha256 === before.sha256)) return undefined;
  return { kind: "captures", file: await keepFile(pull, before), missing: [], failed: [] };
}

/** Archives the captures of a day that the vault lacks. @throws PlaceError, HostError, BrokenArchive */
export async function pullCaptures(pull: DayPull, directory: string, ring: Ring): Promise<Piece> {
  const sound = soundPart(pull.manifest, pull.damaged);
  const lacking = [
    ...lackingOf(ring, pull.day, sound),
    ...(await changedOf({ ...pull, manifest: sound }, directory, ring)),
  ];
  const missing = missingOf(pull, ring);
  const later = laterOf(pull, ring);
  const ended = (failed: readonly string[], file?: ArchivedFile): Piece => {
    const { instead, failed: lost } = replacedOnes(pull.manifest, pull.damaged, file);
    return {
      kind: "captures",
      ...(file === undefined ? {} : { file }),
      instead,
      missing,
      later,
      failed: [...failed, ...lost],
    };
  };
  if (lacking.length === 0) return ended([]);

  const { files, failed } = await fetchFiles(pull, directory, lacking);
  if (files.length === 0) return ended(failed);
  pull.onStep(`${pull.machine} ${pull.day}: packing ${files.length} files`);
  const packed = await packCaptures(pull, files);
  await rememberPacked(pull, packed);
  pull.onStep(`${pull.machine} ${pull.day}: into the vault`);
  return ended(failed, await keepFile(pull, packed));
}

/** What of a day that is over is not closed yet, in words. */
export function laterOf({ day, isOver }: DayPull, { open }: Ring): string[] {
  const late = isOver ? open.filter((name) => parseCaptureName(name)?.day === day) : [];
  return late.map((name) => `${name}: it is still written to, and left for the next time`);
}

/** Files that have the size that was archived, and other bytes now. */
async function changedOf(pull: DayPull, directory: string, ring: Ring): Promise<RingFile[]> {
  const touched = touchedOf(ring, pull.day, pull.manifest);
  if (touched.length === 0) return [];
  const hashes = await hashesOf(pull, directory, touched);
  return touched.filter((file) => {
    const now = hashes.get(file.name);
    return now !== undefined && now !== memberFor(file, pull.manifest)?.sha256;
  });
}

/** What the ring has not any more. */
export function missingOf({ day, manifest, isExpected }: DayPull, ring: Ring): string[] {
  const deleted = removedNote(ring, day, manifest);
  const hasNone =
    !ring.files.some((file) => file.day === day) &&
    !ring.open.some((name) => parseCaptureName(name)?.day === day) &&
    !manifest?.files.some(({ kind }) => kind === "captures");
  return [
    ...(deleted === undefined ? [] : [deleted]),
    ...(hasNone && isExpected ? ["the ring has none of this day"] : []),
  ];
}

async function packCaptures(pull: DayPull, files: readonly FetchedFile[]): Promise<PackedFile> {
  const { parts, settings } = pull;
  const sources = files.map((file) => ({ ...file, name: `netpcap/${file.name}` }));
  const hashed = await pack(parts.depot, {
    path: packedPath(pull, "captures"),
    chunks: parts.depot.writeTar(sources),
    by: settings.format === "tgz" ? "gzip" : "zstd",
    recipients: settings.age,
    verify: verifyMembers(parts.depot, sources),
  });
  const members = await Promise.all(files.map((file) => memberOf(pull, file, files)));
  return {
    kind: "captures",
    ...hashed,
    isEncrypted: settings.age !== undefined,
    members,
    count: members.reduce((sum, { packets }) => sum + (packets ?? 0), 0),
    lost: members.reduce((sum, { lost }) => sum + (lost ?? 0), 0),
    ...members.reduce<Span>(joined, {}),
    prefixes: mostFrequent(
      members.reduce<Record<string, number>>((all, { prefixes = {} }) => summed(all, prefixes), {}),
    ),
  };
}

async function memberOf(pull: DayPull, file: FetchedFile, files: readonly FetchedFile[]): Promise<Member> {
  const { name, bytes, sha256 } = file;
  const beside = files.find((one) => one.name === indexFileName(name));
  const known = beside === undefined ? undefined : await readKnown(pull.parts.host, beside.path);
  const isCapture = parseCaptureName(name) !== undefined;
  const read = known ?? (isCapture ? await countPackets(pull.parts.depot, file.path) : undefined);
  if (read === undefined) return { name, bytes, sha256 };
  return { name, bytes, sha256, ...read, prefixes: mostFrequent(read.prefixes ?? {}) };
}
