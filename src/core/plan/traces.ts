import { FAMILY_NUMBERS } from "../model/family.ts";
import { SYSLOG_LOGGERS } from "../model/logger.ts";
import { familiesBoundBy } from "../model/module.ts";
import type { Change, Step } from "../model/plan.ts";

/**
 * Every value that a plan cut off in the middle may have left where this step works: the step's own, and the one that the
 * kernel binds when a step of the same plan loads its module. Any other value is somebody else's.
 */
export function tracesOf(step: Step, steps: readonly Step[]): Change[] {
  const { change } = step;
  if (change.do !== "bind") return [change];

  const loaded = steps.flatMap((other) => (other.change.do === "load-module" ? [other.change.module] : []));
  const bound = loaded.flatMap(familiesBoundBy).filter((family) => FAMILY_NUMBERS[family] === change.row);
  return [change, ...bound.map((family) => ({ ...change, logger: SYSLOG_LOGGERS[family] }))];
}
