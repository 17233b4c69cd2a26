import type { Destination } from "./default-log.ts";
import type { Family } from "./family.ts";

/** The logger that hands messages to user space; it registers for every row. */
export const NFNETLINK_LOG = "nfnetlink_log";

/** The group that a bound nfnetlink_log uses: fixed in the kernel (net/netfilter/nfnetlink_log.c, default_loginfo). */
export const BOUND_GROUP = 0;

/** The loggers that write to the kernel log (net/netfilter/nf_log_syslog.c). */
export const SYSLOG_LOGGERS: Readonly<Record<Family, string>> = {
  ip: "nf_log_ipv4",
  arp: "nf_log_arp",
  netdev: "nf_log_netdev",
  bridge: "nf_log_bridge",
  ip6: "nf_log_ipv6",
};

/** A row of /proc/net/netfilter/nf_log: which logger a family is bound to, and which it could be bound to. */
export interface Binding {
  /** The row's number: an NFPROTO. Kernels before 6.1 have 13 rows, later ones 11. */
  readonly row: number;
  /** null is the kernel's NONE. */
  readonly logger: string | null;
  readonly available: readonly string[];
}

/** The logger that carries out a destination for a family; null unbinds. */
export function loggerFor(family: Family, destination: Destination): string | null {
  if (destination.to === "none") return null;
  return destination.to === "user" ? NFNETLINK_LOG : SYSLOG_LOGGERS[family];
}

/** How a binding is written for people and for the kernel: the logger's name, or NONE. */
export function loggerText(logger: string | null): string {
  return logger ?? "NONE";
}
