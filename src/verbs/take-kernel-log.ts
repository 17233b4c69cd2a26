import { setTimeout as wait } from "node:timers/promises";
import type { OpenTelling } from "../core/event/open-telling.ts";
import { lossEvent } from "../core/event/pipeline.ts";
import { millisecondsText } from "../core/event/time-text.ts";
import { Fault } from "../core/model/fault.ts";
import type { Host } from "../core/model/host.ts";
import type { Say } from "./scratch.ts";
import { streamKernelLog } from "./stream-kernel-log.ts";

/** How long it is until the kernel log is tried again. */
const AGAIN_MS = 10_000;

export interface TakeOptions {
  readonly take: (line: string) => void;
  readonly say: Say;
  readonly signal: AbortSignal;
}

/** Takes lines of the kernel log until aborted. Where it breaks off that is said, and it is begun again: what came meanwhile is told as a loss. */
export async function takeKernelLog(host: Host, telling: OpenTelling, options: TakeOptions): Promise<void> {
  const { take, say, signal } = options;
  while (!signal.aborted) {
    const fault = await broken(host, telling, options);
    if (fault === undefined || signal.aborted) continue;
    say(`${fault.message}: ${fault.remedy}; it is tried again in ${AGAIN_MS / 1000} s`);
    take(`${JSON.stringify(lossEvent({ ts: millisecondsText(Date.now()), count: 0, why: fault.message }))}\n`);
    await wait(AGAIN_MS, undefined, { signal, ref: false }).catch(() => {});
  }
}

/** Why it broke off; undefined where it just ended. */
async function broken(host: Host, telling: OpenTelling, { take, signal }: TakeOptions): Promise<Fault | undefined> {
  try {
    for await (const line of streamKernelLog(host, { telling, countMax: undefined, signal })) take(line);
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}
