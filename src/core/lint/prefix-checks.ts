import { bytesOf, PREFIX_BYTES_MAX, PREFIX_SAYABLE } from "../model/log-statement.ts";
import { destinationOf } from "./log-checks.ts";
import type { Complaint, LogView, RuleView } from "./rule-view.ts";

/** What programs that are made for iptables' LOG and NFLOG take (xt_LOG.h, xt_NFLOG.h). */
const BYTES_OF_IPTABLES = { kernel: 29, group: 63, audit: Number.POSITIVE_INFINITY };

/** Whether the prefixes of a rule arrive as they are, and tell which rule it was. */
export function prefixComplaints(view: RuleView): Complaint[] {
  return view.logs.flatMap((log) => (log.prefix === undefined ? missing(view, log) : textComplaints(log, log.prefix)));
}

/** Of two logs one is mostly without a prefix: that is said by its own code. */
function missing({ logs }: RuleView, { to }: LogView): Complaint[] {
  if (to === "audit" || logs.length > 1) return [];
  return [{ code: "prefix-missing", message: "the log has no prefix" }];
}

function textComplaints({ to }: LogView, prefix: string): Complaint[] {
  const bytes = bytesOf(prefix);
  if (!PREFIX_SAYABLE.test(prefix))
    return [{ code: "prefix-unsayable", message: `the prefix ${JSON.stringify(prefix)} is not read back as it is` }];
  if (bytes > PREFIX_BYTES_MAX) return [{ code: "prefix-long", message: `the prefix has ${bytes} bytes` }];
  return [...cut(to, bytes), ...separator(to, prefix)];
}

function cut(to: LogView["to"], bytes: number): Complaint[] {
  const max = BYTES_OF_IPTABLES[to];
  return bytes > max ? [{ code: "prefix-cut", message: `the prefix has ${bytes} bytes, more than ${max}` }] : [];
}

/** Readers of a group get the prefix by itself. */
function separator(to: LogView["to"], prefix: string): Complaint[] {
  if (to !== "kernel" || !/[\p{L}\p{N}]$/u.test(prefix)) return [];
  return [
    { code: "prefix-separator", message: `the prefix "${prefix}" runs into the text of the line: "${prefix}IN="` },
  ];
}

/** The first rule that logs with each prefix, to each destination and in each family. */
export type PrefixUses = ReadonlyMap<string, RuleView>;

export function prefixUsesOf(views: readonly RuleView[]): PrefixUses {
  // A map keeps the last of several: so the first one.
  return new Map(views.toReversed().flatMap((view) => view.logs.toReversed().map((log) => [keyOf(view, log), view])));
}

/** A prefix that an earlier rule has; the two halves of a rule of ours are one. */
export function twiceComplaints(view: RuleView, uses: PrefixUses, where: (view: RuleView) => string): Complaint[] {
  return view.logs.flatMap((log) => {
    const first = uses.get(keyOf(view, log));
    if (log.prefix === undefined || first === undefined || first === view) return [];
    if (view.name !== undefined && view.name === first.name) return [];
    return [
      {
        code: "prefix-twice" as const,
        message: `the prefix "${log.prefix}" is that of another rule, too: ${where(first)}`,
      },
    ];
  });
}

function keyOf({ at }: RuleView, log: LogView): string {
  return `${at.family} ${destinationOf(log)} ${log.prefix}`;
}
