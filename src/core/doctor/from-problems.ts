import type { Problem } from "../explain/problems.ts";
import type { Severity } from "../lint/codes.ts";
import { BOUND_GROUP } from "../model/logger.ts";
import { shellWord } from "../shell-word.ts";
import type { Diagnosis } from "./diagnosis.ts";
import type { Facts } from "./facts.ts";
import { groupBy } from "./group-by.ts";
import { comment, inNetns } from "./shell.ts";

interface ProblemFacts {
  readonly why: string;
  /** Where it only concerns what may come: no rule of the user's is concerned. */
  readonly severity?: Severity;
  /** Lines for a shell, where the problem's remedy is no command. */
  readonly remedy?: (problem: Problem, facts: Facts) => readonly string[];
}

/** What status finds. */
export const PROBLEM_CODES = {
  "intent-unreadable": {
    why: "what cannot be read is not restored, and cannot be compared with what is bound",
    remedy: ({ remedy }, { machine: { run, persisted } }) => {
      const path = [run, persisted].find(({ fault }) => fault !== undefined)?.path;
      return [comment(remedy), `"\${EDITOR:-vi}" ${shellWord(path ?? "/etc/netlogctl/default-log.nft")}`];
    },
  },
  "binding-differs": { why: "the kernel's own messages go elsewhere than the default log says" },
  "nobody-reads": {
    why: "the kernel's own messages of these families (conntrack-invalid, helpers, TRACE) are sent to group 0 and dropped",
    remedy: ({ remedy }, { netns }) => [
      comment(`for good: ${remedy}; for a look:`),
      `netlogctl packets stream -g ${BOUND_GROUP}${inNetns(netns).option} --timeout 10s`,
    ],
  },
  "no-logger": { why: "messages without a destination need a logger that is bound", severity: "note" },
  "kernel-log-silent": {
    why: "outside the initial namespace lines reach the kernel log only while nf_log_all_netns is on",
    severity: "note",
  },
  "invalid-lost": { why: "what conntrack calls invalid follows the family's binding, and there is none" },
  "rules-differ": {
    why: "somebody else changed them, or reloaded the chain in which they stood",
  },
  unconfirmed: {
    why: "a change that nobody confirms in time is taken back",
  },
  "taken-back": {
    why: "what holds now is not what was applied last",
  },
  "rules-unreadable": {
    why: "without what tells of the rules that were applied, they can neither be compared nor taken back",
    remedy: ({ remedy }, { netns }) => [comment(remedy), `netlogctl rules history${inNetns(netns).option}`],
  },
} as const satisfies Readonly<Record<Problem["code"], ProblemFacts>>;

/** What status says is wrong, once for each code and remedy; one that rules of the ruleset have, too, is said of them. */
export function problemDiagnoses(facts: Facts, others: readonly Diagnosis[]): Diagnosis[] {
  const isClosed = others.some(({ code }) => code === "kernel-log-closed");
  const problems = facts.problems.filter(({ code }) => code !== "kernel-log-silent" || !isClosed);
  const same = groupBy(problems, ({ code, remedy }) => `${code} ${remedy}`);
  return [...same.values()].map((some) => {
    const [problem] = some as [Problem];
    const { code } = problem;
    const { why, severity = problem.severity, remedy }: ProblemFacts = PROBLEM_CODES[code];
    return {
      code,
      severity,
      message: some.map(({ message }) => message).join("; "),
      why,
      remedy: linesOf(problem, facts, remedy).join("\n"),
      where: some.flatMap(({ families }) => families),
    };
  });
}

function linesOf(problem: Problem, facts: Facts, spelt: ProblemFacts["remedy"]): readonly string[] {
  const { command, note, remedy } = problem;
  if (command !== undefined) return [...(note === undefined ? [] : [comment(`${note}:`)]), command];
  return spelt?.(problem, facts) ?? [remedy];
}
