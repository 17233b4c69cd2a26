import { CODES } from "../lint/codes.ts";
import type { Finding } from "../lint/finding.ts";
import { NFNETLINK_LOG } from "../model/logger.ts";
import type { Diagnosis } from "./diagnosis.ts";
import type { Facts } from "./facts.ts";
import { groupBy } from "./group-by.ts";
import type { PlacedRule } from "./placed.ts";
import { type Repairs, ruleRemedy } from "./rule-remedy.ts";
import { counted, type InNetns } from "./shell.ts";

/** What the linter finds, once for each code. */
export function lintDiagnoses(
  findings: readonly Finding[],
  rules: ReadonlyMap<string, PlacedRule>,
  { repairs, netns }: { readonly repairs: Repairs; readonly netns: InNetns },
): Diagnosis[] {
  const byCode = groupBy(findings, ({ code }) => code);
  return [...byCode].map(([code, some]) => {
    const [first] = some as [Finding];
    const places = [...new Set(some.map(({ where }) => where))];
    const others = places.length - 1;
    return {
      code,
      severity: CODES[code].severity,
      message: others === 0 ? first.message : `${first.message}; and ${counted(others, "more rule")}`,
      why: CODES[code].why,
      remedy: ruleRemedy(
        places.flatMap((place) => rules.get(place) ?? []),
        { code, advice: CODES[code].remedy, repairs, netns },
      ).join("\n"),
      where: places,
    };
  });
}

/** On a machine it is known whether the kernel's own messages come to group 0. */
export function findingsOf({ findings, machine }: Facts): Finding[] {
  const isBound = machine.bindings.some(({ logger }) => logger === NFNETLINK_LOG);
  return findings.filter(({ code }) => code !== "group-0" || isBound);
}
