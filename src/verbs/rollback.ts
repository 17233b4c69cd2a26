import { Fault } from "../core/model/fault.ts";
import { type Host, HostError } from "../core/model/host.ts";
import type { Machine } from "../core/model/machine.ts";
import type { Namespace } from "../core/model/namespace.ts";
import type { Plan, Step } from "../core/model/plan.ts";
import type { Revision, Wish } from "../core/model/revision.ts";
import { fileStep } from "../core/plan/file-step.ts";
import { keepsBooks, subjectOf } from "../core/plan/preview.ts";
import { planRollback, rolledBackText } from "../core/plan/rollback-plan.ts";
import { type ChangeOptions, changeMachine, type Outcome } from "./change-machine.ts";
import { stopTimer } from "./guard.ts";
import { isUnderWay } from "./journal.ts";
import { isUntouched } from "./make-change.ts";
import { pendingPath, readPending, readRolledBack, rolledBackPath } from "./pending.ts";
import { readNamespace } from "./read-machine.ts";
import { encodeRevision, listRevisions, readCurrent, readRevision, revisionPath } from "./revisions.ts";

/** What going back to a revision wishes: its rules, and what was the default log then; undefined is the one before. */
export async function wishOfRevision(host: Host, number: number | undefined): Promise<Wish> {
  const namespace = await readNamespace(host);
  const numbers = await listRevisions(host, namespace);
  const target = number ?? numbers.at(-2);
  if (target === undefined) {
    throw new Fault(
      "not-found",
      "there is no revision before this one",
      "netlogctl rules remove takes away what is there",
    );
  }
  const { defaultLog, allNetns, rules } = await readRevision(host, namespace, target);
  return { title: `rollback to revision ${target}`, wanted: defaultLog, allNetns, rules };
}

/** Keeps the change that awaits confirmation. */
export async function confirmPending(host: Host, options: ChangeOptions): Promise<Outcome> {
  let ended = "";
  const outcome = await changeMachine(host, options, async ({ namespace }) => {
    const found = await readPending(host, namespace);
    if (found === undefined) {
      throw new Fault("not-found", "nothing awaits confirmation", "netlogctl rules history tells what was applied");
    }
    const { pending, text } = found;
    ended = pending.id;
    const step = fileStep(pendingPath(namespace), text, null);
    return { title: `confirm: ${pending.title}`, steps: [...pending.onConfirm, step], notes: [] };
  });
  await stopTimer(host, ended);
  return outcome;
}

/** Whether a change awaits confirmation; that one, where it is named. */
export async function isPending(host: Host, id?: string): Promise<boolean> {
  try {
    const found = await readPending(host, await readNamespace(host));
    return found !== undefined && (id === undefined || found.pending.id === id);
  } catch (error) {
    if (error instanceof Fault) return true; // something is there, and cannot be read
    throw error;
  }
}

/** Whether that change still awaits confirmation. What confirms it or takes it back may fail, and is undone: until then it does. */
export async function mayBePending(host: Host, id: string): Promise<boolean> {
  if (await isPending(host, id)) return true;
  return (await isUnderWay(host, await readNamespace(host))) || (await isPending(host, id));
}

/** What awaits confirmation, with the text of its file. */
type Waiting = NonNullable<Awaited<ReturnType<typeof readPending>>>;

/** Loads all that taking a change back needs, so that it is there at once when the time has come. Gives what awaits confirmation. */
export async function prepareRollback(host: Host): Promise<Waiting | undefined> {
  const { areUntouched } = await import("./write-rules.ts");
  await areUntouched(host, { tables: [], objects: [], placed: [] });
  return await readPending(host, await readNamespace(host));
}

/** A file that is damaged by now does not keep the change from being taken back: who waits has read it before. */
async function readOrKept(host: Host, namespace: Namespace, kept: Waiting | undefined): Promise<Waiting | undefined> {
  try {
    return await readPending(host, namespace);
  } catch (error) {
    if (kept !== undefined && error instanceof Fault) return kept;
    throw error;
  }
}

/**
 * Takes back the change that awaits confirmation, as far as it still stands as it was made. What somebody else has changed
 * since is left, and said; what was done is kept for status and told to the system's log.
 * @param id the change that is meant, where another one is none of ours
 */
