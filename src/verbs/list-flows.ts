import { setTimeout as wait } from "node:timers/promises";
import type { FlowEvent } from "../core/event/event.ts";
import { type TopFlows, topFlows } from "../core/flow/flow-rates.ts";
import type { FlowEnd, FlowListening, FlowStream } from "../core/model/flow-stream.ts";
import type { Host } from "../core/model/host.ts";
import type { Telling, WithLines } from "../core/model/packet-stream.ts";
import { withNames } from "./read-names.ts";
import { flowListeningOf } from "./stream-flows.ts";

/** Opens a reader of flows whose lines are read here. */
export type ReadFlows = (listening: FlowListening, telling: Telling) => Promise<FlowStream & WithLines>;

export interface ListWish {
  /** The numbers of the protocols. */
  readonly protocols: readonly number[];
  readonly telling: Telling;
}

const ROOM_BYTES = 1024 * 1024;

/** The flows that the kernel follows now. @throws Fault */
export async function listFlows(host: Host, read: ReadFlows, { protocols, telling }: ListWish): Promise<FlowEvent[]> {
  const wanted = { new: [], update: [], destroy: [], listed: protocols };
  const settings = { roomBytes: ROOM_BYTES, censusMs: 0, isOnce: true, wanted };
  const told: Telling = { ...telling, format: "json", fields: "default", countMax: undefined };
  if (told.where !== undefined) (await import("../core/event/where.ts")).parseWhere(told.where);
  const stream = await read(await flowListeningOf(host, { settings, telling: told }), await withNames(host, told));
  const [flows] = await Promise.all([eventsOf(stream), stream.ended satisfies Promise<FlowEnd | undefined>]);
  return flows;
}

async function eventsOf({ lines }: WithLines): Promise<FlowEvent[]> {
  const flows: FlowEvent[] = [];
  for await (const bytes of lines) {
    for (const line of bytes.toString("utf8").split("\n")) if (line !== "") flows.push(JSON.parse(line) as FlowEvent);
  }
  return flows;
}

/** Again and again the flows that carried most since the time before, until aborted. */
export async function* watchTopFlows(
  host: Host,
  read: ReadFlows,
  wish: ListWish,
  {
    intervalMs,
    most,
    signal,
  }: { readonly intervalMs: number; readonly most: () => number; readonly signal: AbortSignal },
): AsyncGenerator<TopFlows> {
  let before = await listFlows(host, read, wish);
  let beforeMs = performance.now();
  for (;;) {
    await wait(intervalMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const now = await listFlows(host, read, wish);
    const nowMs = performance.now();
    yield topFlows(before, now, (nowMs - beforeMs) / 1000, most());
    [before, beforeMs] = [now, nowMs];
  }
}
