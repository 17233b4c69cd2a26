import type { RingFile } from "../../core/archive/ring.ts";
import { HASH_FILES, READ_FILE } from "../../core/archive/scripts.ts";
import type { Hashed } from "../../core/model/depot.ts";
import { HostError } from "../../core/model/host.ts";
import { PlaceError } from "../../core/model/place.ts";
import type { DayPull } from "./pull-context.ts";
import { asInput, askAll, whyOf, withTries } from "./read-place.ts";

/** A file of a ring that lies here, and is what it is there. */
export interface FetchedFile extends Hashed {
  readonly name: string;
  readonly path: string;
  readonly modified: number;
}

export interface Fetched {
  readonly files: readonly FetchedFile[];
  /** What could not be had, and why. */
  readonly failed: readonly string[];
}

/** Brings files of a ring here; where the connection breaks it goes on from what came. @throws PlaceError if it breaks again and again */
export async function fetchFiles(pull: DayPull, directory: string, files: readonly RingFile[]): Promise<Fetched> {
  await pull.parts.host.makeDirectory(`${pull.directory}/raw`, 0o700);
  const failed: string[] = [];
  for (const [index, file] of files.entries()) {
    pull.onStep(`${pull.machine} ${pull.day}: ${file.name}, ${index + 1} of ${files.length}`);
    const why = await orWhy(bring(pull, directory, file));
    if (why !== undefined) failed.push(`${file.name}: ${why}`);
  }
  const hashes = await hashesOf(pull, directory, files);
  const fetched: FetchedFile[] = [];
  for (const file of files) {
    const one = await compared(pull, { directory, file, wanted: hashes.get(file.name) });
    if (typeof one !== "string") fetched.push(one);
    else if (!failed.some((said) => said.startsWith(`${file.name}: `))) failed.push(`${file.name}: ${one}`);
  }
  return { files: fetched, failed };
}

/** What is wrong with one file there, which holds nothing else up. */
async function orWhy(action: Promise<void>): Promise<string | undefined> {
  try {
    await action;
    return undefined;
  } catch (error) {
    const isFull = error instanceof HostError && error.code === "ENOSPC";
    if (isFull || (error instanceof PlaceError && error.how === "failed")) return whyOf(error);
    throw error;
  }
}

function pathOf({ directory }: DayPull, { name }: Pick<RingFile, "name">): string {
  return `${directory}/raw/${name}`;
}

async function bring(pull: DayPull, directory: string, file: RingFile): Promise<void> {
  const { depot } = pull.parts;
  const path = pathOf(pull, file);
  await withTries(async () => {
    const came = await depot.bytesOf(path);
    if (came === file.bytes) return;
    const from = came === undefined || came > file.bytes ? 0 : came;
    await refuseFull(pull, path, file.bytes - from);
    const words = [directory, file.name, String(from + 1)];
    const chunks = pull.place.run(READ_FILE, words, { signal: pull.signal });
    await depot.write(path, from, atMost(chunks, file.bytes - from));
  });
}

/** Of what is free a part stays so, for what else is on the disk. */
const USED_MAX = 15 / 16;

/** @throws HostError if what comes has not the room */
async function refuseFull({ parts, directory }: DayPull, path: string, bytes: number): Promise<void> {
  if (bytes > (await parts.depot.freeBytes(directory)) * USED_MAX) throw new HostError("ENOSPC", "write", path);
}

/** What is written behind a file since it was listed is not of it. */
async function* atMost(chunks: AsyncIterable<Buffer>, most: number): AsyncGenerator<Buffer> {
  let left = most;
  for await (const chunk of chunks) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left < 0) return;
  }
}

/** The hashes that files of a ring have now, by their names; of those that are there. @throws PlaceError */
export async function hashesOf(
  pull: DayPull,
  directory: string,
  files: readonly Pick<RingFile, "name">[],
): Promise<ReadonlyMap<string, string>> {
  const lines = await withTries(async () => {
    const input = asInput(files.map(({ name }) => name));
    return await askAll(pull.place, { script: HASH_FILES, words: [directory], input, signal: pull.signal });
  });
  return new Map(lines.map((line) => [line.slice(65), line.slice(0, 64)]));
}

interface Comparing {
  readonly directory: string;
  readonly file: RingFile;
  readonly wanted: string | undefined;
}

/** Of another size it would not be known again, and archived each time. */
function asListed(file: FetchedFile, bytes: number): FetchedFile | string {
  return file.bytes === bytes ? file : `it has ${file.bytes} bytes, and ${bytes} were listed`;
}

/** What came of an earlier run may be of a file that was another then: it is fetched once more. */
async function compared(pull: DayPull, { directory, file, wanted }: Comparing): Promise<FetchedFile | string> {
  const { depot } = pull.parts;
  const path = pathOf(pull, file);
  if (wanted === undefined) return "it is not there any more";
  for (const isLast of [false, true]) {
    const isThere = (await depot.bytesOf(path)) !== undefined;
    const hashed = isThere ? await depot.hash(path) : undefined;
    if (hashed?.sha256 === wanted) return asListed({ ...file, ...hashed, path }, file.bytes);
    await depot.remove(path);
    if (!isLast) await orWhy(bring(pull, directory, file));
  }
  return "it changes while it is read";
}
