import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import type { Plan, Step } from "../core/model/plan.ts";
import type { Ruleset } from "../core/nft/ruleset.ts";
import { isOurs } from "../core/ours/ours.ts";
import { subjectOf } from "../core/plan/preview.ts";
import { linesOfChain } from "../core/plan/rules-plan.ts";
import { readAroundOurs } from "./live-rules.ts";
import { holds } from "./make-change.ts";
import { differences } from "./write-rules.ts";

/** A fault if anything is not as it was when the plan was made; else the ruleset. */
export async function refuseChanged(host: Host, plan: Plan): Promise<Ruleset> {
  const own = new Set(plan.steps.flatMap(({ undo }) => (undo.do === "write-rules" ? undo.ours.tables : [])));
  const live = await readAroundOurs(host, own);
  const changed = [
    ...(await Promise.all(plan.steps.map(async (step) => await changeOf(host, step, live)))).flat(),
    ...(plan.madeFrom ?? []).flatMap(({ chain, rules }) => changedLines(chain, rules, linesOfChain(live, chain))),
  ];
  if (changed.length === 0) return live;
  throw new Fault(
    "changed",
    `since the plan was made this has changed: ${[...new Set(changed)].slice(0, 8).join("; ")}`,
    "nothing was done; look again, or let --replan make a new plan and carry that out",
  );
}

async function changeOf(host: Host, { undo }: Step, live: Ruleset): Promise<string[]> {
  if (undo.do === "write-rules") return isOurs(live, undo.ours) ? [] : [differences(live, undo.ours)];
  return (await holds(host, undo)) ? [] : [`${subjectOf(undo)} is another than it was`];
}

function changedLines(chain: string, before: readonly string[], now: readonly string[]): string[] {
  if (before.length === now.length && before.every((line, at) => line === now[at])) return [];
  const changes = [
    ...withoutOnce(now, before).map((line) => `${chain}: now has ${line}`),
    ...withoutOnce(before, now).map((line) => `${chain}: no longer has ${line}`),
  ];
  return changes.length === 0 ? [`${chain}: in another order`] : changes;
}

/** The lines of a list without those of another, each taken away once. */
function withoutOnce(lines: readonly string[], others: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const line of others) counts.set(line, (counts.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = counts.get(line) ?? 0;
    counts.set(line, count - 1);
    return count <= 0;
  });
}
