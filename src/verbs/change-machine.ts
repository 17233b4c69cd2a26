import { Fault } from "../core/model/fault.ts";
import { type Host, HostError } from "../core/model/host.ts";
import type { Machine } from "../core/model/machine.ts";
import { LOCK_PATH, RUN_DIRECTORY } from "../core/model/namespace.ts";
import type { Plan, Step } from "../core/model/plan.ts";
import { stepText } from "../core/plan/preview.ts";
import { faultOfHost } from "./host-faults.ts";
import { forgetJournal, recover, recoverBeforeReading, undoSteps, writeJournal } from "./journal.ts";
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

/**
 * Carries out the plan that `decide` makes of the machine: under the lock, after anything that an earlier run left, with a
 * journal, each step read back. If a step fails or a signal comes, what was done is undone, last first.
 */
export async function changeMachine(
  host: Host,
  options: ChangeOptions,
  decide: (machine: Machine) => Plan | Promise<Plan>,
): Promise<Outcome> {
  if (options.isDryRun) {
    await recoverBeforeReading(host, options.say);
    return { plan: await decide(await readMachine(host)), isApplied: false };
  }

  const lock = await takeLock(host, options);
  try {
    await recover(host, options.say);

    const machine = await readMachine(host);
    const plan = await decide(machine);
    if (plan.steps.length > 0) await carryOut(host, machine, plan, options);
    return { plan, isApplied: plan.steps.length > 0 };
  } finally {
    await lock.release();
  }
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

async function carryOut(host: Host, machine: Machine, plan: Plan, { say, signal }: ChangeOptions): Promise<void> {
  await beginJournal(host, machine, plan);
  const begun: Step[] = [];
  try {
    for (const step of plan.steps) {
      await stopIfInterrupted(signal);
      begun.push(step);
      await makeStep(host, step);
    }
    await confirmAll(host, plan);
    await stopIfInterrupted(signal);
  } catch (failure) {
    for (const line of await undoSteps(host, machine.namespace, begun, failure)) say(line);
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

/** Reads and writes of the local machine never let go of the thread, so a signal is let in here, between the steps. */
async function stopIfInterrupted(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal.aborted) throw interrupted(signal, "what was done is undone");
}

async function makeStep(host: Host, step: Step): Promise<void> {
  try {
    await makeChange(host, step.change);
  } catch (error) {
    throw error instanceof HostError ? faultOfHost(error, `make the step ${stepText(step)}`) : error;
  }
  if (!(await holds(host, step.change))) throw notKept(step);
}

/** A later step may have disturbed an earlier one: all of them are read once more. */
async function confirmAll(host: Host, plan: Plan): Promise<void> {
  for (const step of plan.steps) {
    if (!(await holds(host, step.change))) throw notKept(step);
  }
}

function notKept(step: Step): Fault {
  const remedy =
    step.change.do === "load-module"
      ? 'a blacklist does this: see "modprobe --showconfig | grep nf"'
      : "another program may be writing it at the same time: netlogctl status names those that listen";
  return new Fault("not-kept", `${stepText(step)}: it was done without an error, and read back it is not so`, remedy);
}

function interrupted({ reason }: AbortSignal, what: string): Fault {
  const message = `interrupted by ${String(reason)}: ${what}`;
  return new Fault("interrupted", message, "run it again when you are ready", { cause: reason });
}
