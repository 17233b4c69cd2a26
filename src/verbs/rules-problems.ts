import type { Problem } from "../core/explain/problems.ts";
import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import type { Machine } from "../core/model/machine.ts";
import type { Pending } from "../core/model/pending.ts";
import { shellWord } from "../core/shell-word.ts";
import { readPending, readRolledBack } from "./pending.ts";
import { listRevisions } from "./revisions.ts";

/** What is wrong with what was applied: an unconfirmed change, one that was taken back, rules that are gone. */
export async function readRulesProblems(host: Host, machine: Machine): Promise<Problem[]> {
  const options = host.netns === undefined ? "" : ` --netns ${shellWord(host.netns)}`;
  return [
    ...(await orProblem(unconfirmed(host, machine, options))),
    ...(await orProblem(differing(host, machine, options))),
  ];
}

/** A file that cannot be read hinders changes, not looking at the rest. */
async function orProblem(read: Promise<Problem[]>): Promise<Problem[]> {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const place = error.where === undefined ? "" : `${error.where}: `;
    const message = `${place}${error.message}`;
    return [{ severity: "error", code: "rules-unreadable", families: [], message, remedy: error.remedy }];
  }
}

function remedy(command: string, does: string, more: string): Pick<Problem, "remedy" | "command" | "note"> {
  return { remedy: `${command} ${does}${more}`, command, note: `${does}${more}` };
}

/** It may take that long to be taken back, on a busy machine. */
const OVERDUE_MS = 30_000;

async function unconfirmed(host: Host, { namespace }: Machine, options: string): Promise<Problem[]> {
  const [waiting, record] = await Promise.all([readPending(host, namespace), readRolledBack(host, namespace)]);
  const problems: Problem[] = [];
  if (waiting !== undefined) {
    const { title, deadline } = waiting.pending;
    const leftMs = leftOf(waiting.pending);
    const isOverdue = leftMs < -OVERDUE_MS;
    problems.push({
      severity: isOverdue ? "error" : "warning",
      code: "unconfirmed",
      families: [],
      message: isOverdue
        ? `"${title}" was to be taken back at ${deadline} and was not: what waited for that is gone`
        : `"${title}" is taken back in ${Math.max(0, Math.round(leftMs / 1000))} s (${deadline}) unless it is confirmed`,
      ...remedy(`netlogctl rules confirm${options}`, "keeps it", `, netlogctl rules rollback${options} takes it back`),
    });
  }
  if (record !== undefined) {
    const { title, time, why, left } = record.record;
    problems.push({
      severity: "warning",
      code: "taken-back",
      families: [],
      message: `"${title}" was taken back at ${time} (${why})${left.length === 0 ? "" : `; ${left.join("; ")}`}`,
      ...remedy(
        `netlogctl rules history${options}`,
        "tells what holds now",
        "; the next change of rules ends this message",
      ),
    });
  }
  return problems;
}

/** By the clock that nobody sets, where it was written down. */
function leftOf({ deadline, deadlineMonotonicMs }: Pending): number {
  if (deadlineMonotonicMs === undefined) return Date.parse(deadline) - Date.now();
  return deadlineMonotonicMs - Number(process.hrtime.bigint()) / 1e6;
}

/** What comparing rules needs is loaded only where any were applied. */
async function differing(host: Host, machine: Machine, options: string): Promise<Problem[]> {
  if ((await listRevisions(host, machine.namespace)).length === 0) return [];
  const { compareCurrent } = await import("./current-rules.ts");
  const current = await unlessDenied(compareCurrent(host, machine));
  if (current?.differs === undefined) return [];
  const command = `netlogctl rules rollback ${current.revision}${options}`;
  return [
    {
      severity: "error",
      code: "rules-differ",
      families: [],
      message: `rules are not as revision ${current.revision} made them: ${current.differs}`,
      ...remedy(command, "puts them back", `; netlogctl watch --repair${options} does it whenever that happens`),
      // Without a terminal, and with more lines behind it, nobody can be asked.
      command: `${command} --yes`,
    },
  ];
}

/** An ordinary user may not see the ruleset. */
async function unlessDenied<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof Fault && error.code === "not-permitted") return undefined;
    throw error;
  }
}
