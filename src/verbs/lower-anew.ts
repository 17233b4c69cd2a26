import { type DefaultLog, destinationText, entriesOf, sameDestination } from "../core/model/default-log.ts";
import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import type { Machine } from "../core/model/machine.ts";
import type { Plan } from "../core/model/plan.ts";
import type { Revision } from "../core/model/revision.ts";
import type { Ruleset } from "../core/nft/ruleset.ts";
import { oursOf } from "../core/ours/ours.ts";
import { ownOf, refuseForeign } from "../core/ours/own-tables.ts";
import type { OwnTables } from "../core/ours/scope.ts";
import { joinSteps } from "../core/plan/bind-steps.ts";
import { keepsBooks } from "../core/plan/preview.ts";
import { planRules, refuseContradiction, sameRules } from "../core/plan/rules-plan.ts";
import type { Decision } from "./change-machine.ts";
import { withoutMissing } from "./current-rules.ts";
import { refuseWhilePending } from "./pending.ts";
import { readPersistedRules } from "./persisted-rules.ts";
import { readFound } from "./plan-rules.ts";

/** A plan for the default log, with our live rules lowered anew by it in the same plan. */
export async function lowerAnew(
  host: Host,
  machine: Machine,
  plan: Plan,
  wanted: DefaultLog,
  isPersisted: boolean,
): Promise<Plan | Decision> {
  const found = await readFound(host, machine, { rules: { form: "none" } });
  const { current, live } = found;
  if (current === undefined) return plan;
  if (isPersisted) refuseAgainstIntent(current, wanted);
  if (!isThere(live, ownOf(found, current.rules))) return plan;

  const { rules } = current;
  const wish = { title: plan.title, wanted, allNetns: null, rules };
  const { plan: lowered } = planRules(machine, found, wish);
  if (!lowered.steps.some(({ change }) => change.do === "write-rules")) return plan;
  await refuseWhilePending(host, machine.namespace);
  return { plan: { ...lowered, steps: joinSteps(lowered.steps, plan.steps), notes: joinedNotes(lowered, plan) }, live };
}

/** A plan that restores the default log, with the persisted rules. */
export async function withPersistedRules(host: Host, machine: Machine, plan: Plan): Promise<Plan | Decision> {
  const wish = await readPersistedRules(host, machine.namespace);
  if (wish === undefined) return plan;
  refuseContradiction(machine, wish);
  // The default log of this boot is forgotten: what the rules say of it themselves is all that is kept for this boot.
  const forgetful = { ...machine, run: { ...machine.run, defaultLog: {} } };
  const found = await readFound(host, machine, wish);
  refuseForeign(found, wish);
  // What makes a chain may come later in the boot.
  const { rules, missing } = withoutMissing(wish.rules, found.live);
  const notes = missing.map((what) => `${what}: it is left out, and netlogctl restore puts it there later`);
  const { plan: restored } = planRules(forgetful, found, { ...wish, rules, title: plan.title });
  // A boot that brings back what was applied last is no new revision.
  const isNew = !sameRules(found.current?.rules, rules);
  const steps = restored.steps.filter((step) => isNew || !keepsBooks(step));
  if (steps.length > 0) await refuseWhilePending(host, machine.namespace);
  const paths = new Set(steps.flatMap(({ change }) => (change.do === "write-file" ? [change.path] : [])));
  const rest = plan.steps.filter(({ change }) => change.do !== "write-file" || !paths.has(change.path));
  return {
    plan: { ...restored, steps: joinSteps(steps, rest), notes: [...notes, ...joinedNotes(restored, plan)] },
    live: found.live,
  };
}

/** Whether anything of ours is live. */
function isThere(live: Ruleset, own: OwnTables): boolean {
  const { objects, placed } = oursOf(live, own);
  return objects.length + placed.length > 0;
}

function joinedNotes(a: Plan, b: Plan): string[] {
  return [...new Set([...a.notes, ...b.notes])];
}

/** What the applied intent says of a family is not to be another thing at the next boot. */
function refuseAgainstIntent({ title, wanted: applied }: Revision, wanted: DefaultLog): void {
  for (const [family, destination] of entriesOf(wanted)) {
    const said = applied[family];
    if (said === undefined || sameDestination(said, destination)) continue;
    throw new Fault(
      "bad-input",
      `cannot persist ${family} ${destinationText(destination)}: what is applied (${title}) says ${destinationText(said)} in its default-log`,
      "change it there and apply that, or leave --persist out",
    );
  }
}
