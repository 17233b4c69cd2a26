import { createHash } from "node:crypto";
import { soundPart } from "../../core/archive/damage.ts";
import { dayAfter } from "../../core/archive/days.ts";
import { createEventChoice } from "../../core/archive/event-lines.ts";
import { createKernelChoice } from "../../core/archive/kernel-lines.ts";
import type { LineChoice, LineTally } from "../../core/archive/line-tally.ts";
import type { ArchivedFile } from "../../core/archive/manifest.ts";
import { mostFrequent } from "../../core/archive/manifest-size.ts";
import { logOf, type Piece, untilNote } from "../../core/archive/piece.ts";
import { READ_EVENTS, READ_JOURNAL } from "../../core/archive/scripts.ts";
import { BrokenArchive, type Hashed } from "../../core/model/depot.ts";
import { keepFile, type PackedFile, packedBefore, packedPath, rememberPacked } from "./keep-file.ts";
import { pack, verifyBytes } from "./pack.ts";
import type { DayPull } from "./pull-context.ts";
import { askLines, withTries } from "./read-place.ts";

/** No line of the kernel or of events is as long. */
const LINE_BYTES_MAX = 2 ** 20;

/** Nor are the lines of a day as many. */
const DAY_BYTES_MAX = 16 * 2 ** 30;

/** Lines go on in pieces of this size. */
const PIECE_BYTES = 65_536;

interface Source {
  readonly kind: "kernel-log" | "events";
  readonly script: string;
  readonly choose: () => LineChoice;
  /** What is known to be missing. */
  readonly missing: readonly string[];
  /** And what is if there is not one line of the day, whatever begins it. */
  readonly ifNone: readonly string[];
}

/**
 * Archives the kernel's lines of a day with the prefixes that are wanted.
 * @param begin when the journal begins, by the clock there; undefined if it is empty
 * @throws PlaceError, HostError, BrokenArchive
 */
export async function pullKernelLog(
  pull: DayPull,
  prefixes: readonly string[],
  begin: string | undefined,
): Promise<Piece | undefined> {
  const { day, isBeyond } = pull;
  if (hasLog(pull, "kernel-log")) return undefined;
  if (begin === undefined || begin.slice(0, 10) > day) {
    if (isCalledWhole(pull, "kernel-log")) return undefined;
    const piece = journalPiece(begin);
    const failed = damagedLogs(pull, "kernel-log").map(
      ({ name }) => `${name} is damaged in the vault: ${piece.missing.join()}`,
    );
    return isBeyond ? undefined : { ...piece, failed };
  }
  const isPart = begin.slice(0, 10) === day && begin.slice(11, 16) !== "00:00";
  return await pullLines(pull, {
    kind: "kernel-log",
    script: READ_JOURNAL,
    choose: () => createKernelChoice(day, prefixes),
    missing: isPart ? [`the journal begins only at ${begin}`] : [],
    ifNone: ["the journal has no line of the kernel of this day"],
  });
}

/** A journal that begins later, or is empty, has nothing of a day. */
export function journalPiece(begin: string | undefined): Piece {
  const since = begin === undefined ? "is empty" : `begins at ${begin}`;
  return { kind: "kernel-log", missing: [`the journal ${since}: it has nothing of this day`], failed: [] };
}

/** Archives what the log service there stored of a day. @throws PlaceError, HostError, BrokenArchive */
export async function pullEvents(pull: DayPull): Promise<Piece | undefined> {
  if (hasLog(pull, "events")) return undefined;
  const missing = ["the log service stored nothing of this day"];
  return await pullLines(pull, {
    kind: "events",
    script: READ_EVENTS,
    choose: createEventChoice,
    missing: [],
    ifNone: missing,
  });
}

/** Whether the vault has all lines of a kind of this day, as they were. */
export function hasLog(pull: DayPull, kind: Source["kind"]): boolean {
  return isCalledWhole(pull, kind) && !isOfClockAhead(pull);
}

function isCalledWhole({ manifest, damaged }: DayPull, kind: Source["kind"]): boolean {
  return logOf(soundPart(manifest, damaged), kind).isWhole;
}

/** By a clock that was ahead when the manifest was written a day was called over that may not have been. */
function isOfClockAhead({ manifest, now }: DayPull): boolean {
  return manifest !== undefined && Date.parse(manifest.written) > now;
}

/** Logs that were archived before and are as they were, with more lines than there are now: the machine has deleted some since. */
function longerLogs({ manifest, damaged }: DayPull, { kind, count }: PackedFile): ArchivedFile[] {
  const sound = soundPart(manifest, damaged)?.files ?? [];
  return sound.filter((file) => file.kind === kind && file.count > count);
}

