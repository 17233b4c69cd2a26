import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import { openBell } from "./bell.ts";
import { type ChangeOptions, changeMachine } from "./change-machine.ts";
import { compareCurrent } from "./current-rules.ts";
import { isUnderWay } from "./journal.ts";
import { readMachine } from "./read-machine.ts";

/** What is seen of the rules that were applied last. */
export interface RulesEvent {
  readonly event: "intact" | "differs" | "repaired" | "held back" | "failed";
  /** The revision that was applied last; null if there is none. */
  readonly revision: number | null;
  /** What differed, or why it was held back or failed. */
  readonly what: string;
}

export interface WatchOptions extends Omit<ChangeOptions, "isDryRun"> {
  readonly isRepairing: boolean;
  /** Repairs in a minute at most: two programs that undo each other's work end nowhere. */
  readonly repairsPerMinute: number;
}

/** While netlogctl itself makes a change, what differs is no news. */
const UNDER_WAY_MS = 200;

/** Looked at as often as this at least, for an event may be lost. */
const LOOK_MS = 30_000;

const MINUTE_MS = 60_000;

/** Tells whenever the rules that were applied last are no longer there as they were made, and puts them back if asked. */
export async function* watchAppliedRules(host: Host, options: WatchOptions): AsyncGenerator<RulesEvent> {
  const over = new AbortController();
  const bell = openBell(host, AbortSignal.any([options.signal, over.signal]));
  const repairs: number[] = [];
  let told = "";
  try {
    while (!options.signal.aborted) {
      const { event, again } = await look(host, options, repairs);
      const text = JSON.stringify(event ?? told);
      if (event !== undefined && (text !== told || event.event === "repaired")) yield event;
      if (event !== undefined) told = text;
      await bell.next(again);
    }
  } finally {
    over.abort(); // nft listens no longer than this looks
  }
}

/** One look: what there is to tell, and after what time to look again even if nothing happens. */
async function look(
  host: Host,
  options: WatchOptions,
  repairs: number[],
): Promise<{ readonly event?: RulesEvent; readonly again: number }> {
  const machine = await readMachine(host);
  const found = await compareCurrent(host, machine);
  const revision = found?.revision ?? null;
  const what = found?.differs;
  if (what === undefined) return { event: { event: "intact", revision, what: "" }, again: LOOK_MS };
  if (await isUnderWay(host, machine.namespace)) return { again: UNDER_WAY_MS };
  if (!options.isRepairing || found?.plan.steps.length === 0) {
    return { event: { event: "differs", revision, what }, again: LOOK_MS };
  }
  const wait = waitFor(repairs, options.repairsPerMinute);
  if (wait > 0) {
    const why = `${what} (repaired ${options.repairsPerMinute} times in a minute: somebody takes it away again and again)`;
    return { event: { event: "held back", revision, what: why }, again: wait };
  }
  repairs.push(performance.now());
  return { event: await repair(host, options, revision, what), again: LOOK_MS };
}

/** Under the lock it is looked again: a change of our own may have been under way. */
async function repair(host: Host, options: WatchOptions, revision: number | null, what: string): Promise<RulesEvent> {
  try {
    const { isApplied } = await changeMachine(host, { ...options, isDryRun: false }, async (machine) => {
      const { plan, live } = (await compareCurrent(host, machine)) ?? {};
      return { plan: plan ?? { title: "", steps: [], notes: [] }, live };
    });
    return { event: isApplied ? "repaired" : "intact", revision, what: isApplied ? what : "" };
  } catch (error) {
    if (!(error instanceof Fault) || error.code === "interrupted") throw error;
    return { event: "failed", revision, what: `${what}: ${error.message}` };
  }
}

/** How long until a repair is allowed again. */
function waitFor(repairs: number[], most: number): number {
  const now = performance.now();
  while (repairs.length > 0 && now - (repairs[0] as number) > MINUTE_MS) repairs.shift();
  return repairs.length < most ? 0 : MINUTE_MS - (now - (repairs[0] as number)) + 1;
}
