import type { ArchiveName } from "../../core/archive/file-name.ts";
import { createSieve, type NameOf, type UnpackBudget, type UnpackLimits } from "../../core/archive/sieve.ts";
import { BrokenArchive, type Depot, type Wrapping } from "../../core/model/depot.ts";

/** What is unpacked, and how much of it at most. */
export interface Unpacking {
  readonly path: string;
  readonly wrappings: readonly Wrapping[];
  readonly budget: UnpackBudget;
}

/** A tar that is unpacked. */
interface UnpackingTar extends Unpacking {
  readonly limits: UnpackLimits;
}

export interface Unpacked {
  /** The names of what was unpacked, in the order of the archive. */
  readonly names: readonly string[];
  /** What was left out, in words. */
  readonly left: readonly string[];
  /** Nothing could be read. */
  readonly isUnread: boolean;
}

/** So much of what was left out is said. */
const LEFT_MAX = 20;

/** Unpacks the members of a tar that have a name there into a directory. Of one that is broken, what is whole. @throws HostError */
export async function unpackTar(depot: Depot, unpacking: UnpackingTar, target: Target): Promise<Unpacked> {
  const names: string[] = [];
  const left: string[] = [];
  const trouble = await whole(unpackMembers(depot, unpacking, { ...target, names, left }));
  const isUnread = trouble !== undefined && names.length === 0;
  return { names, isUnread, left: [...cutShort(left), ...(trouble === undefined ? [] : [`what follows: ${trouble}`])] };
}

interface Target {
  readonly directory: string;
  readonly nameOf: NameOf;
  /** How many files were unpacked of other archives of the same day. */
  readonly before?: number;
}

async function unpackMembers(
  depot: Depot,
  unpacking: UnpackingTar,
  { directory, nameOf, before, names, left }: Target & { readonly names: string[]; readonly left: string[] },
): Promise<void> {
  const judge = createSieve(nameOf, unpacking.limits, before);
  for await (const member of depot.readTar(openUnpacking(depot, unpacking))) {
    const verdict = judge(member);
    if ("leave" in verdict) left.push(verdict.leave);
    if (!("take" in verdict)) continue;
    const path = `${directory}/${verdict.take}`;
    const trouble = await whole(depot.write(path, 0, member.body));
    if (trouble !== undefined) {
      await depot.remove(path);
      throw new BrokenArchive(trouble);
    }
    names.push(verdict.take);
  }
}

/** What is wrong with an archive that is read meanwhile; undefined if it is whole. */
export async function whole(action: Promise<void>): Promise<string | undefined> {
  try {
    await action;
    return undefined;
  } catch (error) {
    if (error instanceof BrokenArchive) return error.message;
    throw error;
  }
}

function cutShort(left: readonly string[]): string[] {
  if (left.length <= LEFT_MAX) return [...left];
  return [...left.slice(0, LEFT_MAX), `and ${left.length - LEFT_MAX} more`];
}

/** The bytes of a file of the archive without what they are wrapped up in, up to a limit. @throws BrokenArchive */
export function openUnpacking(depot: Depot, { path, wrappings, budget }: Unpacking): AsyncIterable<Buffer> {
  return unwrapWithin(depot, depot.read(path), { wrappings, budget });
}

/** Bytes without what they are wrapped up in, up to a limit. @throws BrokenArchive */
export async function* unwrapWithin(
  depot: Depot,
  packed: AsyncIterable<Buffer>,
  { wrappings, budget }: Omit<Unpacking, "path">,
): AsyncGenerator<Buffer> {
  for await (const chunk of wrappings.reduce((chunks, wrapping) => depot.unwrap(chunks, wrapping), packed)) {
    budget.spend(chunk.length);
    yield chunk;
  }
}

/** What a file of this name is taken out of; undefined if that needs an identity that is not there. */
export function wrappingsOf(
  { wrappings }: Pick<ArchiveName, "wrappings">,
  identity: string | undefined,
): Wrapping[] | undefined {
  if (wrappings.includes("age") && identity === undefined) return undefined;
  return wrappings.map((by) => (by === "age" ? { by, identity: identity as string } : { by }));
}
