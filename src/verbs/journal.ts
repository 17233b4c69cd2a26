import { Fault } from "../core/model/fault.ts";
import { type Host, HostError, orUndefined, readText, temporaryOf } from "../core/model/host.ts";
import {
  askerOf,
  LOCK_PATH,
  type Namespace,
  questionPath,
  runDirectory,
  transactionPath,
} from "../core/model/namespace.ts";
import type { Journal, Plan, Step } from "../core/model/plan.ts";
import { stepText, subjectOf } from "../core/plan/preview.ts";
import { tracesOf } from "../core/plan/traces.ts";
import { holds, isUntouched, makeChange } from "./make-change.ts";
import { readNamespace } from "./read-machine.ts";

const JOURNAL_FILE = "journal.json";

/** A journal holds whole files and rulesets, before and after. */
const JOURNAL_BYTES_MAX = 512 * 1024 * 1024;

/** Keeps the plan until it is over. */
export async function writeJournal(host: Host, namespace: Namespace, plan: Plan): Promise<void> {
  const journal: Journal = { version: 1, plan };
  await host.makeDirectory(runDirectory(namespace), 0o755);
  await host.replaceFile(journalPath(namespace), `${JSON.stringify(journal)}\n`, 0o644);
}

export async function forgetJournal(host: Host, namespace: Namespace): Promise<void> {
  await host.removeFile(journalPath(namespace));
  await host.removeFile(transactionPath(namespace));
}

/** Whether a change is being made, or was cut off. */
export async function isUnderWay(host: Host, namespace: Namespace): Promise<boolean> {
  return (await orUndefined(host.inode(journalPath(namespace)), "ENOENT", "ENOTDIR", "EACCES")) !== undefined;
}

/**
 * Looks, before a command that only reads, for a change that was cut off; finishes or undoes it where it can.
 * While another netlogctl is at work its journal is none of ours.
 */
export async function recoverBeforeReading(host: Host, say: (line: string) => void): Promise<void> {
  try {
    const journal = await readJournal(host, await readNamespace(host));
    if (journal !== undefined) await recoverUnlessAtWork(host, journal, say);
  } catch (error) {
    // A journal that cannot be read hinders changes, not looking.
    if (!(error instanceof Fault)) throw error;
    say(`${error.message}: ${error.remedy}`);
  }
}

async function recoverUnlessAtWork(host: Host, journal: Journal, say: (line: string) => void): Promise<void> {
  try {
    const lock = await host.lock(LOCK_PATH, { timeoutMs: 0 });
    try {
      await recover(host, say);
    } finally {
      await lock.release();
    }
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    say(
      error.code === "EAGAIN"
        ? `another netlogctl is at work on: ${journal.plan.title}`
        : `an earlier change was cut off: ${journal.plan.title}; run any netlogctl command as root to finish or undo it`,
    );
  }
}

/** Finishes a plan that was cut off after its last step, undoes one that was cut off before. Needs the lock. */
export async function recover(host: Host, say: (line: string) => void): Promise<void> {
  const namespace = await readNamespace(host);
  const journal = await readJournal(host, namespace);
  if (journal === undefined) return;

  await awaitNft(host, namespace, journal.plan);
  await forgetBegun(host, journal.plan);
  const { title, steps } = journal.plan;
  const standing = await Promise.all(steps.map(({ change }) => holds(host, change)));
  if (standing.every(Boolean)) {
    say(`an earlier change was cut off after its last step; it stands: ${title}`);
    return await forgetJournal(host, namespace);
  }
  if (journal.plan.isToFinish === true) return await finish(host, namespace, journal.plan, say);

  const cause = new Fault("unfinished", `an earlier change was cut off: ${title}`, "");
  for (const line of await undoSteps(host, namespace, steps, cause)) say(line);
  say(`an earlier change was cut off and is undone: ${title}`);
}

/** Removes what processes that are gone wanted to ask nft, and a journal that never took its place. Needs the lock. */
export async function forgetQuestions(host: Host): Promise<void> {
  const namespace = await readNamespace(host);
  await host.removeFile(temporaryOf(journalPath(namespace)));
  for (const name of (await orUndefined(host.list(runDirectory(namespace)), "ENOENT", "ENOTDIR")) ?? []) {
    const pid = askerOf(name);
    if (pid === undefined || (await orUndefined(host.inode(`/proc/${pid}`), "ENOENT")) !== undefined) continue;
    await host.removeFile(questionPath(namespace, pid));
  }
}

