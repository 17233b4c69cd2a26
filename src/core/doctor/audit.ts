import { type Diagnosis, diagnosis } from "./diagnosis.ts";
import type { Facts } from "./facts.ts";
import { type PlacedLog, placesOf } from "./placed.ts";
import { comment, counted } from "./shell.ts";

/**
 * Rules of level audit of which nobody reads the records. Whether audit is on, only netlink tells (auditctl -s). While it is
 * on without a reader, kauditd_printk_skb() writes the records to the kernel log, at the rate of kernel.printk_ratelimit.
 */
export function auditDiagnoses(logs: readonly PlacedLog[], { hasAuditReader, keepers }: Facts): Diagnosis[] {
  const found = placesOf(logs.filter(({ site }) => site.to === "audit"));
  if (found.length === 0 || hasAuditReader !== false) return [];
  const rate = keepers.ratelimit;
  const limit = rate === undefined ? "" : `, at most ${rate.burst} in ${rate.seconds} s (kernel.printk_ratelimit)`;
  const message = `${counted(found.length, "rule")} of level audit, and nobody is seen that reads audit records: they are lost while audit is off, and go to the kernel log while it is on${limit}`;
  const remedy = [
    comment("the package auditd (audit, where packages are rpms) has to be installed first:"),
    "systemctl enable --now auditd",
  ];
  return [diagnosis("audit-unread", message, remedy, found)];
}
