import { diagnose } from "../core/doctor/diagnose.ts";
import type { Diagnosis } from "../core/doctor/diagnosis.ts";
import type { ReaderFacts } from "../core/doctor/facts.ts";
import { placeOf } from "../core/doctor/placed.ts";
import type { Surroundings } from "../core/explain/effective.ts";
import { problemsOf } from "../core/explain/problems.ts";
import { type LogSite, sitesOf } from "../core/explain/sites.ts";
import { lintRuleset } from "../core/lint/lint.ts";
import { Fault } from "../core/model/fault.ts";
import { type Host, HostError, NOT_RECORDED } from "../core/model/host.ts";
import { emptyRuleset, type Ruleset } from "../core/nft/ruleset.ts";
import { readWhole } from "./live-rules.ts";
import { readFlowFacts } from "./read-flow-facts.ts";
import { readKeepers } from "./read-keepers.ts";
import { readMachine } from "./read-machine.ts";
import { readAuditReader, readReaders } from "./read-readers.ts";
import { readSurroundings } from "./read-surroundings.ts";
import { readAppliedIntent } from "./revisions.ts";
import { readRulesProblems } from "./rules-problems.ts";

/** Everything that is wrong with logging on a machine, the worst first, each with what mends it. */
export async function examine(host: Host): Promise<Diagnosis[]> {
  const machine = await readMachine(host);
  const surroundings = await readSurroundings(host, machine);
  const [seen, keepers, readers, flows, hasAuditReader, ofRules, applied] = await Promise.all([
    readRuleset(host),
    readKeepers(host),
    readReaders(host, surroundings.groups),
    readFlowFacts(host),
    readAuditReader(host),
    readRulesProblems(host, machine),
    readAppliedIntent(host, machine.namespace),
  ]);
  const { ruleset, isRecorded } = seen;
  const netns = host.netns ?? null;
  const sites = sitesOf(ruleset ?? emptyRuleset(), machine, { ...surroundings, netns });
  const rules = sites.filter(({ kind }) => kind === "rule");
  return diagnose({
    netns,
    machine,
    surroundings,
    problems: [...ofRules, ...problemsOf(machine, surroundings, host.netns)],
    ruleset,
    intentFile: applied?.file,
    findings: lintRuleset(ruleset ?? emptyRuleset(), (_rule, at) =>
      placeOf(at.family, at.table, at.chain, at.position),
    ),
    sites: rules,
    readers,
    flows,
    keepers,
    hasAuditReader,
    unseen: [
      ...(seen.why === undefined ? [] : [seen.why]),
      ...unseenOf(surroundings, rules),
      ...unseenBuffers(readers),
    ],
    isRecorded,
  });
}

interface Seen {
  readonly ruleset: Ruleset | undefined;
  readonly why?: string;
  readonly isRecorded: boolean;
}

/** The live ruleset, or why it cannot be seen. */
async function readRuleset(host: Host): Promise<Seen> {
  try {
    return { ruleset: await readWhole(host), isRecorded: false };
  } catch (error) {
    if (!(error instanceof Fault) || !["not-permitted", "not-found"].includes(error.code)) throw error;
    const isRecorded = error.cause instanceof HostError && error.cause.code === NOT_RECORDED;
    const reason = isRecorded ? "not recorded" : error.code === "not-permitted" ? "root only" : "nft is not installed";
    return { ruleset: undefined, why: `the ruleset and what it logs (${reason})`, isRecorded };
  }
}

function unseenOf({ groups, allNetns, isInitial }: Surroundings, rules: readonly LogSite[]): string[] {
  const isAsked = !isInitial && rules.some(({ meant }) => meant === "kernel");
  return [
    ...(groups === undefined ? ["who reads which group (root only)"] : []),
    ...(isAsked && allNetns === undefined ? ["whether the kernel log takes lines from here (nf_log_all_netns)"] : []),
  ];
}

function unseenBuffers({ groups = [], bufferBytes }: ReaderFacts): string[] {
  return groups.length > 0 && bufferBytes.size === 0 ? ["the buffers of readers (ss of iproute2 tells them)"] : [];
}
