import { createHash } from "node:crypto";
import { createEventChoice } from "../../core/archive/event-lines.ts";
import { parseArchiveName } from "../../core/archive/file-name.ts";
import type { LineChoice } from "../../core/archive/line-tally.ts";
import type { ArchivedFile, Member } from "../../core/archive/manifest.ts";
import { createBudget, UNPACK_LIMITS } from "../../core/archive/sieve.ts";
import { createLineCutter } from "../../core/event/read-events/cut-lines.ts";
import { BrokenArchive, type Hashed, type Wrapping } from "../../core/model/depot.ts";
import { createCaptureReader } from "../../core/pcap/read.ts";
import type { ArchiveParts, Vault } from "./parts.ts";
import { unwrapWithin, wrappingsOf } from "./unpack.ts";
import { readVaultFile } from "./vault.ts";

/** A file of the vault that is looked into. */
interface Looking {
  readonly vault: Vault;
  readonly machine: string;
  readonly day: string;
  readonly file: ArchivedFile;
  readonly wish: { readonly identity?: string | undefined; readonly signal: AbortSignal };
}

interface Looked {
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

const LINE_BYTES_MAX = 2 ** 20;

/** What age(1) says where none of its identities fits. */
const OTHER_IDENTITY = /no identity matched|incorrect identity/i;

/** Compares what is in a file with what its manifest says of it. @throws PlaceError */
export async function lookInto(parts: ArchiveParts, looking: Looking): Promise<Looked> {
  const { file, wish } = looking;
  const parsed = parseArchiveName(file.name);
  if (parsed?.kind !== file.kind) return { problems: [`${file.name} is none of ${file.kind}`], notes: [] };
  const wrappings = wrappingsOf(parsed, wish.identity);
  if (wrappings === undefined) return { problems: [], notes: [`${file.name} is encrypted: it was not looked into`] };
  try {
    const chunks = unwrapped(parts, looking, wrappings);
    const problems =
      file.kind === "captures" ? await compareMembers(parts, file, chunks) : await compareLines(file, chunks);
    return { problems, notes: [] };
  } catch (error) {
    if (!(error instanceof BrokenArchive)) throw error;
    if (wish.identity !== undefined && OTHER_IDENTITY.test(error.message)) {
      return { problems: [], notes: [`${file.name} is encrypted for another identity: it was not looked into`] };
    }
    return { problems: [`${file.name} cannot be read: ${error.message}`], notes: [] };
  }
}

function unwrapped(
  { depot }: ArchiveParts,
  { vault, machine, day, file, wish }: Looking,
  wrappings: readonly Wrapping[],
): AsyncIterable<Buffer> {
  const bytes = readVaultFile(vault, { machine, day, name: file.name }, { from: 0, signal: wish.signal });
  return unwrapWithin(depot, bytes, { wrappings, budget: createBudget(UNPACK_LIMITS, file.bytes) });
}

async function compareMembers(
  { depot }: ArchiveParts,
  { name: archive, members }: ArchivedFile,
  chunks: AsyncIterable<Buffer>,
): Promise<string[]> {
  const wanted = new Map(members.map((member) => [`netpcap/${member.name}`, member]));
  const problems: string[] = [];
  for await (const { name, body } of depot.readTar(chunks)) {
    const member = wanted.get(name);
    wanted.delete(name);
    const trouble = member === undefined ? "is not in its manifest" : differenceOf(member, await readMember(body));
    if (trouble !== undefined) problems.push(`${archive}: ${name} ${trouble}`);
  }
  return [...problems, ...[...wanted.keys()].map((name) => `${archive}: ${name} is not in it`)];
}

function differenceOf(member: Member, found: Hashed & { readonly packets: number }): string | undefined {
  if (found.sha256 !== member.sha256) return "is not what it was";
  if (member.packets === undefined || member.packets === found.packets) return undefined;
  return `has ${found.packets} packets, ${member.packets} by its index`;
}

async function readMember(body: AsyncIterable<Buffer>): Promise<Hashed & { packets: number }> {
  const reader = createCaptureReader();
  const sum = createHash("sha256");
  let [bytes, packets] = [0, 0];
  for await (const chunk of body) {
    sum.update(chunk);
    bytes += chunk.length;
    packets += reader.push(chunk).length;
  }
  reader.end();
  return { bytes, packets, sha256: sum.digest("hex") };
}

async function compareLines({ name, kind, count }: ArchivedFile, chunks: AsyncIterable<Buffer>): Promise<string[]> {
  const found = await countLines(kind, chunks);
  return found === count ? [] : [`${name} has ${found} ${kind === "events" ? "events" : "lines"}, not ${count}`];
}

async function countLines(kind: ArchivedFile["kind"], chunks: AsyncIterable<Buffer>): Promise<number> {
  const cutter = createLineCutter(LINE_BYTES_MAX);
  const events = createEventChoice();
  let lines = 0;
  const add = (all: readonly Buffer[]): void => {
    lines += all.length;
    if (kind === "events") for (const line of all) takeEvent(events, line.toString("utf8"));
  };
  for await (const chunk of chunks) add(cutter.push(chunk));
  add(cutter.end());
  return kind === "events" ? events.tally().count : lines;
}

function takeEvent(events: LineChoice, line: string): void {
  try {
    events.take(line);
  } catch (error) {
    if (error instanceof SyntaxError) throw new BrokenArchive("a line of it is no event");
    throw error;
  }
}
