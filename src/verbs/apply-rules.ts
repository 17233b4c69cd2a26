import type { Host } from "../core/model/host.ts";
import type { Machine } from "../core/model/machine.ts";
import type { Plan } from "../core/model/plan.ts";
import type { Wish } from "../core/model/revision.ts";
import { fileStep } from "../core/plan/file-step.ts";
import { type ChangeOptions, changeMachine, type Decision, type Outcome } from "./change-machine.ts";
import { faultOfRefused } from "./check-rules.ts";
import { armed, type Guard, stopTimer } from "./guard.ts";
import type { ListedAhead } from "./listed-ahead.ts";
import { readRolledBack, refuseWhilePending, rolledBackPath } from "./pending.ts";
import { planWish, type RulesPlan } from "./plan-rules.ts";
import { readNamespace } from "./read-machine.ts";
import { refuseChanged } from "./refuse-changed.ts";
import { pruneRevisions } from "./revisions.ts";
import { NftRefused } from "./transact.ts";

/** Wishes that nothing of ours be there. */
export const NO_RULES: Wish = { title: "remove", wanted: {}, allNetns: null, rules: { form: "none" } };

export interface RulesOptions extends ChangeOptions {
  /** Called with the plan before it is carried out. */
  readonly onPlan?: (planned: RulesPlan) => void;
  /** Keep it for later boots. */
  readonly isPersisted?: boolean | undefined;
  /** Take over tables of a text that are there already. */
  readonly isAdopting?: boolean | undefined;
  /** A listing of the ruleset that was begun before. */
  readonly ahead?: ListedAhead | undefined;
  /** Take it back unless it is confirmed. */
  readonly guard?: Guard | undefined;
}

/** Makes the machine log what is wished: planned under the lock, on what is there then. */
export async function applyWish(host: Host, wish: Wish, options: RulesOptions): Promise<Outcome> {
  return await carryOutRules(host, wish, options, async (machine) => {
    const planned = await planWish(host, wish, { ...options, machine });
    options.onPlan?.(planned);
    return planned;
  });
}

/** Carries out a plan that was made before. If what it was made from has changed, that is a fault, and nothing is changed. */
export async function applyPlan(host: Host, wish: Wish, plan: Plan, options: RulesOptions): Promise<Outcome> {
  return await carryOutRules(host, wish, options, async () => ({ plan, live: await refuseChanged(host, plan) }));
}

async function carryOutRules(
  host: Host,
  wish: Wish,
  options: RulesOptions,
  decide: (machine: Machine) => Promise<Decision>,
): Promise<Outcome> {
  try {
    const outcome = await changeMachine(host, options, async (machine) => {
      await refuseWhilePending(host, machine.namespace);
      const decision = await withClearedRecord(host, machine, await decide(machine));
      const { guard } = options;
      return guard === undefined || decision.plan.steps.length === 0
        ? decision
        : await armed(host, machine, decision, guard);
    });
    if (outcome.isApplied) await pruneRevisions(host, await readNamespace(host));
    return outcome;
  } catch (error) {
    if (options.guard !== undefined) await stopTimer(host, options.guard.id);
    throw error instanceof NftRefused ? await faultOfRefused(host, error, wish) : error;
  }
}

/** What became of an earlier change is of no interest once another one is made. */
async function withClearedRecord(host: Host, { namespace }: Machine, decision: Decision): Promise<Decision> {
  const { plan } = decision;
  const found = plan.steps.length === 0 ? undefined : await readRolledBack(host, namespace);
  if (found === undefined) return decision;
  const step = fileStep(rolledBackPath(namespace), found.text, null);
  return { ...decision, plan: { ...plan, steps: [...plan.steps, step] } };
}
