import type { NflogGroup } from "../model/listener.ts";
import { type Binding, BOUND_GROUP, NFNETLINK_LOG } from "../model/logger.ts";

/** What the way of a message depends on, beside its family's binding. */
export interface Surroundings {
  /** nf_log_all_netns; undefined where it could not be read. */
  readonly allNetns: number | undefined;
  readonly isInitial: boolean;
  /** The groups in use; undefined where they could not be read. */
  readonly groups: readonly NflogGroup[] | undefined;
}

/** Where the kernel's own messages of a family (conntrack-invalid, conntrack helpers, TRACE) end up, and why. */
export interface Effective {
  readonly to: "kernel log" | `group ${number}` | "nowhere" | "unknown";
  readonly why: string;
}

/**
 * Follows a message from its binding to its end. Only messages without a logger of their own follow the binding
 * (net/netfilter/nf_log.c, nf_log_packet): a log rule always names its own.
 */
export function effectiveOf({ logger }: Pick<Binding, "logger">, surroundings: Surroundings): Effective {
  if (logger === null) return { to: "nowhere", why: "no logger is bound" };
  return logger === NFNETLINK_LOG ? ofGroup(BOUND_GROUP, surroundings) : ofKernelLog(surroundings);
}

/** Where what is sent to a group ends up. */
export function ofGroup(number: number, { groups }: Pick<Surroundings, "groups">): Effective {
  if (groups === undefined) return { to: "unknown", why: `only root sees whether anybody reads group ${number}` };

  const group = groups.find((found) => found.group === number);
  if (group === undefined) return { to: "nowhere", why: `nobody reads group ${number}` };
  return { to: `group ${number}`, why: listenersText(group) };
}

/** Where what is written to the kernel log ends up: nf_log_allowed() in net/netfilter/nf_log_syslog.c: outside the initial namespace, only if the switch is on. */
export function ofKernelLog({ isInitial, allNetns }: Surroundings): Effective {
  if (isInitial) return { to: "kernel log", why: "dmesg" };
  if (allNetns === undefined) return { to: "unknown", why: "nf_log_all_netns cannot be read here" };
  return allNetns === 0
    ? { to: "nowhere", why: "nf_log_all_netns is 0" }
    : { to: "kernel log", why: "dmesg of the initial namespace" };
}

/** Who listens on a group: `ulogd (pid 812, ulogd2.service)`. */
export function listenersText({ listeners, portId }: NflogGroup): string {
  if (listeners.length === 0) return `read by a process that cannot be seen from here (port id ${portId})`;
  return listeners
    .map(({ program, pid, unit }) => `${program} (pid ${pid}${unit === null ? "" : `, ${unit}`})`)
    .join(", ");
}
