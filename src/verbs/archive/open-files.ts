import { type ArchiveName, parseArchiveName, unpackedName } from "../../core/archive/file-name.ts";
import type { Manifest } from "../../core/archive/manifest.ts";
import type { OpenedCapture, OpenedLog, OpenedMachine } from "../../core/archive/opened-day.ts";
import { captureIn, type UnpackLimits } from "../../core/archive/sieve.ts";
import { indexFileName } from "../../core/capture/file-name.ts";
import type { Wrapping } from "../../core/model/depot.ts";
import { type Known, knownOf, readKnown } from "./capture-known.ts";
import type { BroughtDay } from "./day-source.ts";
import type { ArchiveParts } from "./parts.ts";
import { openUnpacking, unpackTar, whole, wrappingsOf } from "./unpack.ts";

/** Files of a machine's day as they were archived, and where they are unpacked to. */
export interface Opening {
  readonly day: string;
  readonly brought: BroughtDay;
  readonly from: string;
  readonly work: string;
  readonly identity?: string | undefined;
  readonly limits: UnpackLimits;
}

/** What became of one of them. */
interface OpenedFile {
  readonly captures: readonly OpenedCapture[];
  readonly logs: readonly OpenedLog[];
  readonly notes: readonly string[];
  /** How many files were unpacked of it. */
  readonly members: number;
}

/** A file that is opened after others. */
type OpeningNext = Opening & { readonly before: number };

/** Unpacks what was archived of a machine's day. Paths of the answer are within the directory. @throws HostError */
export async function openFiles(parts: ArchiveParts, machine: string, opening: Opening): Promise<OpenedMachine> {
  const { brought } = opening;
  const missing = (brought.manifest?.missing ?? []).map((one) => `missing: ${one}`);
  const gone = (brought.manifest?.files ?? []).filter(({ name }) => !brought.names.includes(name));
  const files: OpenedFile[] = [];
  for (const name of brought.names.toSorted()) {
    if (brought.budget.isSpent()) break;
    files.push(await openFile(parts, name, { ...opening, before: countOf(files) }));
  }
  const captures = new Map(files.flatMap((file) => file.captures).map((one) => [nameOf(one), one]));
  const left = brought.names.length - files.length;
  return {
    machine,
    captures: [...captures.values()].toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1)),
    logs: files.flatMap(({ logs }) => logs),
    notes: [
      ...brought.notes,
      ...missing,
      ...gone.map(({ name }) => `${name} is not there, although its manifest names it`),
      ...files.flatMap(({ notes }) => notes),
      ...(left === 0 ? [] : [`${left} more of its files were left out`]),
    ],
    ...(brought.isUnread ? { isUnread: true } : {}),
  };
}

function countOf(files: readonly OpenedFile[]): number {
  return files.reduce((sum, { members }) => sum + members, 0);
}

/** A capture that grew was archived again, in a later part: the last one has all of it. */
function nameOf({ path }: OpenedCapture): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

async function openFile(parts: ArchiveParts, name: string, opening: OpeningNext): Promise<OpenedFile> {
  const parsed = parseArchiveName(name);
  if (parsed === undefined || parsed.day !== opening.day) return noted(`${name} is none of its files: it was left out`);
  const wrappings = wrappingsOf(parsed, opening.identity);
  if (wrappings === undefined) return noted(`${name} is encrypted: --identity FILE opens it, with an identity of age`);
  if (await isOther(parts, name, opening)) return noted(`${name} is not what its manifest says: it was not opened`);
  const file = { name, parsed, wrappings };
  return parsed.kind === "captures" ? await openCaptures(parts, file, opening) : await openLog(parts, file, opening);
}

function noted(note: string): OpenedFile {
  return { captures: [], logs: [], notes: [note], members: 0 };
}

async function isOther({ depot }: ArchiveParts, name: string, { brought, from }: Opening): Promise<boolean> {
  const wanted = brought.manifest?.files.find((file) => file.name === name);
  return wanted !== undefined && (await depot.hash(`${from}/${name}`)).sha256 !== wanted.sha256;
}

interface NamedFile {
  readonly name: string;
  readonly parsed: ArchiveName;
  readonly wrappings: readonly Wrapping[];
}

async function openLog(
  { depot }: ArchiveParts,
  { name, parsed, wrappings }: NamedFile,
  { from, work, brought: { budget } }: Opening,
): Promise<OpenedFile> {
  const path = unpackedName(parsed);
  const chunks = openUnpacking(depot, { path: `${from}/${name}`, wrappings, budget });
  const trouble = await whole(depot.write(`${work}/${path}`, 0, chunks));
  if (budget.isSpent()) {
    await depot.remove(`${work}/${path}`);
    return noted(`${name} was left out: ${trouble}`);
  }
  const kind = parsed.kind === "events" ? "events" : "kernel-log";
  const notes = trouble === undefined ? [] : [`${name} is not whole: ${trouble}`];
  return { captures: [], logs: [{ path, kind }], notes, members: 1 };
}

async function openCaptures(
  parts: ArchiveParts,
  { name, parsed, wrappings }: NamedFile,
  { from, work, limits, brought, before }: OpeningNext,
): Promise<OpenedFile> {
  const directory = parsed.part === 1 ? "netpcap" : `netpcap.${parsed.part}`;
  await parts.host.makeDirectory(`${work}/${directory}`, 0o700);
  const unpacking = { path: `${from}/${name}`, wrappings, limits, budget: brought.budget };
  const { names, left } = await unpackTar(parts.depot, unpacking, {
    directory: `${work}/${directory}`,
    nameOf: captureIn,
    before,
  });
  const members = membersOf(brought.manifest, name);
  const captures: OpenedCapture[] = [];
  for (const capture of names.filter((one) => !one.endsWith(".json"))) {
    const index =
      members.get(capture) ?? (await readKnown(parts.host, `${work}/${directory}/${indexFileName(capture)}`));
    captures.push({ path: `${directory}/${capture}`, ...(index === undefined ? {} : { index }) });
  }
  return { captures, logs: [], notes: left.map((one) => `left out of ${name}: ${one}`), members: names.length };
}

function membersOf(manifest: Manifest | undefined, name: string): ReadonlyMap<string, Known> {
  const members = manifest?.files.find((file) => file.name === name)?.members ?? [];
  return new Map(
    members.flatMap((member) => {
      const index = knownOf(member);
      return index === undefined ? [] : [[member.name, index]];
    }),
  );
}
