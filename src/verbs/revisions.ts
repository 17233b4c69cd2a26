import { Fault } from "../core/model/fault.ts";
import { type Host, HostError, orUndefined, readText } from "../core/model/host.ts";
import { type Namespace, revisionDirectory } from "../core/model/namespace.ts";
import { isDefaultLog, isWish, REVISION_FORMAT, type Revision, type RevisionRules } from "../core/model/revision.ts";

/** Of a hundred thousand rules. */
const BYTES_MAX = 256 * 1024 * 1024;

/** How many are kept. */
const KEPT = 32;

/** The numbers of the revisions that are kept for a namespace, the oldest first. */
export async function listRevisions(host: Host, namespace: Namespace): Promise<number[]> {
  const names = (await orUndefined(host.list(revisionDirectory(namespace)), "ENOENT", "ENOTDIR")) ?? [];
  const numbers = names.flatMap((name) => (/^[1-9][0-9]*\.json$/.test(name) ? [Number.parseInt(name, 10)] : []));
  return numbers.sort((a, b) => a - b);
}

/** The newest revision, which is what was last applied; undefined if there is none. */
export async function readCurrent(host: Host, namespace: Namespace): Promise<Revision | undefined> {
  const number = (await listRevisions(host, namespace)).at(-1);
  return number === undefined ? undefined : await readRevision(host, namespace, number);
}

/**
 * The intent that was applied last, and its file; undefined where there was none, where it was no file, or where what tells
 * of it cannot be read.
 */
export async function readAppliedIntent(host: Host, namespace: Namespace): Promise<AppliedIntent | undefined> {
  try {
    const rules = (await readCurrent(host, namespace))?.rules;
    if (rules?.form !== "intent" || typeof rules.file !== "string" || !rules.file.startsWith("/")) return undefined;
    return { rules, file: rules.file };
  } catch (error) {
    if (error instanceof Fault || error instanceof HostError) return undefined;
    throw error;
  }
}

interface AppliedIntent {
  readonly rules: Extract<RevisionRules, { form: "intent" }>;
  readonly file: string;
}

export async function readRevision(host: Host, namespace: Namespace, number: number): Promise<Revision> {
  const path = revisionPath(namespace, number);
  const text = await orUndefined(readText(host, path, BYTES_MAX), "ENOENT", "ENOTDIR");
  if (text !== undefined) return decodeRevision(text, path);
  const kept = await listRevisions(host, namespace);
  const which = kept.length === 0 ? "nothing was applied yet" : `kept are ${kept[0]} to ${kept.at(-1)}`;
  throw new Fault("not-found", `there is no revision ${number}`, `${which}: netlogctl rules history`);
}

export function revisionPath(namespace: Namespace, number: number): string {
  return `${revisionDirectory(namespace)}/${number}.json`;
}

/** A revision as the text of its file. */
export function encodeRevision(revision: Revision): string {
  return `${JSON.stringify(revision)}\n`;
}

function decodeRevision(text: string, path: string): Revision {
  try {
    const revision = JSON.parse(text) as Revision;
    if (revision.netlogctl === REVISION_FORMAT && isRevision(revision)) return revision;
  } catch {
    // said below
  }
  throw new Fault(
    "bad-input",
    "it is no revision of netlogctl's, or is damaged",
    "move it away, and apply the intent again",
    {
      where: path,
    },
  );
}

function isRevision(revision: Revision): boolean {
  const { number, time, defaultLog } = revision;
  return Number.isInteger(number) && typeof time === "string" && isDefaultLog(defaultLog) && isWish(revision);
}

/** Forgets the oldest. */
export async function pruneRevisions(host: Host, namespace: Namespace): Promise<void> {
  const numbers = await listRevisions(host, namespace);
  for (const number of numbers.slice(0, -KEPT)) await host.removeFile(revisionPath(namespace, number));
}
