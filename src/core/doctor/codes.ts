import type { CodeFacts } from "../lint/codes.ts";

type DoctorFacts = Pick<CodeFacts, "severity" | "why">;

/** What doctor finds beside what the linter (LINT_CODES) and status (PROBLEM_CODES) do. */
export const DOCTOR_CODES = {
  "group-unread": {
    severity: "error",
    why: "the kernel drops what is sent to a group that nobody reads: the rule counts, and no line is left",
  },
  "kernel-log-closed": {
    severity: "error",
    why: "outside the initial namespace lines reach the kernel log only while nf_log_all_netns is on",
  },
  "logger-missing": {
    severity: "error",
    why: "without its logger the kernel passes over a log statement silently",
  },
  "rule-nowhere": { severity: "warning", why: "no packet gets to the log statement, so it never logs" },
  "reader-full": {
    severity: "error",
    why: "while its buffer is full the kernel drops all that is meant for the reader",
  },
  "reader-lost": {
    severity: "warning",
    why: "the kernel drops what does not fit into the reader's buffer, and counts it nowhere else; a message holds up to a whole batch of packets",
  },
  "reader-buffer": {
    severity: "warning",
    why: "rules without a limit fill a small buffer within milliseconds, and what does not fit is lost",
  },
  "reader-copies-less": {
    severity: "note",
    why: "the kernel copies the lesser of the rule's snaplen and what the reader asked for",
  },
  "reader-idle": {
    severity: "note",
    why: "no rule logs to its group, and it is not the group 0 of a bound nfnetlink_log: nothing ever comes",
  },
  "flow-events-off": {
    severity: "error",
    why: "while nf_conntrack_events is 0 the kernel tells nothing of flows but of those that a rule asks for: nothing is logged of them",
  },
  "flow-ends-untold": {
    severity: "note",
    why: "with nf_conntrack_events at 2 the kernel sends no event of a flow that began while nobody listened, not even of its end (nf_ct_ecache_ext_add)",
  },
  "flow-counters-off": {
    severity: "warning",
    why: "the kernel counts a flow's bytes and packets only if nf_conntrack_acct was on when the flow began",
  },
  "flow-times-off": {
    severity: "warning",
    why: "the kernel notes a flow's start and end only if nf_conntrack_timestamp was on when the flow began",
  },
  "flow-untracked": {
    severity: "warning",
    why: "conntrack looks at packets only in a namespace where something needs it; a chain of type nat alone does not",
  },
  "snaplen-unpinned": {
    severity: "warning",
    why: "the kernel takes the low byte of snaplen for the level, 8 is audit, and so neither loads nfnetlink_log for the rule nor keeps it loaded (net/netfilter/nft_log.c)",
  },
  "audit-unread": {
    severity: "warning",
    why: "while audit is off its records are lost; while it is on and nobody reads them the kernel writes them to its log, rate limited",
  },
  "console-prints": {
    severity: "warning",
    why: "the kernel prints what is more severe than its console level to the console, and a slow (serial) console stalls the machine",
  },
  "journal-drops": {
    severity: "warning",
    why: "journald does not keep these lines: they are only in the kernel's ring buffer, until newer ones overwrite them",
  },
  "journal-volatile": { severity: "note", why: "the journal is kept in memory only: the next boot begins without it" },
  "journal-limits-reader": {
    severity: "note",
    why: "journald drops what a service prints beyond its rate; it does not limit what it reads from the kernel (it has no unit: journald-server.c)",
  },
  "rsyslog-limits": { severity: "warning", why: "rsyslog drops what comes beyond the rate" },
  "ring-buffer": {
    severity: "note",
    why: "new lines overwrite the oldest in the kernel's ring buffer; what nobody has read by then is lost",
  },
  "dmesg-restricted": { severity: "note", why: "only root (CAP_SYSLOG) may read the kernel's ring buffer" },
  "not-seen": { severity: "note", why: "what cannot be read from here cannot be found wrong" },
} as const satisfies Readonly<Record<string, DoctorFacts>>;

export type DoctorCode = keyof typeof DOCTOR_CODES;
