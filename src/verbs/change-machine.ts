import { Fault } from "../core/model/fault.ts";
import { type Host, HostError } from "../core/model/host.ts";
import type { Machine } from "../core/model/machine.ts";
import { LOCK_PATH, RUN_DIRECTORY } from "../core/model/namespace.ts";
import type { Plan, Step } from "../core/model/plan.ts";
import type { Ruleset } from "../core/nft/ruleset.ts";
import { stepText } from "../core/plan/preview.ts";
import { faultOfHost } from "./host-faults.ts";
import { interrupted } from "./interrupted.ts";
import { forgetJournal, forgetQuestions, recover, recoverBeforeReading, undoSteps, writeJournal } from "./journal.ts";
import { holds, makeChange } from "./make-change.ts";
import { readMachine } from "./read-machine.ts";

export interface ChangeOptions {
  /** Only plan. */
  readonly isDryRun: boolean;
  /** How long to wait for another netlogctl. */
  readonly lockTimeoutMs: number;
  /** Tells the user something while work goes on. */
  readonly say: (line: string) => void;
  /** When aborted, what was done is undone; its reason names the signal. */
  readonly signal: AbortSignal;
}

const RUN_REMEDIES: Readonly<Record<string, string>> = {
  EACCES: "run it as root (CAP_NET_ADMIN); in a namespace of your own, mount a tmpfs on /run first",
};

/** What a change did, or would do. */
export interface Outcome {
  readonly plan: Plan;
  /** False after a dry run, and where there was nothing to do. */
  readonly isApplied: boolean;
}

/** A plan with what it was decided on. */
export interface Decision {
  readonly plan: Plan;
  /** The ruleset, read under the lock. */
  readonly live?: Ruleset | undefined;
  /** Called when the first step is made; if it fails, so has the plan. */
  readonly onFirstStep?: (() => Promise<void>) | undefined;
}

/**
 * Carries out the plan that `decide` makes of the machine: under the lock, after anything that an earlier run left, with a
 * journal, each step read back. If a step fails or a signal comes, what was done is undone, last first.
 */
export async function changeMachine(
  host: Host,
  options: ChangeOptions,
  decide: (machine: Machine) => Plan | Decision | Promise<Plan | Decision>,
): Promise<Outcome> {
  if (options.isDryRun) {
    await recoverBeforeReading(host, options.say);
    const { plan } = decisionOf(await decide(await readMachine(host)));
    return { plan, isApplied: false };
  }

  const lock = await takeLock(host, options);
  try {
    await recover(host, options.say);
    await forgetQuestions(host);

    const machine = await readMachine(host);
    const decision = decisionOf(await decide(machine));
    const { plan } = decision;
    if (plan.steps.length > 0) await carryOut(host, machine, decision, options);
    return { plan, isApplied: plan.steps.length > 0 };
  } finally {
    await lock.release();
  }
}

function decisionOf(decided: Plan | Decision): Decision {
  return "plan" in decided ? decided : { plan: decided };
}

async function takeLock(host: Host, { lockTimeoutMs, say, signal }: ChangeOptions): ReturnType<Host["lock"]> {
  try {
    await host.makeDirectory(RUN_DIRECTORY, 0o755);
    return await host.lock(LOCK_PATH, {
      timeoutMs: lockTimeoutMs,
      signal,
      onWait: () => say(`waiting for another netlogctl (it holds ${LOCK_PATH})`),
    });
  } catch (error) {
    if (signal.aborted) throw interrupted(signal, "nothing was changed");
    if (!(error instanceof HostError)) throw error;
    if (error.code !== "EAGAIN") throw faultOfHost(error, "change anything", RUN_REMEDIES[error.code]);
    throw new Fault(
      "locked",
      `another netlogctl is at work: ${LOCK_PATH} was still held after ${lockTimeoutMs / 1000} s`,
      "wait for it, or give it longer with --lock-timeout SECONDS; nothing was changed",
    );
  }
}

async function carryOut(
  host: Host,
  machine: Machine,
  { plan, live, onFirstStep }: Decision,
  { say, signal }: ChangeOptions,
): Promise<void> {
  await beginJournal(host, machine, plan);
  const begun: Step[] = [];
  try {
    for (const step of plan.steps) {
      await stopIfInterrupted(plan, signal);
      begun.push(step);
      await makeStep(host, step, live);
      if (begun.length === 1) await onFirstStep?.();
    }
    await confirmAll(host, plan);
    await stopIfInterrupted(plan, signal);
  } catch (failure) {
    for (const line of await undoSteps(host, machine.namespace, begun, failure, true)) say(line);
    throw failure;
  }
  await forgetJournal(host, machine.namespace);
}

async function beginJournal(host: Host, { namespace }: Machine, plan: Plan): Promise<void> {
  try {
    await writeJournal(host, namespace, plan);
  } catch (error) {
    throw error instanceof HostError ? faultOfHost(error, "begin the change: its journal cannot be kept") : error;
  }
}

/**
 * Reads and writes of the local machine never let go of the thread, so a signal is let in here, between the steps. A plan
 * that is to be finished is finished: nobody would come again to take back what was not confirmed.
 */
async function stopIfInterrupted({ isToFinish = false }: Plan, signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal.aborted && !isToFinish) throw interrupted(signal, "what was done is undone");
}

async function makeStep(host: Host, step: Step, live: Ruleset | undefined): Promise<void> {
  try {
    await makeChange(host, step.change, live);
  } catch (error) {
    throw error instanceof HostError
      ? faultOfHost(error, `make the step ${stepText(step)}`, remedyFor(step, error))
      : error;
  }
  // nft takes a transaction whole or not at all, and reading a ruleset takes long: once, in the end, is enough.
  if (step.change.do !== "write-rules" && !(await holds(host, step.change))) throw await notKept(host, step);
}

/** A value that older kernels do not have is no matter of privileges. */
function remedyFor({ change }: Step, { code }: HostError): string | undefined {
  const isAuto = change.do === "set-flow-setting" && change.setting === "events" && change.value === 2;
  return isAuto && code === "EINVAL" ? "auto is of kernel 5.19 and later: set events=on" : undefined;
}

/** A later step may have disturbed an earlier one: all of them are read once more. */
async function confirmAll(host: Host, plan: Plan): Promise<void> {
  for (const step of plan.steps) {
    if (!(await holds(host, step.change))) throw await notKept(host, step);
  }
}

async function notKept(host: Host, step: Step): Promise<Fault> {
  if (step.change.do === "write-rules") {
    const { faultOfDifference } = await import("./write-rules.ts");
    return await faultOfDifference(host, step.change.ours);
  }
  const remedy =
    step.change.do === "load-module"
      ? 'a blacklist does this: see "modprobe --showconfig | grep nf"'
      : "another program may be writing it at the same time: netlogctl status names those that listen";
  return new Fault("not-kept", `${stepText(step)}: it was done without an error, and read back it is not so`, remedy);
}