export async function rollbackPending(
  host: Host,
  { id, why, kept }: { readonly id: string | undefined; readonly why: string; readonly kept?: Waiting | undefined },
  options: ChangeOptions,
): Promise<Outcome> {
  let told = "";
  let ended = "";
  const outcome = await changeMachine(host, options, async (machine) => {
    const found = await readOrKept(host, machine.namespace, kept);
    if (found === undefined || (id !== undefined && found.pending.id !== id)) return nothing();
    const { standing, left } = await sortSteps(host, found.pending.plan);
    for (const line of left) options.say(line);
    ended = found.pending.id;
    told = `taken back (${why}): ${found.pending.title}${left.length === 0 ? "" : `; left: ${left.join("; ")}`}`;
    return planRollback(found.pending, standing, await filesOf(host, machine, found, { why, left }));
  });
  if (!outcome.isApplied) return outcome;
  await stopTimer(host, ended);
  await tell(host, told);
  return outcome;
}

function nothing(): Plan {
  return { title: "take back what was not confirmed", steps: [], notes: [] };
}

/** The steps that stand as they were made; what is otherwise now and was not so before either is somebody else's. */
async function sortSteps(host: Host, { steps }: Plan): Promise<{ standing: Step[]; left: string[] }> {
  const standing: Step[] = [];
  const left: string[] = [];
  for (const step of steps) {
    if (keepsBooks(step)) continue;
    if (await isUntouched(host, step.change)) standing.push(await withWayBack(host, step, left));
    else if (!(await isUntouched(host, step.undo)))
      left.push(`${subjectOf(step.change)}: somebody else changed it since; it is left as it is`);
  }
  return { standing, left };
}

/** The step whose way back can be taken: rules whose place in a chain of others is gone by now are left out, and said. */
async function withWayBack(host: Host, step: Step, left: string[]): Promise<Step> {
  if (step.undo.do !== "write-rules") return step;
  const { withoutLostPlaces } = await import("./write-rules.ts");
  const { ours, lost } = await withoutLostPlaces(host, step.undo.ours);
  left.push(...lost.map((why) => `rules that stood there before are not put back: ${why}`));
  return lost.length === 0 ? step : { ...step, undo: { ...step.undo, ours } };
}

/** The books: a revision that says what holds again, the record for status, and that nothing is pending any more. */
async function filesOf(
  host: Host,
  { namespace }: Machine,
  { pending, text: pendingText }: Waiting,
  { why, left }: { readonly why: string; readonly left: string[] },
): Promise<Step[]> {
  const time = new Date().toISOString();
  const before = await readRolledBack(host, namespace);
  const text = rolledBackText({ title: pending.title, time, why, left });
  const current = await readCurrent(host, namespace);
  const books = current === undefined ? [] : [await revisionAfter(host, namespace, current, time)];
  const record = fileStep(rolledBackPath(namespace), before?.text ?? null, text);
  return [...books, record, fileStep(pendingPath(namespace), pendingText, null)];
}

async function revisionAfter(
  host: Host,
  namespace: Machine["namespace"],
  current: Revision,
  time: string,
): Promise<Step> {
  const number = (await listRevisions(host, namespace)).at(-2);
  const earlier = number === undefined ? undefined : await readRevision(host, namespace, number);
  const nothingBefore = { wanted: {}, defaultLog: {}, allNetns: null, rules: { form: "none" } } as const;
  const revision: Revision = {
    ...(earlier ?? { netlogctl: current.netlogctl, ...nothingBefore }),
    number: current.number + 1,
    time,
    title: `revision ${current.number} was not confirmed: back to ${number ?? "nothing"}`,
  };
  return fileStep(revisionPath(namespace, revision.number), null, encodeRevision(revision));
}

/** To the system's log, where there is one (logger(1)). */
async function tell(host: Host, text: string): Promise<void> {
  try {
    await host.run("logger", ["-t", "netlogctl", "-p", "daemon.warning", "--", text]);
  } catch (error) {
    if (!(error instanceof HostError)) throw error; // without a logger, status says it
  }
}
