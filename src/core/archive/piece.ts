import type { ArchivedFile, Manifest } from "./manifest.ts";

export type Kind = ArchivedFile["kind"];

/** What one kind of source has of a day. */
export interface Piece {
  readonly kind: Kind;
  /** In the vault, but not yet in the manifest. */
  readonly file?: ArchivedFile;
  /** The names of files that are not needed any more. */
  readonly instead?: readonly string[] | undefined;
  /** What is known to be missing, in words. */
  readonly missing: readonly string[];
  /** What did not go well, in words. */
  readonly failed: readonly string[];
  /** What is left for the next time, in words. */
  readonly later?: readonly string[];
}

const DELETED = "the ring had deleted";

/** Of a day that is not over: what was archived of it is archived again when it is. */
const UNTIL = "archived before the day was over";

/** What a manifest says of a kind's missing, without its name. */
function notesOf(manifest: Manifest | undefined, kind: Kind): string[] {
  const head = `${kind}: `;
  return (manifest?.missing ?? []).flatMap((note) => (note.startsWith(head) ? [note.slice(head.length)] : []));
}

/** The note of a day that is not over. */
export function untilNote(isOver: boolean): string[] {
  return isOver ? [] : [UNTIL];
}

/** The file of a kind of log that the vault has, and whether it has all of the day. */
export function logOf(
  manifest: Manifest | undefined,
  kind: Kind,
): { file: ArchivedFile | undefined; isWhole: boolean } {
  const file = manifest?.files.findLast((one) => one.kind === kind);
  return { file, isWhole: file !== undefined && !notesOf(manifest, kind).includes(UNTIL) };
}

/** What of a piece's missing a manifest does not say yet. */
export function newlyMissing(manifest: Manifest | undefined, { kind, missing }: Piece): string[] {
  const known = notesOf(manifest, kind);
  return missing.filter((note) => !known.includes(note)).map((note) => `${kind}: ${note}`);
}

/** The manifest with a piece; what it said is missing of its kind is what the piece says, but for what a ring deleted. */
export function withPiece(before: Manifest, piece: Piece, written: string): Manifest {
  const { kind, file, instead = [], missing } = piece;
  const isNew = missing.some((note) => note.startsWith(DELETED));
  const kept = notesOf(before, kind).filter((note) => kind === "captures" && note.startsWith(DELETED) && !isNew);
  const others = before.missing.filter((note) => !note.startsWith(`${kind}: `));
  const files = before.files.filter(({ name }) => !instead.includes(name));
  return {
    ...before,
    written,
    files: file === undefined ? files : [...files, file],
    missing: [...others, ...[...kept, ...missing].map((note) => `${kind}: ${note}`)],
  };
}

/** A manifest of a day that nothing is archived of. */
export function emptyManifest(machine: string, day: string): Manifest {
  return { version: 1, machine, day, written: "", files: [], missing: [] };
}

/** Whether two say the same of the day. */
export function isSame(one: Manifest, other: Manifest): boolean {
  const said = ({ files, missing }: Manifest): string => JSON.stringify([files, missing]);
  return said(one) === said(other);
}
