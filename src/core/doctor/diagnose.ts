import { auditDiagnoses } from "./audit.ts";
import { emergencies, PRINTED } from "./console.ts";
import { type Diagnosis, diagnosis } from "./diagnosis.ts";
import type { Facts } from "./facts.ts";
import { flowDiagnoses } from "./flows.ts";
import { findingsOf, lintDiagnoses } from "./from-lint.ts";
import { problemDiagnoses } from "./from-problems.ts";
import { nowhereDiagnoses } from "./from-sites.ts";
import { readerJournalDiagnoses } from "./journal.ts";
import { kernelLogDiagnoses } from "./kernel-log.ts";
import { placedLogs, placedRules, placesOf } from "./placed.ts";
import { readerDiagnoses } from "./readers.ts";
import { Repairs } from "./rule-remedy.ts";
import { comment, inNetns } from "./shell.ts";
import { snaplenDiagnoses, UNPINNED, unpinnedLogs } from "./snaplen.ts";

const SEVERITIES = ["error", "warning", "note"] as const;

/** All that is wrong with logging in a namespace of a machine, the worst first. */
export function diagnose(facts: Facts): Diagnosis[] {
  const rules = facts.ruleset === undefined ? new Map<string, never>() : placedRules(facts.ruleset);
  const logs = placedLogs(facts.sites, rules);
  const findings = findingsOf(facts);
  const unpinned = unpinnedLogs(logs, facts);
  const repairs = new Repairs(
    [
      ...findings,
      ...placesOf(unpinned).map((where) => ({ code: UNPINNED, where })),
      ...placesOf(emergencies(logs)).map((where) => ({ code: PRINTED, where })),
    ],
    facts.intentFile,
  );
  const nowhere = nowhereDiagnoses(logs, facts, repairs);
  const all = [
    ...problemDiagnoses(facts, nowhere),
    ...nowhere,
    ...readerDiagnoses(logs, facts),
    ...flowDiagnoses(facts),
    ...snaplenDiagnoses(unpinned, repairs, facts),
    ...lintDiagnoses(findings, rules, { repairs, netns: inNetns(facts.netns) }),
    ...auditDiagnoses(logs, facts),
    ...kernelLogDiagnoses(logs, facts, repairs),
    ...readerJournalDiagnoses(logs, facts),
    ...unseen(facts),
  ];
  return SEVERITIES.flatMap((severity) => all.filter((one) => one.severity === severity));
}

/** Said once, not as something wrong. */
function unseen({ unseen: all, netns, isRecorded }: Facts): Diagnosis[] {
  if (all.length === 0) return [];
  const remedy = isRecorded
    ? [comment("on the machine itself:"), "netlogctl doctor"]
    : [comment("as root of the machine itself, not of a container:"), `sudo netlogctl doctor${inNetns(netns).option}`];
  return [diagnosis("not-seen", `not looked at: ${all.join("; ")}`, remedy, [])];
}
