import type { DefaultLog } from "./default-log.ts";
import { FAMILY_NUMBERS, type Family } from "./family.ts";
import type { Fault } from "./fault.ts";
import type { FlowSettings } from "./flow-settings.ts";
import type { Binding } from "./logger.ts";
import type { ModuleState } from "./module.ts";
import type { Namespace } from "./namespace.ts";

/** A file that holds a default log: its text and what it says. A file that is not there says nothing. */
export interface DefaultLogFile {
  /** undefined where nothing can be persisted: a namespace that no boot makes again. */
  readonly path: string | undefined;
  readonly text: string | undefined;
  readonly defaultLog: DefaultLog;
  /** Why the file could not be read or understood. */
  readonly fault?: Fault;
}

/** What a change of loggers is decided on: all of it observed, in one namespace. */
export interface Machine {
  readonly namespace: Namespace;
  readonly bindings: readonly Binding[];
  readonly modules: readonly ModuleState[];
  /** nf_log_all_netns; undefined outside the initial namespace, where the file does not exist. */
  readonly allNetns: number | undefined;
  /** What decides what is told of flows; nothing of it while nf_conntrack is not loaded. */
  readonly flows: FlowSettings;
  /** The default log of this boot. */
  readonly run: DefaultLogFile;
  /** The default log that restore applies. */
  readonly persisted: DefaultLogFile;
}

/** The binding of a family's row. */
export function bindingOf(machine: Pick<Machine, "bindings">, family: Family): Binding | undefined {
  return machine.bindings.find(({ row }) => row === FAMILY_NUMBERS[family]);
}

/** The intent: this boot's over what is persisted. */
export function intentOf({ run, persisted }: Pick<Machine, "run" | "persisted">): DefaultLog {
  return { ...persisted.defaultLog, ...run.defaultLog };
}
