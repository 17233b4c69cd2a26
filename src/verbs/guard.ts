import { Fault } from "../core/model/fault.ts";
import { type Host, HostError, orUndefined } from "../core/model/host.ts";
import type { Machine } from "../core/model/machine.ts";
import type { Namespace } from "../core/model/namespace.ts";
import type { Ours } from "../core/model/ours.ts";
import type { Pending } from "../core/model/pending.ts";
import type { Plan, Step } from "../core/model/plan.ts";
import type { Ruleset } from "../core/nft/ruleset.ts";
import type { Command } from "../core/ours/edit-chain.ts";
import { fileStep } from "../core/plan/file-step.ts";
import type { Decision } from "./change-machine.ts";
import { pendingPath } from "./pending.ts";
import { readNamespace } from "./read-machine.ts";
import { brief, wouldTransact } from "./transact.ts";

/** How long a change may wait for its confirmation, and how the program is started that takes it back. */
export interface Guard {
  readonly withinSeconds: number;
  /** The command line of netlogctl itself. */
  readonly program: readonly string[];
  /** Sixteen hexadecimal digits that no other change has. */
  readonly id: string;
  /** The clock that no one sets, in milliseconds: all processes of a boot have the same. */
  readonly monotonicMs: () => number;
}

/** A plan without what waits for the confirmation: files for later boots. */
function splitForConfirm(plan: Plan): { readonly now: Plan; readonly onConfirm: Step[] } {
  const isLater = ({ change }: Step): boolean => change.do === "write-file" && change.path.startsWith("/etc/");
  return {
    now: { ...plan, steps: plan.steps.filter((step) => !isLater(step)) },
    onConfirm: plan.steps.filter(isLater),
  };
}

/**
 * A decision that is taken back unless it is confirmed. Its way back is rehearsed; the file that keeps it is the first step,
 * so that a change that is cut off takes it along; and then, before anything else is changed, a program is started that
 * waits for the confirmation and that neither terminal, session nor parent ends. The time counts from here.
 */
export async function armed(
  host: Host,
  { namespace }: Pick<Machine, "namespace">,
  decision: Decision,
  guard: Guard,
): Promise<Decision> {
  const { now: plan, onConfirm } = splitForConfirm(decision.plan);
  const { live } = decision;
  for (const { undo } of plan.steps)
    if (undo.do === "write-rules" && live !== undefined) await rehearse(host, live, undo.ours);

  const start = guard.monotonicMs();
  const pending = pendingOf(plan, onConfirm, guard, start);
  const step = fileStep(pendingPath(namespace), null, `${JSON.stringify(pending)}\n`);
  return {
    ...decision,
    plan: { ...plan, steps: [step, ...plan.steps] },
    onFirstStep: async () => await startWaiting(host, namespace, guard, start),
  };
}

function pendingOf(plan: Plan, onConfirm: readonly Step[], { id, withinSeconds }: Guard, startMs: number): Pending {
  const deadline = new Date(Date.now() + withinSeconds * 1000).toISOString();
  const deadlineMonotonicMs = startMs + withinSeconds * 1000;
  const when = { deadline, deadlineMonotonicMs, withinSeconds };
  return { netlogctl: "pending 1", id, title: plan.title, ...when, plan, onConfirm: [...onConfirm] };
}

/** Asks nft whether it would take what is there now anew: our tables, and our rules in others' chains. */
async function rehearse(host: Host, live: Ruleset, { tables, objects, placed }: Ours): Promise<void> {
  const gone = tables
    .filter((key) => live.tables.has(key))
    .map((key): Command => {
      const [family = "", name = ""] = key.split(" ");
      return { delete: { table: { family, name } } };
    });
  const rules = placed.flatMap((group) => group.rules.map((rule): Command => ({ add: { rule } })));
  const says = await wouldTransact(host, [...gone, ...objects.map((object): Command => ({ add: object })), ...rules]);
  if (says === undefined) return;
  throw new Fault(
    "refused",
    `the way back was rehearsed, and nft does not take it: ${brief(says)}`,
    "nothing was changed; apply without --confirm-within, or mend what is there first",
  );
}

/** By a timer of systemd where that runs this namespace; else by a process in a session of its own. */
async function startWaiting(
  host: Host,
  namespace: Namespace,
  { id, withinSeconds, program }: Guard,
  startMs: number,
): Promise<void> {
  const [file = "", ...args] = [...program, "rules", "rollback", "--unconfirmed", id];
  if (await hasSystemd(host, namespace)) {
    const where = namespace.isBoot === true ? [] : ["--netns", String(namespace.name)];
    const options = [`--unit=${timerName(id)}`, `--on-active=${withinSeconds}s`, "--timer-property=AccuracySec=100ms"];
    const { code } = await host.run("systemd-run", ["--quiet", "--collect", ...options, "--", file, ...args, ...where]);
    if (code === 0) return;
  }
  try {
    await host.startDetached(file, [...args, "--at", String(startMs + withinSeconds * 1000)]);
  } catch (cause) {
    if (!(cause instanceof HostError)) throw cause;
    throw new Fault("refused", "cannot start the program that would take the change back", "nothing was changed", {
      cause,
    });
  }
}

/** sd_booted(3); what it starts is in the namespace of the first process. */
async function hasSystemd(host: Host, { isBoot, name }: Namespace): Promise<boolean> {
  if (isBoot !== true && name === null) return false;
  return (await orUndefined(host.list("/run/systemd/system"), "ENOENT", "ENOTDIR", "EACCES", "EROFS")) !== undefined;
}

/** Stops the timer that would come for nothing; where there is none, that is no harm: it looks first whether it is meant. */
export async function stopTimer(host: Host, id: string): Promise<void> {
  if (!(await hasSystemd(host, await readNamespace(host)))) return;
  try {
    await host.run("systemctl", ["stop", `${timerName(id)}.timer`]);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
  }
}

function timerName(id: string): string {
  return `netlogctl-rollback-${id}`;
}
