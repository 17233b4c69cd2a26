/** error: the rule does not do what it says, or is lost; warning: it will hurt; note: good to know. */
export type Severity = "error" | "warning" | "note";

export interface CodeFacts {
  readonly severity: Severity;
  readonly why: string;
  readonly remedy: string;
}

/** All that the linter can find, in the order in which it looks. */
export const CODES = {
  "limit-after-log": {
    severity: "error",
    why: "statements are carried out in their order: what stands behind the log does not limit the log",
    remedy: "put the limit before the log",
  },
  "limit-log-verdict": {
    severity: "error",
    why: "what is over the limit leaves the rule before the verdict and goes on to the next rule",
    remedy: "make it two rules: one with the limit and the log, behind it one with the verdict",
  },
  "limit-over": {
    severity: "warning",
    why: "limit rate over N matches what is over the rate: in a flood each packet is logged",
    remedy: "put a limit without over before the log, too",
  },
  "no-limit": {
    severity: "warning",
    why: "whoever can send packets can fill the log and slow the machine down",
    remedy: "put a limit before the log, such as limit rate 5/minute, or one per source in a set",
  },
  "shared-limit": {
    severity: "note",
    why: "a flood of the packets of one rule silences the other",
    remedy: "give each prefix a limit of its own",
  },
  "two-logs": {
    severity: "warning",
    why: "each log statement logs by itself: one takes the prefix, the other the group",
    remedy: "write prefix, group and the rest in one log statement",
  },
  "log-after-verdict": {
    severity: "error",
    why: "a verdict ends the rule, and without a match the chain: the log is never reached",
    remedy: "put the log before the verdict",
  },
  "snaplen-without-group": {
    severity: "error",
    why: "snaplen and queue-threshold belong to NFLOG: without a group they are dropped silently",
    remedy: "add the group, or leave them out",
  },
  "group-with-level": {
    severity: "error",
    why: "level and flags belong to the kernel log: with a group nft refuses the rule",
    remedy: "leave out the group, or level and flags",
  },
  "audit-prefix": {
    severity: "error",
    why: "an audit record carries mark, addresses and protocol only, no prefix, group or flags",
    remedy: "leave the rest out, or log to the kernel log or a group",
  },
  "group-0": {
    severity: "note",
    why: "with nfnetlink_log bound, the kernel's own messages (such as conntrack-invalid) go to group 0 as well",
    remedy: "take another group, or let the reader tell them apart by prefix",
  },
  "snaplen-zero": {
    severity: "note",
    why: "snaplen 0 copies nothing of the packet: no addresses, no ports",
    remedy: "leave snaplen out to copy all, or give the bytes that are needed, such as 96",
  },
  "queue-threshold-high": {
    severity: "note",
    why: "a rule can only lower the listener's threshold, which is 100 packets unless the listener asks for more",
    remedy: "set it at the listener, or leave it out",
  },
  "prefix-missing": {
    severity: "warning",
    why: "nothing in the line tells which rule wrote it",
    remedy: "give the log a prefix",
  },
  "prefix-unsayable": {
    severity: "error",
    why: "nft's listing as text cannot hold it: read back, it is an error or another rule",
    remedy: "leave out double quotes, dollar signs, backslashes and control characters",
  },
  "prefix-long": {
    severity: "error",
    why: "the kernel takes 127 bytes: nft refuses more, and nft 1.0.6 crashes on it",
    remedy: "shorten the prefix",
  },
  "prefix-cut": {
    severity: "note",
    why: "programs that are made for iptables take 29 bytes (LOG) or 63 (NFLOG): they cut or refuse the rest",
    remedy: "shorten the prefix if such a program reads it",
  },
  "prefix-separator": {
    severity: "warning",
    why: "the kernel writes IN= right behind the prefix",
    remedy: "end the prefix with a blank or a colon",
  },
  "prefix-twice": {
    severity: "note",
    why: "the lines of the two rules cannot be told apart",
    remedy: "give each rule a prefix of its own",
  },
  swallowed: {
    severity: "error",
    why: "libnftables passes over unknown keys and values of a wrong type silently: the rule becomes another one",
    remedy: "spell it as libnftables-json(5) does",
  },
  "no-intent": {
    severity: "error",
    why: "the document says something else than an intent can: nothing comes of it",
    remedy: "mend it: netlogctl rules schema says what may stand there",
  },
  "logs-nowhere": {
    severity: "warning",
    why: "it names no destination, and the default log of its families is none: no rule comes of it",
    remedy: "give it a group or a level, or leave it out",
  },
  "unused-set": {
    severity: "note",
    why: "no rule names it, so it is only listed and never looked at",
    remedy: "leave it out, or name it in a match: @NAME",
  },
  "unused-accept": {
    severity: "note",
    why: "nothing is found that it would silence: a misspelt code, or a thing of the past",
    remedy: "take it out of accept",
  },
} as const satisfies Readonly<Record<string, CodeFacts>>;

export type LintCode = keyof typeof CODES;
