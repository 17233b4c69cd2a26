import { FAMILY_NUMBERS } from "../core/model/family.ts";
import { Fault } from "../core/model/fault.ts";
import { type Host, orUndefined, readText } from "../core/model/host.ts";
import { SYSLOG_LOGGERS } from "../core/model/logger.ts";
import { bindingOf, type Machine } from "../core/model/machine.ts";
import { familiesBoundBy, MODULES, type ModuleState } from "../core/model/module.ts";
import type { Plan, Step } from "../core/model/plan.ts";
import { didYouMean } from "../core/nearest.ts";
import { bindText, loadStep } from "../core/plan/bind-steps.ts";
import { fileStep } from "../core/plan/file-step.ts";
import { refuseOtherBytes } from "../core/plan/text-file.ts";
import { type ChangeOptions, changeMachine, type Outcome } from "./change-machine.ts";
import { readBindings, readModules } from "./read-machine.ts";

/** Read at boot by systemd-modules-load (modules-load.d(5)). */
const MODULES_LOAD_PATH = "/etc/modules-load.d/netlogctl.conf";

/** The modules of netfilter logging: loaded, built in, available or absent, and how that is known. */
export async function listModules(host: Host): Promise<ModuleState[]> {
  return await readModules(host, await readBindings(host));
}

/** Loads modules of netfilter logging; with `isPersisted` at each boot too. */
export async function loadModules(
  host: Host,
  names: readonly string[],
  isPersisted: boolean,
  options: ChangeOptions,
): Promise<Outcome> {
  const unknown = names.find((name) => !(MODULES as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new Fault(
      "usage",
      `"${unknown.slice(0, 64)}" is no module of netfilter logging`,
      `${didYouMean(unknown, MODULES)}they are ${MODULES.join(", ")}`,
    );
  }
  if (names.length === 0) throw new Fault("usage", "no module is named", `they are ${MODULES.join(", ")}`);

  return await changeMachine(host, options, async (machine) => ({
    title: `load ${names.join(" ")}`,
    steps: [...loadSteps(machine, names), ...(isPersisted ? await persistSteps(host, names) : [])],
    notes: bindNotes(machine, names),
  }));
}

function loadSteps({ modules }: Machine, names: readonly string[]): Step[] {
  return [...new Set(names)].flatMap((name) => {
    const module = modules.find((found) => found.name === name);
    if (module?.state === "loaded" || module?.state === "built in") return [];
    if (module?.state === "available") return [loadStep(module.name)];
    throw new Fault(
      "not-found",
      `module ${name} is absent: ${module?.evidence ?? "unknown"}`,
      "install the kernel's modules package, or take the name that this kernel has: netlogctl module list",
    );
  });
}

/** The file keeps what others wrote in it; each module is named once. */
async function persistSteps(host: Host, names: readonly string[]): Promise<Step[]> {
  const before = (await orUndefined(readText(host, MODULES_LOAD_PATH), "ENOENT", "ENOTDIR")) ?? null;
  if (before !== null) refuseOtherBytes(before, MODULES_LOAD_PATH);
  const lines = (before ?? "# Loaded at boot for netfilter logging (modules-load.d(5)).\n").split("\n");
  const present = new Set(lines.map((line) => line.trim()));
  const missing = [...new Set(names)].filter((name) => !present.has(name));
  if (missing.length === 0) return [];

  const kept = lines.at(-1) === "" ? lines.slice(0, -1) : lines;
  const text = `${[...kept, ...missing].join("\n")}\n`;
  return [fileStep(MODULES_LOAD_PATH, before, text)];
}

/** What the kernel binds by itself when it loads such a module. */
function bindNotes(machine: Machine, names: readonly string[]): Plan["notes"] {
  const loaded = loadSteps(machine, names).flatMap(({ change }) =>
    change.do === "load-module" ? [realName(machine, change.module)] : [],
  );
  const families = [...new Set(loaded.flatMap(familiesBoundBy))];
  const bound = families.filter((family) => bindingOf(machine, family)?.logger === null);
  if (bound.length === 0) return [];

  const texts = bound.map((family) => bindText(FAMILY_NUMBERS[family], null, SYSLOG_LOGGERS[family]));
  return [`loading it makes the kernel bind every row that is NONE, in all namespaces: ${texts.join(", ")}`];
}

/** Since 5.13 the families' names are aliases: what is loaded is the module of them all. */
function realName({ modules }: Machine, name: string): string {
  return modules.find((module) => module.name === name)?.aliasOf ?? name;
}