/** Removes texts that never took their files' places. */
async function forgetBegun(host: Host, { steps }: Plan): Promise<void> {
  for (const { change } of steps) if (change.do === "write-file") await host.removeFile(temporaryOf(change.path));
}

/** nft outlives a netlogctl that is killed: what it makes of the rules has to be waited for. */
async function awaitNft(host: Host, namespace: Namespace, { steps }: Plan): Promise<void> {
  if (!steps.some(({ change }) => change.do === "write-rules")) return;
  const { awaitTransaction } = await import("./transact.ts");
  await awaitTransaction(host, namespace);
}

/** Makes the rest of a plan that is not to be undone; what somebody else has changed since is left as it is. */
async function finish(
  host: Host,
  namespace: Namespace,
  { title, steps }: Plan,
  say: (line: string) => void,
): Promise<void> {
  for (const { change, undo } of steps) {
    if (await holds(host, change)) continue;
    if (await isUntouched(host, undo)) await makeChange(host, change);
    else say(`${subjectOf(change)}: somebody else changed it since; it is left as it is`);
  }
  await forgetJournal(host, namespace);
  say(`an earlier change was cut off and is finished: ${title}`);
}

/**
 * Undoes these steps, last first, and forgets the journal. What somebody else has changed since is left as it is; rules
 * are not if they were made just now: what nft or the kernel made of them that was not meant goes too.
 * @returns what there is to say of it, a line each
 */
export async function undoSteps(
  host: Host,
  namespace: Namespace,
  steps: readonly Step[],
  cause: unknown,
  isJustMade = false,
): Promise<string[]> {
  const said: string[] = [];
  const failed: string[] = [];
  for (const step of steps.toReversed()) {
    try {
      said.push(...(await undoStep(host, step, steps, isJustMade)));
    } catch (error) {
      failed.push(`${stepText(step)} (${error instanceof Error ? error.message : String(error)})`);
    }
  }
  if (failed.length > 0) throw notUndone(failed, namespace, cause);

  await forgetJournal(host, namespace);
  return said;
}

async function undoStep(host: Host, step: Step, steps: readonly Step[], isJustMade: boolean): Promise<string[]> {
  const { undo } = step;
  if (await holds(host, undo)) return [];

  const isOurs = (isJustMade && undo.do === "write-rules") || (await isTraced(host, step, steps));
  if (!isOurs) return [`${subjectOf(undo)}: somebody else changed it since; it is left as it is`];
  if (undo.do === "unload-module") return await unload(host, undo);

  await makeChange(host, undo);
  if (await holds(host, undo)) return [];
  throw new Error("the way back was taken without an error, and read back it is not so");
}

/** Whether what is there is what the steps may have left. */
async function isTraced(host: Host, step: Step, steps: readonly Step[]): Promise<boolean> {
  const traces = await Promise.all(tracesOf(step, steps).map((trace) => isUntouched(host, trace)));
  return traces.some(Boolean);
}

/** A module that somebody uses by now stays: that harms nobody. */
async function unload(host: Host, undo: Step["undo"]): Promise<string[]> {
  try {
    await makeChange(host, undo);
    return [];
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return [`${subjectOf(undo)} stays loaded: ${error.message}`];
  }
}

async function readJournal(host: Host, namespace: Namespace): Promise<Journal | undefined> {
  const path = journalPath(namespace);
  const text = await orUndefined(readText(host, path, JOURNAL_BYTES_MAX), "ENOENT", "ENOTDIR", "EACCES");
  if (text === undefined) return undefined;
  try {
    // The schema's library is loaded where a journal is found: hardly ever.
    const { Journal } = await import("../core/model/plan.ts");
    return Journal.parse(JSON.parse(text));
  } catch (cause) {
    throw new Fault(
      "unfinished",
      "an earlier change was cut off, and its journal cannot be read (damaged, or of another version)",
      `look at ${path} and at /proc/net/netfilter/nf_log, then remove the former`,
      { where: path, cause },
    );
  }
}

function notUndone(failed: readonly string[], namespace: Namespace, cause: unknown): Fault {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Fault(
    "unfinished",
    `${why}; and on the way back these steps could not be undone: ${failed.join("; ")}`,
    `mend the reason and run any netlogctl command: the journal ${journalPath(namespace)} is kept and tried again`,
    { cause },
  );
}

function journalPath(namespace: Namespace): string {
  return `${runDirectory(namespace)}/${JOURNAL_FILE}`;
}
