import type { Binding } from "../model/logger.ts";
import { loggerText, NFNETLINK_LOG, SYSLOG_LOGGERS } from "../model/logger.ts";
import { FAMILY_MODULES, familiesBoundBy, MODULES, type ModuleState, NF_LOG_SYSLOG } from "../model/module.ts";

/** What a machine shows of its modules; undefined where a file is not there. */
export interface ModuleFacts {
  /** uname -r, as in /proc/sys/kernel/osrelease. */
  readonly release: string;
  /** /proc/modules: not there on a kernel without loadable modules. */
  readonly procModules: string | undefined;
  /** /lib/modules/RELEASE/modules.{dep,builtin,alias} (modules.dep(5)). */
  readonly dep: string | undefined;
  readonly builtin: string | undefined;
  readonly alias: string | undefined;
  /** The kernel's configuration: /proc/config.gz or /boot/config-RELEASE. */
  readonly config: string | undefined;
  readonly bindings: readonly Binding[];
}

const CONFIG_NAMES: Readonly<Record<string, string>> = {
  [NF_LOG_SYSLOG]: "CONFIG_NF_LOG_SYSLOG",
  [NFNETLINK_LOG]: "CONFIG_NETFILTER_NETLINK_LOG",
  nf_conntrack_netlink: "CONFIG_NF_CT_NETLINK",
};

/** Says of each module of netfilter logging whether it is loaded, built in, available or absent, and how that is known. */
export function decodeModules(facts: ModuleFacts): ModuleState[] {
  return MODULES.map((name) => stateOf(facts, name));
}

function stateOf(facts: ModuleFacts, name: string): ModuleState {
  if (isLoaded(facts, name)) return { name, state: "loaded", evidence: "in /proc/modules" };

  const target = aliasTarget(facts, name);
  if (target !== undefined) {
    const { state, evidence } = stateOf(facts, target);
    return { name, state, evidence: `alias of ${target}, ${evidence}`, aliasOf: target };
  }
  return builtIn(facts, name) ?? onDisk(facts, name);
}

function isLoaded({ procModules }: ModuleFacts, name: string): boolean {
  return procModules !== undefined && `\n${procModules}`.includes(`\n${name} `);
}

/** These texts are long: they are looked through without being taken apart. */
function hasLine(text: string | undefined, line: string): boolean {
  return text !== undefined && `\n${text}\n`.includes(`\n${line}\n`);
}

function aliasTarget(facts: ModuleFacts, name: string): string | undefined {
  if (!FAMILY_MODULES.includes(name) || hasFile(facts.dep, name)) return undefined;

  const isTold = hasLine(facts.alias, `alias ${name} ${NF_LOG_SYSLOG}`);
  const isKnown = isLoaded(facts, NF_LOG_SYSLOG) || builtIn(facts, NF_LOG_SYSLOG) !== undefined;
  return isTold || isKnown ? NF_LOG_SYSLOG : undefined;
}

function builtIn(facts: ModuleFacts, name: string): ModuleState | undefined {
  const evidence = builtInEvidence(facts, name);
  return evidence === undefined ? undefined : { name, state: "built in", evidence };
}

function builtInEvidence(facts: ModuleFacts, name: string): string | undefined {
  if (hasFile(facts.builtin, name)) return `in modules.builtin of ${facts.release}`;

  const option = CONFIG_NAMES[name];
  if (option !== undefined && hasLine(facts.config, `${option}=y`)) return `${option}=y in its configuration`;

  // Of a kernel that has loadable modules, a registered logger proves nothing: the module may have another name.
  const registered = registeredBy(facts, name);
  const isModular = hasFile(facts.dep, name) || FAMILY_MODULES.some((module) => isLoaded(facts, module));
  if (registered === undefined || isModular || FAMILY_MODULES.includes(name)) return undefined;
  return `${registered} is registered, and no line of /proc/modules has it`;
}

/** A logger of this module that the kernel's table shows. */
function registeredBy({ bindings }: ModuleFacts, name: string): string | undefined {
  const own: string[] = familiesBoundBy(name).map((family) => loggerText(SYSLOG_LOGGERS[family]));
  const loggers = name === NFNETLINK_LOG ? [NFNETLINK_LOG] : own;
  return loggers.find((logger) => bindings.some(({ available }) => available.includes(logger)));
}

function onDisk(facts: ModuleFacts, name: string): ModuleState {
  if (facts.procModules === undefined) {
    return { name, state: "absent", evidence: "this kernel has no loadable modules (no /proc/modules)" };
  }
  if (facts.dep === undefined) {
    return { name, state: "absent", evidence: `no /lib/modules/${facts.release}/modules.dep here` };
  }
  return hasFile(facts.dep, name)
    ? { name, state: "available", evidence: `in modules.dep of ${facts.release}` }
    : { name, state: "absent", evidence: `not in modules.dep of ${facts.release}` };
}

/** Whether a list of module files (modules.dep, modules.builtin) has `.../NAME.ko`, compressed or not. */
function hasFile(list: string | undefined, name: string): boolean {
  return list !== undefined && new RegExp(`/${name}\\.ko(\\.[a-z0-9]+)?(:|$)`, "m").test(list);
}
