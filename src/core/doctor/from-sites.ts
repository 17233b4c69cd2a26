import { ofGroup, ofKernelLog } from "../explain/effective.ts";
import { type FAMILY_NUMBERS, isFamily } from "../model/family.ts";
import { loggerText, NFNETLINK_LOG, SYSLOG_LOGGERS } from "../model/logger.ts";
import { bindingOf } from "../model/machine.ts";
import { modulesOfLogger } from "../model/module.ts";
import { type Diagnosis, diagnosis } from "./diagnosis.ts";
import type { Facts } from "./facts.ts";
import { groupBy } from "./group-by.ts";
import { groupOf, type PlacedLog, placesOf, prefixesText } from "./placed.ts";
import { type Repairs, ruleRemedy } from "./rule-remedy.ts";
import { comment, counted, inInitial, inNetns } from "./shell.ts";

/** Rules whose lines go nowhere, once for each cause. */
export function nowhereDiagnoses(logs: readonly PlacedLog[], facts: Facts, repairs: Repairs): Diagnosis[] {
  const missing = loggersMissing(logs, facts);
  const said = new Set([
    ...missing.flatMap(({ where }) => where),
    ...facts.findings.filter(isDead).map(({ where }) => where),
  ]);
  const lost = logs.filter(({ site, rule }) => site.to === "nowhere" && !said.has(rule.place));
  const causes = groupBy(lost, ({ site }) => site.why);
  return [...missing, ...[...causes.values()].map((some) => ofCause(some, facts, repairs))];
}

/** That a rule is never reached is what the linter says. */
function isDead({ code }: Facts["findings"][number]): boolean {
  return code === "log-after-verdict";
}

function ofCause(logs: readonly PlacedLog[], facts: Facts, repairs: Repairs): Diagnosis {
  const { surroundings } = facts;
  const { why, remedy: advice } = (logs as [PlacedLog])[0].site;
  const where = placesOf(logs);
  const rules = `${counted(where.length, "rule")} (${prefixesText(logs)})`;
  const group = groupOf(logs[0]);
  if (group !== undefined && why === ofGroup(group, surroundings).why) {
    const message = `${rules} ${where.length === 1 ? "logs" : "log"} to group ${group}, which nobody reads`;
    return diagnosis("group-unread", message, readerRemedy(group, facts), where);
  }
  if (group === undefined && why === ofKernelLog(surroundings).why) {
    const remedy = [
      comment("let the rules log to a group, or open the kernel log to all namespaces:"),
      `${inInitial(false, facts.netns)}netlogctl netns allow`,
    ];
    return diagnosis("kernel-log-closed", `${rules} for the kernel log: ${why}`, remedy, where);
  }
  const remedy = ruleRemedy(
    logs.map(({ rule }) => rule),
    {
      code: "rule-nowhere",
      advice: advice ?? why,
      repairs,
      netns: inNetns(facts.netns),
    },
  );
  return diagnosis("rule-nowhere", `${rules}: ${why}`, remedy, where);
}

/** What is to read a group, and a reader for a look. */
function readerRemedy(group: number, { netns }: Facts): string[] {
  return [
    comment(`for good: start what is to read it, such as ulogd with group=${group}; for a look:`),
    `netlogctl packets stream -g ${group}${inNetns(netns).option} --timeout 10s`,
  ];
}

/** Log statements whose logger no family of theirs has: its module is not loaded. */
function loggersMissing(logs: readonly PlacedLog[], { machine }: Facts): Diagnosis[] {
  const missing = logs
    .flatMap((one) => loggersOf(one).map((need) => ({ one, ...need })))
    .filter(({ family, logger }) => bindingOf(machine, family)?.available.includes(logger) === false);
  return [...groupBy(missing, ({ logger }) => logger)].map(([logger, some]) => {
    const places = placesOf(some.map(({ one }) => one));
    const [module = logger] = modulesOfLogger(logger);
    const message = `${counted(places.length, "rule")} (${prefixesText(some.map(({ one }) => one))}) ${places.length === 1 ? "needs" : "need"} ${loggerText(logger)}, which is not loaded`;
    return diagnosis("logger-missing", message, [`netlogctl module load ${module} --persist`], places);
  });
}

function loggersOf({ rule, log }: PlacedLog): { family: keyof typeof FAMILY_NUMBERS; logger: string }[] {
  const { family } = rule.table;
  const families = family === "inet" ? (["ip", "ip6"] as const) : isFamily(family) ? [family] : [];
  if (log === undefined || log.to === "audit") return [];
  return families.map((one) => ({ family: one, logger: log.to === "group" ? NFNETLINK_LOG : SYSLOG_LOGGERS[one] }));
}
