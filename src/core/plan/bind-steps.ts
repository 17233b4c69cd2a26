import { FAMILY_NUMBERS, rowName } from "../model/family.ts";
import { Fault } from "../model/fault.ts";
import { type Binding, loggerText } from "../model/logger.ts";
import type { Machine } from "../model/machine.ts";
import { familiesBoundBy, type ModuleState, modulesOfLogger } from "../model/module.ts";
import type { Step } from "../model/plan.ts";

/** A row and the logger that it is to have; null unbinds. */
export interface Target {
  readonly row: number;
  readonly logger: string | null;
}

/**
 * The steps that give each row its logger: modules that are missing are loaded first, and rows that loading would
 * bind although nobody asked are kept as they are. Loggers that are needed have to be registered only, not bound.
 */
export function bindSteps(machine: Machine, targets: readonly Target[], needed: readonly Target[] = []): Step[] {
  const modules = modulesToLoad(machine, [...targets, ...needed]);
  const disturbed = modules.flatMap((module) => familiesBoundBy(module).map((family) => FAMILY_NUMBERS[family]));
  const steps = machine.bindings.flatMap((binding) => stepsOfRow(binding, targets, disturbed));
  return [...modules.map(loadStep), ...steps];
}

/** Lists of steps as one: each step once, and a row is not kept as it is that another step binds. */
export function joinSteps(...lists: readonly (readonly Step[])[]): Step[] {
  const steps = [...new Map(lists.flat().map((step) => [keyOf(step), step])).values()];
  const changed = new Set(steps.filter(isBinding).map(rowOf));
  return steps.filter((step) => step.change.do !== "bind" || isBinding(step) || !changed.has(rowOf(step)));
}

/** What tells a step from others; one of rules is only itself, for its text may be long. */
function keyOf(step: Step): string | Step {
  return step.change.do === "write-rules" ? step : JSON.stringify(step);
}

function isBinding({ change, undo }: Step): boolean {
  return change.do === "bind" && JSON.stringify(change) !== JSON.stringify(undo);
}

function rowOf({ change }: Step): number | undefined {
  return change.do === "bind" ? change.row : undefined;
}

/** The step that loads a module that is on disk. */
export function loadStep(module: ModuleState["name"]): Step {
  const name = module as Extract<Step["change"], { do: "load-module" }>["module"];
  return { change: { do: "load-module", module: name }, undo: { do: "unload-module", module: name } };
}

function stepsOfRow(binding: Binding, targets: readonly Target[], disturbed: readonly number[]): Step[] {
  const target = targets.find(({ row }) => row === binding.row);
  const isDisturbed = binding.logger === null && disturbed.includes(binding.row);
  if (target === undefined ? !isDisturbed : target.logger === binding.logger && !isDisturbed) return [];

  const undo = { do: "bind", row: binding.row, logger: binding.logger } as const;
  return [{ change: { ...undo, logger: target === undefined ? binding.logger : target.logger }, undo }];
}

/** The modules to load so that every target's logger is there, each once. */
function modulesToLoad(machine: Machine, targets: readonly Target[]): string[] {
  const needed = targets.flatMap(({ row, logger }) => {
    const binding = machine.bindings.find((found) => found.row === row);
    if (binding === undefined) throw noSuchRow(row, machine);
    return logger === null || binding.available.includes(logger) ? [] : [moduleFor(machine, row, logger)];
  });
  return [...new Set(needed)];
}

function moduleFor(machine: Machine, row: number, logger: string): string {
  const states = modulesOfLogger(logger).flatMap((name) => machine.modules.filter((module) => module.name === name));
  const found = states.find(({ state }) => state === "available");
  if (found !== undefined) return found.name;

  const reasons = states.map(({ name, state, evidence }) => `${name} is ${state}: ${evidence}`).join("; ");
  throw new Fault(
    "not-supported",
    `cannot bind ${logger} to ${rowName(row)}: the logger is not registered there (${reasons})`,
    "take a kernel that has the module, or load it where modules can be loaded: on the host, not in a container",
  );
}

function noSuchRow(row: number, { bindings }: Machine): Fault {
  return new Fault(
    "not-supported",
    `this kernel has no row ${rowName(row)} (${row}) among its loggers`,
    `its rows are ${bindings.map((binding) => rowName(binding.row)).join(", ")}`,
  );
}

/** `ip: nf_log_ipv4 -> nfnetlink_log`, the words of a change of binding. */
export function bindText(row: number, before: string | null, after: string | null): string {
  return `${rowName(row)}: ${loggerText(before)} -> ${loggerText(after)}`;
}
