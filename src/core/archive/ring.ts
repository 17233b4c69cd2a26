import { parseCaptureName } from "../capture/file-name.ts";
import { isDay, parseZone } from "./days.ts";
import type { Manifest, Member } from "./manifest.ts";

/** A closed file of a ring: a capture, or the index beside it. */
export interface RingFile {
  readonly name: string;
  /** The local day at which its capture was begun. */
  readonly day: string;
  /** When that was, in milliseconds since 1970. */
  readonly begun: number;
  readonly bytes: number;
  /** In seconds since 1970. */
  readonly modified: number;
}

/** A capture that the ring deleted, as it says. */
interface RemovedCapture {
  readonly name: string;
  readonly day: string;
  readonly packets: number;
}

export interface Ring {
  readonly files: readonly RingFile[];
  readonly removed: readonly RemovedCapture[];
  /** Captures that are still written to, or may be. */
  readonly open: readonly string[];
  /** How many names say no time that there is, or hold a line break: they are left out. */
  readonly odd: number;
}

const INDEX_END = ".index.json";
/** A capture without an index that nothing was written to for so long is closed. */
const CLOSED_SECONDS = 3600;
/** So far its clock may be ahead of ours. */
const AHEAD_MS = 24 * 3_600_000;
const REMOVED_HEAD = "removed";
const ODD = "odd";

/** Reads what LIST_RING says. Names that are none of a ring are passed over. @param now in milliseconds since 1970 */
export function parseRing(lines: readonly string[], now: number): Ring {
  const zone = lines.find((line) => line.startsWith("zone "))?.slice("zone ".length);
  const offsetMinutes = parseZone(zone ?? "") ?? 0;
  const split = lines.indexOf(REMOVED_HEAD);
  const listed = split === -1 ? lines : lines.slice(0, split);
  const found = listed.flatMap((line) => fileIn(line, offsetMinutes));
  const files = found.filter((file) => file !== ODD);
  const names = new Set(files.map(({ name }) => name));
  const captures = files.filter(({ name }) => !name.endsWith(INDEX_END));
  // Of a clock that is wrong, or of nobody: what is dated in the future says nothing of what is written now.
  const begins = captures.map(({ begun }) => begun).filter((begun) => begun <= now + AHEAD_MS);
  const newest = begins.reduce((latest, begun) => Math.max(latest, begun), 0);
  const isOpen = ({ name, begun, modified }: RingFile): boolean =>
    !names.has(name + INDEX_END) && begun >= newest && modified * 1000 > now - CLOSED_SECONDS * 1000;
  const open = new Set(captures.filter(isOpen).map(({ name }) => name));
  return {
    files: files.filter(({ name }) => !open.has(name)).toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    removed: split === -1 ? [] : lines.slice(split + 1).flatMap(removedIn),
    open: [...open],
    odd: listed.filter((line) => line === ODD).length + found.length - files.length,
  };
}

function fileIn(line: string, offsetMinutes: number): (RingFile | typeof ODD)[] {
  const [, bytes, modified, name = ""] = /^file (\d+) (\d+) \.\/([\w.-]{1,200})$/.exec(line) ?? [];
  const capture = parseCaptureName(captureOf(name));
  if (capture === undefined) return [];
  const begun = Date.parse(`${capture.begun}Z`) - offsetMinutes * 60_000;
  if (!isDay(capture.day) || Number.isNaN(begun) || !Number.isSafeInteger(Number(bytes))) return [ODD];
  return [{ name, day: capture.day, begun, bytes: Number(bytes), modified: Number(modified) }];
}

/** The capture that a file of the ring is, or is the index of. */
function captureOf(name: string): string {
  return name.endsWith(INDEX_END) ? name.slice(0, -INDEX_END.length) : name;
}

function removedIn(line: string): RemovedCapture[] {
  try {
    const { file, packets } = JSON.parse(line) as { file?: unknown; packets?: unknown };
    const capture = typeof file === "string" ? parseCaptureName(file) : undefined;
    if (capture === undefined || !isDay(capture.day)) return [];
    const isCount = Number.isSafeInteger(packets) && (packets as number) >= 0;
    return [{ name: file as string, day: capture.day, packets: isCount ? (packets as number) : 0 }];
  } catch {
    return []; // it was cut off while it was written
  }
}

/** What the vault has of a file of the ring: the newest member with its name and size. */
export function memberFor(
  { name, bytes }: Pick<RingFile, "name" | "bytes">,
  manifest: Manifest | undefined,
): Member | undefined {
  const members = manifest?.files.flatMap((file) => file.members) ?? [];
  return members.findLast((member) => member.name === name && member.bytes === bytes);
}

/** The files of a day that the vault has not. */
export function lackingOf(ring: Ring, day: string, manifest: Manifest | undefined): RingFile[] {
  return ring.files.filter((file) => file.day === day && memberFor(file, manifest) === undefined);
}

/** How many of the files are captures, and not their indexes. */
export function countCaptures(files: readonly Pick<RingFile, "name">[]): number {
  return files.filter(({ name }) => parseCaptureName(name) !== undefined).length;
}

/** The files of a day that the vault has by name and size, and that were written to since its manifest was. */
export function touchedOf(ring: Ring, day: string, manifest: Manifest | undefined): RingFile[] {
  const written = Date.parse(manifest?.written ?? "");
  return ring.files.filter(
    (file) => file.day === day && file.modified * 1000 > written && memberFor(file, manifest) !== undefined,
  );
}

/** What the ring deleted of a day before it was archived, in words. */
export function removedNote(ring: Ring, day: string, manifest: Manifest | undefined): string | undefined {
  const archived = new Set(manifest?.files.flatMap((file) => file.members.map(({ name }) => name)));
  const lost = ring.removed.filter((one) => one.day === day && !archived.has(one.name));
  const packets = lost.reduce((sum, one) => sum + one.packets, 0);
  const first = lost[0]?.name;
  if (first === undefined) return undefined;
  return `the ring had deleted ${lost.length === 1 ? first : `${lost.length} captures from ${first} on`}, ${packets} packets`;
}