function damagedLogs({ manifest, damaged }: DayPull, kind: Source["kind"]): ArchivedFile[] {
  return (manifest?.files ?? []).filter((file) => file.kind === kind && damaged.includes(file.name));
}

async function pullLines(pull: DayPull, source: Source): Promise<Piece | undefined> {
  const { kind } = source;
  pull.onStep(`${pull.machine} ${pull.day}: ${kind}`);
  await pull.parts.host.makeDirectory(pull.directory, 0o700);
  const before = await seenBefore(pull, kind);
  const { packed, seen } = before ?? (await withTries(() => packLines(pull, source)));
  const shorter = damagedLogs(pull, kind).find(({ count }) => count > packed.count);
  if (shorter !== undefined) {
    const failed = [
      `${shorter.name} is damaged in the vault, and there are ${packed.count} of its ${shorter.count} lines`,
    ];
    return { kind, missing: source.missing, failed };
  }
  if (pull.isBeyond && packed.count === 0) return undefined;
  const longer = longerLogs(pull, packed);
  if (longer.length > 0 && packed.count === 0) return undefined;
  await rememberPacked(pull, packed);
  const file = await keepFile(pull, packed);
  const kept = longer.map(({ name }) => name);
  const instead = (pull.manifest?.files ?? []).flatMap((one) =>
    one.kind === kind && !kept.includes(one.name) ? [one.name] : [],
  );
  const missing = [...(seen === 0 ? source.ifNone : source.missing), ...untilNote(pull.isOver)];
  return { kind, file, instead, missing: [...missing, ...longer.map(keptNote)], failed: [] };
}

function keptNote({ name, count }: ArchivedFile): string {
  return `the machine has fewer lines than the ${count} of ${name}: that is kept as well`;
}

/** Lines that are packed, and how many the day has with those that were not wanted. */
interface Packed {
  readonly packed: PackedFile;
  readonly seen: number;
}

async function seenBefore(pull: DayPull, kind: Source["kind"]): Promise<Packed | undefined> {
  const packed = pull.isOver ? await packedBefore(pull, kind) : undefined;
  return packed === undefined ? undefined : { packed, seen: packed.count };
}

async function packLines(pull: DayPull, source: Source): Promise<Packed> {
  const choice = source.choose();
  const sum = createHash("sha256");
  let bytes = 0;
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of inPieces(chosen(pull, source, choice))) {
      sum.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  let wanted: Hashed | undefined;
  const hashed = await pack(pull.parts.depot, {
    path: packedPath(pull, source.kind),
    chunks: chunks(),
    by: "gzip",
    recipients: pull.settings.age,
    verify: verifyBytes(() => {
      wanted ??= { bytes, sha256: sum.digest("hex") };
      return wanted;
    }),
  });
  const tally = choice.tally();
  const packed = packedOf(pull, source, { ...hashed, ...tally, prefixes: mostFrequent(tally.prefixes) });
  return { packed, seen: choice.seen() };
}

function packedOf({ settings }: DayPull, { kind }: Source, known: Hashed & LineTally): PackedFile {
  return { kind, ...known, isEncrypted: settings.age !== undefined, members: [] };
}

async function* chosen(pull: DayPull, source: Source, choice: LineChoice): AsyncGenerator<string> {
  const { place, day, signal } = pull;
  const words = [day, dayAfter(day), ...(source.kind === "events" ? programAt(pull) : [])];
  const bounds = { lineBytesMax: LINE_BYTES_MAX, bytesMax: DAY_BYTES_MAX };
  for await (const line of askLines(place, { script: source.script, words, ...bounds, signal })) {
    if (isTaken(choice, line)) yield line;
  }
}

/** The program at a place: where this machine's files are, this one itself. */
function programAt({ document: { at }, parts }: DayPull): readonly string[] {
  const isOfThisMachine = typeof at === "string" && (at === "here" || at.startsWith("netns:"));
  return isOfThisMachine ? (parts.program ?? []) : [];
}

function isTaken(choice: LineChoice, line: string): boolean {
  try {
    return choice.take(line);
  } catch {
    throw new BrokenArchive(`what came is no event: ${line.slice(0, 80)}`);
  }
}

async function* inPieces(lines: AsyncIterable<string>): AsyncGenerator<Buffer> {
  let held: string[] = [];
  let size = 0;
  for await (const line of lines) {
    held.push(line, "\n");
    size += line.length + 1;
    if (size < PIECE_BYTES) continue;
    yield Buffer.from(held.join(""));
    held = [];
    size = 0;
  }
  if (size > 0) yield Buffer.from(held.join(""));
}
