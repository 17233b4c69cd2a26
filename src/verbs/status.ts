import { type Problem, problemsOf } from "../core/explain/problems.ts";
import type { Host } from "../core/model/host.ts";
import type { NflogGroup } from "../core/model/listener.ts";
import type { ModuleState } from "../core/model/module.ts";
import type { Namespace } from "../core/model/namespace.ts";
import type { AllNetns } from "./all-netns.ts";
import { describeDefaults, type FamilyDefault } from "./default-log.ts";
import { ALL_NETNS_PATH, readMachine } from "./read-machine.ts";
import { readSurroundings } from "./read-surroundings.ts";
import { readRulesProblems } from "./rules-problems.ts";
import { watchChanges } from "./watch-changes.ts";

/** Everything about the loggers of a machine on one page, what is wrong first. */
export interface Status {
  readonly host: string;
  readonly namespace: Namespace;
  readonly problems: readonly Problem[];
  readonly families: readonly FamilyDefault[];
  /** null where only root may see them. */
  readonly groups: readonly NflogGroup[] | null;
  readonly modules: readonly ModuleState[];
  readonly allNetns: AllNetns;
  /** nf_conntrack_log_invalid: 0 off, 255 all, else one protocol; null while nf_conntrack is not there. */
  readonly conntrackLogInvalid: number | null;
}

/** Reads the whole of it. */
export async function readStatus(host: Host): Promise<Status> {
  const machine = await readMachine(host);
  const surroundings = await readSurroundings(host, machine);
  return {
    host: host.label,
    namespace: machine.namespace,
    problems: [...(await readRulesProblems(host, machine)), ...problemsOf(machine, surroundings, host.netns)],
    families: describeDefaults(machine, surroundings),
    groups: surroundings.groups ?? null,
    modules: machine.modules,
    allNetns: {
      isHere: machine.namespace.isInitial,
      path: ALL_NETNS_PATH,
      value: surroundings.allNetns ?? null,
    },
    conntrackLogInvalid: machine.flows.log_invalid ?? null,
  };
}

/** Reads it again and again until aborted, and gives each reading that differs from the one before. */
export function watchStatus(host: Host, intervalMs: number, signal: AbortSignal): AsyncGenerator<Status> {
  return watchChanges(() => readStatus(host), intervalMs, signal);
}
