import type { Family } from "./family.ts";
import { NFNETLINK_LOG, SYSLOG_LOGGERS } from "./logger.ts";

/** The module of all kernel-log loggers since kernel 5.13; before, each family had one of its own. */
export const NF_LOG_SYSLOG = "nf_log_syslog";

/** The five modules of kernels before 5.13: named as their loggers, and aliases of nf_log_syslog since. */
export const FAMILY_MODULES: readonly string[] = Object.values(SYSLOG_LOGGERS);

/** The modules that netfilter logging needs. */
export const MODULES = [NF_LOG_SYSLOG, ...FAMILY_MODULES, NFNETLINK_LOG, "nf_conntrack_netlink"] as const;

/** A kernel module as found, and how that is known. */
export interface ModuleState {
  readonly name: string;
  readonly state: "loaded" | "built in" | "available" | "absent";
  readonly evidence: string;
  /** The module that this name stands for, where it is an alias. */
  readonly aliasOf?: string;
}

/** The modules that may register a logger, the newer kernels' first. */
export function modulesOfLogger(logger: string): readonly string[] {
  return logger === NFNETLINK_LOG ? [NFNETLINK_LOG] : [NF_LOG_SYSLOG, logger];
}

/** The families whose row the kernel binds when it loads this module, if the row is NONE. */
export function familiesBoundBy(module: string): Family[] {
  const families = Object.entries(SYSLOG_LOGGERS) as [Family, string][];
  return families.filter(([, logger]) => module === NF_LOG_SYSLOG || module === logger).map(([family]) => family);
}
