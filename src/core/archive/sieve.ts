import { parseCaptureName } from "../capture/file-name.ts";
import { BrokenArchive, type TarMember } from "../model/depot.ts";
import { printable } from "../printable.ts";

/** How much is unpacked of a day of a machine. */
export interface UnpackLimits {
  readonly members: number;
  readonly memberBytes: number;
  readonly bytes: number;
  /** How many times as large as what was packed; small ones may be larger. */
  readonly ratio: number;
}

/** What the largest ring of a day may take; who has more unpacks it with tar(1). */
export const UNPACK_LIMITS: UnpackLimits = {
  members: 20_000,
  memberBytes: 8 * 2 ** 30,
  bytes: 64 * 2 ** 30,
  ratio: 250,
};

/** Of what is smaller than that no ratio is asked. */
const SMALL_BYTES = 64 * 2 ** 20;

/** How much may still be unpacked of a machine's day, however many archives are in it, one in the other. */
export interface UnpackBudget {
  /** @throws BrokenArchive for more than was left */
  spend(bytes: number): void;
  /** Whether more was wanted than there was. */
  isSpent(): boolean;
}

/** What may be unpacked of something of this size. */
export function createBudget({ bytes, ratio }: UnpackLimits, packedBytes: number): UnpackBudget {
  const most = Math.min(bytes, Math.max(SMALL_BYTES, packedBytes * ratio));
  let spent = 0;
  return {
    spend(more) {
      spent += more;
      if (spent > most) throw new BrokenArchive(`it unpacks to more than ${most} bytes`);
    },
    isSpent: () => spent > most,
  };
}

/** What becomes of a member of an archive: it is taken by this name, left out with a word why, or not worth a word. */
export type Verdict = { readonly take: string } | { readonly leave: string } | { readonly pass: true };

/** The name by which a member with this path is taken; undefined for any other. */
export type NameOf = (parts: readonly string[]) => string | undefined;

const PLAIN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;
const NAME_SHOWN = 80;

/** Captures and their indexes stand in the archive as netpcap/NAME. */
export const captureIn: NameOf = ([directory, name = "", ...more]) => {
  const capture = name.replace(/\.index\.json$/, "");
  const isCapture = parseCaptureName(capture) !== undefined || /\.pcap(?:ng)?$/.test(capture);
  return directory === "netpcap" && more.length === 0 && PLAIN_NAME.test(name) && isCapture ? name : undefined;
};

/** What a fetched day of a machine holds: DAY/NAME. */
export function dayFileIn(day: string): NameOf {
  return ([directory, name = "", ...more]) =>
    directory === day && more.length === 0 && PLAIN_NAME.test(name) ? name : undefined;
}

/**
 * Decides what of an archive is unpacked: files by names that are expected, each once, up to the limits. What is taken has a
 * name without a slash that is not hidden, so that nothing leads out of the directory that it is written to.
 * @param before how many were taken of other archives of the same day
 */
export function createSieve(
  nameOf: NameOf,
  limits: UnpackLimits,
  before = 0,
): (member: Omit<TarMember, "body">) => Verdict {
  const taken = new Set<string>();
  return (member) => {
    if (member.kind === "directory") return { pass: true };
    const wanted = wantedOf(member, nameOf);
    const trouble =
      wanted === undefined ? "does not belong there" : troubleOf(wanted, member, { taken, limits, before });
    if (trouble !== undefined) return { leave: `${printable(member.name.slice(0, NAME_SHOWN))} ${trouble}` };
    taken.add(wanted as string);
    return { take: wanted as string };
  };
}

function wantedOf({ name }: Pick<TarMember, "name">, nameOf: NameOf): string | undefined {
  const wanted = nameOf(name.replace(/^(?:\.\/)+/, "").split("/"));
  return wanted !== undefined && PLAIN_NAME.test(wanted) ? wanted : undefined;
}

interface Sieved {
  readonly taken: ReadonlySet<string>;
  readonly limits: UnpackLimits;
  readonly before: number;
}

function troubleOf(
  wanted: string,
  { kind, bytes }: Pick<TarMember, "kind" | "bytes">,
  { taken, limits, before }: Sieved,
): string | undefined {
  if (kind !== "file") return "is no file";
  if (taken.has(wanted)) return "is there twice";
  if (bytes > limits.memberBytes) return `has ${bytes} bytes`;
  return before + taken.size >= limits.members ? `is one of more than ${limits.members} files` : undefined;
}
