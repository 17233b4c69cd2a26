import { rowName } from "../model/family.ts";
import { loggerText } from "../model/logger.ts";
import type { Change, Plan, Step } from "../model/plan.ts";

/** What a step does, for people and for programs. */
export interface Difference {
  /** The thing that changes: a family, a module, a file, a unit. */
  readonly what: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What a plan changes, step by step; steps that only keep something are left out. */
export function differencesOf(plan: Plan): Difference[] {
  return plan.steps.filter((step) => !isKeeping(step)).map(differenceOf);
}

/** The plan as lines for people, before -> after; what it takes care to keep comes last. */
export function previewLines(plan: Plan): string[] {
  const changing = plan.steps.filter((step) => !isKeeping(step)).map(stepText);
  const keeping = plan.steps.filter(isKeeping).map(({ change }) => `${subjectOf(change)}: ${valueMade(change)} (kept)`);
  return [...changing, ...keeping];
}

/** Whether the step only keeps what is there. */
function isKeeping({ change, undo }: Step): boolean {
  return JSON.stringify(change) === JSON.stringify(undo);
}

/** One step as `WHAT: BEFORE -> AFTER`. */
export function stepText({ change, undo }: Step): string {
  return `${subjectOf(change)}: ${briefly(undo)} -> ${briefly(change)}`;
}

/** The thing that a change is about. */
export function subjectOf(change: Change): string {
  switch (change.do) {
    case "load-module":
    case "unload-module":
      return `module ${change.module}`;
    case "bind":
      return rowName(change.row);
    case "set-all-netns":
      return "nf_log_all_netns";
    case "write-file":
      return change.path;
    case "enable-unit":
    case "disable-unit":
      return `unit ${change.unit}`;
  }
}

function differenceOf({ change, undo }: Step): Difference {
  return { what: subjectOf(change), before: valueMade(undo), after: valueMade(change) };
}

/** The value that a change makes: null is no file. */
function valueMade(change: Change): string | null {
  switch (change.do) {
    case "load-module":
      return "loaded";
    case "unload-module":
      return "not loaded";
    case "bind":
      return loggerText(change.logger);
    case "set-all-netns":
      return String(change.value);
    case "write-file":
      return change.text;
    case "enable-unit":
      return "enabled";
    case "disable-unit":
      return "disabled";
  }
}

/** The same on part of a line: of a file its statements if they are few. */
function briefly(change: Change): string {
  if (change.do !== "write-file") return valueMade(change) ?? "";
  if (change.text === null) return "no file";

  const words = change.text.replace(/#[^\n]*/g, "").replace(/default log\s*\{|\}/g, "\n");
  const statements = words.split(/[\n;]/).map((statement) => statement.trim());
  const joined = statements.filter((statement) => statement !== "").join("; ");
  return joined.length <= 100 ? joined : `a file of ${change.text.split("\n").length} lines`;
}
