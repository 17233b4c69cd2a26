import { type Step, targetsOf } from "../lint/reach.ts";
import type { Table } from "../nft/ruleset.ts";

/** The hooks from which packets get to each chain of a table, by the chain's name; a chain that none gets to is not there. */
export function hooksOf(table: Table, steps: ReadonlyMap<string, readonly Step[]>): Map<string, Set<string>> {
  const hooks = new Map<string, Set<string>>();
  const targets = targetsIn(table, steps);
  for (const [name, { head }] of table.chains) {
    if (typeof head?.["hook"] === "string") spread(name, head["hook"], { hooks, targets });
  }
  return hooks;
}

interface Walk {
  readonly hooks: Map<string, Set<string>>;
  readonly targets: ReadonlyMap<string, readonly string[]>;
}

function spread(from: string, hook: string, { hooks, targets }: Walk): void {
  const reached = [from];
  // What is put behind while it is walked comes in turn.
  for (const chain of reached) {
    const known = hooks.get(chain) ?? new Set();
    if (known.has(hook)) continue;
    hooks.set(chain, known.add(hook));
    reached.push(...(targets.get(chain) ?? []));
  }
}

function targetsIn(table: Table, steps: ReadonlyMap<string, readonly Step[]>): Map<string, readonly string[]> {
  const ofMaps = new Map<string, readonly string[]>();
  const all = [...steps].map(([name, rules]) => {
    const alive = rules.filter(({ isDead }) => !isDead);
    return [name, alive.flatMap((step) => step.statements.flatMap((one) => targetsOf(one, table, ofMaps)))] as const;
  });
  return new Map(all);
}
