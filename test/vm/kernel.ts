import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Where scripts/test-vm unpacked the kernel under test. */
export function kernelDirectory(): string {
  const directory = process.env["NETLOGCTL_VM_KERNEL"];
  if (directory === undefined) throw new Error("NETLOGCTL_VM_KERNEL is not set: run scripts/test-vm");
  return directory;
}

/** What `uname -r` says on the kernel under test. */
export const RELEASE = readdirSync(join(kernelDirectory(), "lib/modules"))[0] ?? "";

const [MAJOR = 0, MINOR = 0] = RELEASE.split(".").map(Number);

/** Before 5.13 each family's logger had a module of its own; since then nf_log_syslog has all of them. */
export const HAS_MODULE_PER_FAMILY = MAJOR < 5 || (MAJOR === 5 && MINOR < 13);

/** Writing nf_conntrack_log_invalid loads nf_log_syslog where no logger is registered: 7.3 does, 6.12 does not. */
export const LOADS_FOR_INVALID = MAJOR >= 7;

/** Rows of the table of loggers: decnet's is gone since 6.1. */
export const ROWS = HAS_MODULE_PER_FAMILY ? 13 : 11;

/** What is bound once all that writes to the kernel log is loaded. */
export const ALL_BOUND = {
  2: "nf_log_ipv4",
  3: "nf_log_arp",
  5: "nf_log_netdev",
  7: "nf_log_bridge",
  10: "nf_log_ipv6",
} as const;

/** What loading the module of IPv4's logger binds. */
export const BOUND_WITH_IPV4 = HAS_MODULE_PER_FAMILY ? { 2: ALL_BOUND[2] } : ALL_BOUND;

/** The module that has this family's logger. */
export const moduleOf = (logger: string): string => (HAS_MODULE_PER_FAMILY ? logger : "nf_log_syslog");
