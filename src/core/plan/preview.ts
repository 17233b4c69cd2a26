import { rowName } from "../model/family.ts";
import { loggerText } from "../model/logger.ts";
import type { Ours } from "../model/ours.ts";
import type { Change, Plan, Step } from "../model/plan.ts";
import { flowSettingFile } from "../procfs/flow-settings.ts";

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

/** The plan as lines for people, before -> after; what it takes care to keep comes last, what only keeps books is left out. */
export function previewLines({ steps: all }: Pick<Plan, "steps">): string[] {
  const steps = all.filter((step) => !keepsBooks(step));
  const changing = steps.filter((step) => !isKeeping(step)).map(stepText);
  const keeping = steps.filter(isKeeping).map(({ change }) => `${subjectOf(change)}: ${valueMade(change)} (kept)`);
  return [...changing, ...keeping];
}

/** Whether a step keeps books of a change, rather than being the change. */
export function keepsBooks({ change }: Step): boolean {
  if (change.do === "reload-unit") return true;
  return change.do === "write-file" && /\/(revisions\/[0-9]+|rolled-back|pending)\.json$/.test(change.path);
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
    case "set-flow-setting":
      return flowSettingFile(change.setting);
    case "write-file":
      return change.path;
    case "write-rules":
      return "rules";
    case "add-user":
    case "remove-user":
      return `user ${change.user}`;
    case "make-directory":
    case "remove-directory":
    case "set-directory":
      return `directory ${change.path}`;
    case "reload-unit":
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
    case "set-flow-setting":
      return String(change.value);
    case "write-file":
      return change.text;
    case "write-rules":
      return oursText(change.ours);
    case "add-user":
    case "make-directory":
      return "there";
    case "remove-user":
    case "remove-directory":
      return "not there";
    case "set-directory":
      return `${change.user}:${change.group} ${change.mode}`;
    case "reload-unit":
      return "read again";
    case "enable-unit":
      return "enabled";
    case "disable-unit":
      return "disabled";
  }
}

/** `12, 2 of them in chains of others`. */
function oursText({ objects, placed }: Ours): string {
  const own = objects.filter((object) => object["rule"] !== undefined).length;
  const elsewhere = placed.reduce((sum, { rules }) => sum + rules.length, 0);
  return `${own + elsewhere}${elsewhere === 0 ? "" : `, ${elsewhere} of them in chains of others`}`;
}

/** The same on part of a line: of a file its statements if they are few. */
function briefly(change: Change): string {
  if (change.do !== "write-file") return valueMade(change) ?? "";
  if (change.text === null) return "no file";
  if (change.path.endsWith(".json")) return "written";

  const words = change.text.replace(/#[^\n]*/g, "").replace(/default log\s*\{|\}/g, "\n");
  const statements = words.split(/[\n;]/).map((statement) => statement.trim());
  const joined = statements.filter((statement) => statement !== "").join("; ");
  return joined.length <= 100 ? joined : `a file of ${change.text.split("\n").length} lines`;
}
