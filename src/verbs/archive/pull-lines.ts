import { createHash } from "node:crypto";
import { dayAfter } from "../../core/archive/days.ts";
import { createEventChoice } from "../../core/archive/event-lines.ts";
import { createKernelChoice } from "../../core/archive/kernel-lines.ts";
import type { LineChoice, LineTally } from "../../core/archive/line-tally.ts";
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
  const { day, isExpected } = pull;
  if (logOf(pull.manifest, "kernel-log").isWhole) return undefined;
  if (begin === undefined || begin.slice(0, 10) > day) {
    const since = begin === undefined ? "is empty" : `begins at ${begin}`;
    const missing = [`the journal ${since}: it has nothing of this day`];
    return isExpected ? { kind: "kernel-log", missing, failed: [] } : undefined;
  }
  const isPart = begin.slice(0, 10) === day && begin.slice(11, 16) !== "00:00";
  return await pullLines(pull, {
    kind: "kernel-log",
    script: READ_JOURNAL,
    choose: () => createKernelChoice(day, prefixes),
    missing: isPart ? [`the journal begins only at ${begin}`] : [],
  });
}

/** Archives what the log service there stored of a day. @throws PlaceError, HostError, BrokenArchive */
export async function pullEvents(pull: DayPull): Promise<Piece | undefined> {
  if (logOf(pull.manifest, "events").isWhole) return undefined;
  return await pullLines(pull, { kind: "events", script: READ_EVENTS, choose: createEventChoice, missing: [] });
}

async function pullLines(pull: DayPull, source: Source): Promise<Piece> {
  const { kind } = source;
  pull.onStep(`${pull.machine} ${pull.day}: ${kind}`);
  await pull.parts.host.makeDirectory(pull.directory, 0o700);
  const before = pull.isOver ? await packedBefore(pull, kind) : undefined;
  const packed = before ?? (await withTries(() => packLines(pull, source)));
  await rememberPacked(pull, packed);
  const file = await keepFile(pull, packed);
  const instead = logOf(pull.manifest, kind).file?.name;
  return { kind, file, instead, missing: [...source.missing, ...untilNote(pull.isOver)], failed: [] };
}

async function packLines(pull: DayPull, source: Source): Promise<PackedFile> {
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
  return packedOf(pull, source, { ...hashed, ...tally, prefixes: mostFrequent(tally.prefixes) });
}

function packedOf({ settings }: DayPull, { kind }: Source, known: Hashed & LineTally): PackedFile {
  return { kind, ...known, isEncrypted: settings.age !== undefined, members: [] };
}

async function* chosen({ place, day, signal }: DayPull, source: Source, choice: LineChoice): AsyncGenerator<string> {
  const words = [day, dayAfter(day)];
  const bounds = { lineBytesMax: LINE_BYTES_MAX, bytesMax: DAY_BYTES_MAX };
  for await (const line of askLines(place, { script: source.script, words, ...bounds, signal })) {
    if (isTaken(choice, line)) yield line;
  }
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
