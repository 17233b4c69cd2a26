import { Coverage, type Covered } from "../core/log-test/coverage.ts";
import type { LogPlace } from "../core/log-test/instrument.ts";
import { type Failure, type HeardLine, judge } from "../core/log-test/judge.ts";
import { type Visited, visitedOf } from "../core/log-test/visited.ts";
import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import { LOG_LEVELS } from "../core/model/log-statement.ts";
import type { Trial, TrialLine, Trials } from "../core/model/trial.ts";
import { type Prepared, type PrepareOptions, prepareLogTests } from "./prepare-log-tests.ts";
import { ALL_NETNS_PATH, readNumber } from "./read-machine.ts";
import { readAllNetns } from "./read-surroundings.ts";

export interface LogTestOptions extends PrepareOptions {
  /** Whether to find out which log statements no test reached. */
  readonly isCovered?: boolean | undefined;
  /** Called as each test ends. */
  readonly onEnd?: ((outcome: TestOutcome) => void) | undefined;
}

/** How a log test ended. */
export interface TestOutcome {
  readonly file: string;
  readonly name: string;
  /** `file:line:column`. */
  readonly where: string;
  readonly isPassed: boolean;
  readonly failures: readonly Failure[];
  /** What was logged. */
  readonly lines: readonly HeardLine[];
  /** Of a test that failed: its packets, and the rules that each of them matched, by nftrace; null where that was lost. */
  readonly packets: readonly { readonly text: string; readonly visited: readonly Visited[] | null }[];
  readonly durationMs: number;
}

export interface LogTestReport {
  readonly passed: number;
  readonly failed: number;
  readonly tests: readonly TestOutcome[];
  /** null where it was not asked for. */
  readonly coverage: Covered | null;
}

/** Runs log tests, several at once, each in a network namespace of its own, and tells how they ended in their order. */
export async function runLogTests(
  host: Host,
  files: readonly string[],
  trials: Trials,
  options: LogTestOptions,
): Promise<LogTestReport> {
  if (options.readsKernelLog === true) await refuseSilent(host);
  const prepared: Prepared[] = [];
  for (const file of files) prepared.push(...(await prepareLogTests(host, file, options)));
  if (prepared.length === 0) {
    const message = `no test has ${JSON.stringify(options.named)} in its name`;
    throw new Fault("not-found", message, "give --name another part of a name, as it is spelt; without it all are run");
  }
  const coverage = new Coverage();
  const tests = await Promise.all(
    prepared.map(async (one) => {
      const outcome = await run(one, trials, options.isCovered === true ? coverage : undefined);
      options.onEnd?.(outcome);
      return outcome;
    }),
  );
  const failed = tests.filter(({ isPassed }) => !isPassed).length;
  return {
    passed: tests.length - failed,
    failed,
    tests,
    coverage: options.isCovered === true ? coverage.told() : null,
  };
}

/** Other namespaces write to the kernel log only where the switch lets them. */
async function refuseSilent(host: Host): Promise<void> {
  const allNetns = await readAllNetns(host, { allNetns: await readNumber(host, ALL_NETNS_PATH) });
  if (allNetns !== undefined && allNetns !== 0) return;
  const message =
    allNetns === 0
      ? "nf_log_all_netns is 0: what scratch namespaces log does not get into the kernel log"
      : "nf_log_all_netns cannot be read here, so it is not known whether scratch namespaces may write to the kernel log";
  throw new Fault("not-supported", message, "allow it as root: netlogctl netns allow; or leave out --kernel-log");
}

async function run(prepared: Prepared, trials: Trials, coverage: Coverage | undefined): Promise<TestOutcome> {
  const { suite, test } = prepared;
  const result = await trials.run(trialOf(prepared, { isTraced: false, isCounted: coverage !== undefined }));
  const lines = result.isDone ? heard(result.lines, suite.instrumented.logs) : [];
  const failures = result.isDone ? judge(test.document, lines) : [{ expected: `to ${result.doing}`, got: result.says }];
  if (result.isDone && result.counters !== null)
    coverage?.add(suite.rules, suite.instrumented.logs, JSON.parse(result.counters));
  if (!result.isDone && !result.hasProgram) {
    throw new Fault("not-found", `cannot ${result.doing}: ${result.says}`, "install nftables and iproute2");
  }
  const isPassed = failures.length === 0;
  return {
    file: suite.file,
    name: test.document.name,
    where: test.where,
    isPassed,
    failures,
    lines,
    packets: isPassed || !result.isDone ? [] : await waysOf(prepared, trials),
    durationMs: Math.round(result.durationMs),
  };
}

function trialOf(
  { suite, test, packets }: Prepared,
  { isTraced, isCounted }: { isTraced: boolean; isCounted: boolean },
): Trial {
  const { wiring, instrumented } = suite;
  const mayAnswer = test.document.answers;
  return {
    interfaces: wiring,
    document: instrumented.document({ wiring, mayAnswer, isTraced, isCounted }),
    hasNat: instrumented.hasNat,
    markGroup: instrumented.markGroup,
    groups: [...new Set(instrumented.logs.flatMap(({ group }) => group ?? []))],
    readsKernelLog: instrumented.logs.some(({ group }) => group === null),
    packets: packets.map(({ text: _text, ...packet }) => packet),
    isTraced,
    isCounted,
  };
}

/** The packets with the rules that they matched: sent once more, now with nftrace. */
async function waysOf(prepared: Prepared, trials: Trials): Promise<TestOutcome["packets"]> {
  const { packets, suite } = prepared;
  const result = await trials.run(trialOf(prepared, { isTraced: true, isCounted: false }));
  if (!result.isDone || result.rules === null) return packets.map(({ text }) => ({ text, visited: null }));
  const visited = packets.map((): Visited[] => []);
  for (const step of visitedOf(result.trace, JSON.parse(result.rules), suite.rules.ruleset)) {
    visited[step.packet - 1]?.push(step);
  }
  return packets.map(({ text }, at) => ({ text, visited: visited[at] ?? [] }));
}

function heard(lines: readonly TrialLine[], logs: readonly LogPlace[]): HeardLine[] {
  const destinations = new Map(logs.map(({ group, to, level }) => [group, { to, level }]));
  return lines.map(({ group, level, ...line }) => {
    if (level !== null) return { ...line, to: "kernel", level: LOG_LEVELS[level] ?? null };
    return { ...line, ...(destinations.get(group) ?? { to: `group ${group}`, level: null }) };
  });
}
