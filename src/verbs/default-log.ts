import { defaultLogOf, parseDefaultLog, parseDefaultLogWords } from "../core/default-log/parse.ts";
import { type Effective, effectiveOf, type Surroundings } from "../core/explain/effective.ts";
import { type Problem, problemsOf } from "../core/explain/problems.ts";
import { type DefaultLog, type Destination, sameDestination } from "../core/model/default-log.ts";
import { FAMILIES, type Family } from "../core/model/family.ts";
import { Fault } from "../core/model/fault.ts";
import { FILE_BYTES_MAX, type Host, HostError, orUndefined } from "../core/model/host.ts";
import type { Binding } from "../core/model/logger.ts";
import { bindingOf, intentOf, type Machine } from "../core/model/machine.ts";
import type { Plan } from "../core/model/plan.ts";
import { groupNotes, planDefaultLog, planRestore } from "../core/plan/default-log-plan.ts";
import { RESTORE_UNIT_PATH } from "../core/service/restore-unit.ts";
import { packagedPath } from "../core/service/unit.ts";
import { type ChangeOptions, changeMachine, type Decision, type Outcome } from "./change-machine.ts";
import { faultOfHost } from "./host-faults.ts";
import { persistedRulesPath } from "./persisted-rules.ts";
import { readMachine } from "./read-machine.ts";
import { readSurroundings } from "./read-surroundings.ts";
import { listRevisions } from "./revisions.ts";

/** The default log of one family: what is meant, what is bound, and what that means. */
export interface FamilyDefault {
  readonly family: Family;
  readonly intent: Destination | null;
  /** Which intent that is: this boot's goes over the persisted one. */
  readonly source: "this boot" | "persisted" | "both" | null;
  /** What is persisted, where this boot's intent is another one. */
  readonly overrides: Destination | null;
  readonly bound: string | null;
  readonly effective: Effective;
}

export interface DefaultLogAnswer {
  readonly families: readonly FamilyDefault[];
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

/** The default log per family, beside what is bound. */
export async function showDefaultLog(host: Host): Promise<DefaultLogAnswer> {
  const machine = await readMachine(host);
  const surroundings = await readSurroundings(host, machine);
  const about: readonly Problem["code"][] = ["binding-differs", "intent-unreadable"];
  return {
    families: describeDefaults(machine, surroundings),
    problems: problemsOf(machine, surroundings, host.netns).filter(({ code }) => about.includes(code)),
    notes: groupNotes(intentOf(machine)),
  };
}

/** Each family that the kernel has a row for. */
export function describeDefaults(machine: Machine, surroundings: Surroundings): FamilyDefault[] {
  return FAMILIES.flatMap((family) => {
    const binding = bindingOf(machine, family);
    return binding === undefined ? [] : [describeDefault(machine, family, binding, surroundings)];
  });
}

function describeDefault(
  { run, persisted }: Machine,
  family: Family,
  binding: Binding,
  surroundings: Surroundings,
): FamilyDefault {
  const boots = run.defaultLog[family];
  const kept = persisted.defaultLog[family];
  return {
    family,
    intent: boots ?? kept ?? null,
    source: sourceOf(boots, kept),
    overrides: boots === undefined || sameDestination(boots, kept) ? null : (kept ?? null),
    bound: binding.logger,
    effective: effectiveOf(binding, surroundings),
  };
}

function sourceOf(boots: Destination | undefined, kept: Destination | undefined): FamilyDefault["source"] {
  if (boots === undefined) return kept === undefined ? null : "persisted";
  return sameDestination(boots, kept) ? "both" : "this boot";
}

/** Makes this the default log of its families: of this boot, and persisted if asked. */
export function setDefaultLog(
  host: Host,
  wanted: DefaultLog,
  isPersisted: boolean,
  options: ChangeOptions,
): Promise<Outcome> {
  return changeMachine(host, options, async (machine) => {
    const plan = planDefaultLog(machine, wanted, isPersisted);
    const notes = isPersisted ? [...plan.notes, ...(await bootNotes(host, machine))] : plan.notes;
    return await withRules(host, machine, { ...plan, notes }, wanted, isPersisted).catch((error: unknown) => {
      if (!options.isDryRun || !(error instanceof Fault) || error.code !== "not-permitted") throw error;
      return { ...plan, notes: [...notes, "only root may see whether log rules follow it"] };
    });
  });
}

/** The plan with our live rules lowered anew, where there are any: what they need is loaded only then. */
async function withRules(
  host: Host,
  machine: Machine,
  plan: Plan,
  wanted: DefaultLog,
  isPersisted: boolean,
): Promise<Plan | Decision> {
  if ((await listRevisions(host, machine.namespace)).length === 0) return plan;
  const { lowerAnew } = await import("./lower-anew.ts");
  return await lowerAnew(host, machine, plan, wanted, isPersisted);
}

/** What is still missing for a persisted default log to be restored. */
async function bootNotes(host: Host, { namespace, persisted }: Machine): Promise<string[]> {
  if (persisted.path?.startsWith("/etc/netns/")) {
    return [`when the namespace is made again: netlogctl restore --netns ${namespace.name}`];
  }
  const places = [RESTORE_UNIT_PATH, packagedPath(RESTORE_UNIT_PATH)];
  const units = await Promise.all(places.map((path) => orUndefined(host.read(path), "ENOENT", "ENOTDIR")));
  return units.every((unit) => unit === undefined)
    ? ["no unit restores it at boot yet: netlogctl service install"]
    : [];
}

/** Goes back to what is persisted. */
export function restore(host: Host, options: ChangeOptions): Promise<Outcome> {
  return changeMachine(host, options, async (machine) => {
    const plan = planRestore(machine);
    const path = persistedRulesPath(machine.namespace);
    if (path === undefined || (await orUndefined(host.inode(path), "ENOENT", "ENOTDIR")) === undefined) return plan;
    const { withPersistedRules } = await import("./lower-anew.ts");
    return await withPersistedRules(host, machine, plan);
  });
}

/**
 * What the user wants: words of the command line, or a file in the proposal's syntax, where "-" is standard input.
 */
export async function readWanted(host: Host, words: readonly string[], file: string | undefined): Promise<DefaultLog> {
  if (file === undefined) return defaultLogOf([parseDefaultLogWords(words)]);
  if (words.length === 0) return await readFile(host, file);
  throw new Fault("usage", `both -f ${file} and the words "${words.join(" ")}" are given`, "give the one or the other");
}

async function readFile(host: Host, path: string): Promise<DefaultLog> {
  const source = path === "-" ? "standard input" : path;
  try {
    const bytes = await host.readInput(path, FILE_BYTES_MAX, true);
    return defaultLogOf(parseDefaultLog(bytes.toString("utf8"), source));
  } catch (error) {
    throw error instanceof HostError ? faultOfHost(error, "read the default log") : error;
  }
}
