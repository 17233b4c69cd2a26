import type { FlowEnd, FlowListening, OpenFlowStream } from "../core/model/flow-stream.ts";
import { type Host, orUndefined, readText } from "../core/model/host.ts";
import type { Telling } from "../core/model/packet-stream.ts";
import { placeOf, tellRoom } from "./listening.ts";
import { withNames } from "./read-names.ts";
import type { Say } from "./scratch.ts";

/** What is told of flows, and how. */
export interface FlowWish {
  readonly settings: Pick<FlowListening, "roomBytes" | "censusMs" | "isOnce" | "wanted">;
  readonly telling: Telling;
}

export interface FlowStreamOptions {
  readonly say: Say;
  readonly signal: AbortSignal;
  /** Called once it listens. */
  readonly onStart?: () => void;
  /** Is given what has it take another wish from now on. */
  readonly onReload?: (reload: (wish: FlowWish) => Promise<void>) => void;
}

/**
 * Reads conntrack's events and writes a line for each to a file until aborted, or until as many were told as were wished.
 * Undefined where who read it went away.
 */
export async function streamFlows(
  host: Host,
  open: OpenFlowStream,
  wish: FlowWish,
  file: number,
  { say, signal, onStart, onReload }: FlowStreamOptions,
): Promise<FlowEnd | undefined> {
  const { telling } = wish;
  if (telling.where !== undefined) (await import("../core/event/where.ts")).parseWhere(telling.where);
  await tellUntold(host, say);
  const stream = await open(await flowListeningOf(host, wish), await withNames(host, telling), file);
  tellRoom(stream, wish.settings.roomBytes, say);
  const stop = (): void => stream.stop();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  onReload?.(async (other) => {
    await stream.adjust(await flowListeningOf(host, other), await withNames(host, other.telling));
  });
  onStart?.();
  const end = await stream.ended;
  signal.removeEventListener("abort", stop);
  if (end !== undefined) tellFlowLosses(end, say);
  return end;
}

/** How flows of a host's namespace are listened to. */
export async function flowListeningOf(host: Host, { settings }: FlowWish): Promise<FlowListening> {
  return { ...(await placeOf(host)), ...settings };
}

const CONNTRACK = "/proc/sys/net/netfilter/nf_conntrack_events";

/** A kernel that tells nothing would be taken for a quiet one. */
async function tellUntold(host: Host, say: Say): Promise<void> {
  const events = (await orUndefined(readText(host, CONNTRACK), "ENOENT", "ENOTDIR", "EACCES"))?.trim();
  if (events === "0") say("note: the kernel sends no events of flows: netlogctl flows set events=on");
}

/** Says what a stream did not get, and what nobody took. */
export function tellFlowLosses({ lost, received, found, unwrittenBytes }: FlowEnd, say: Say): void {
  if (lost > 0) {
    const instead = `${found} were found in the kernel's table`;
    say(`${lost} events were lost, ${received} came, ${instead}: give it more room (--room), or tell less`);
  }
  if (unwrittenBytes > 0) say(`${unwrittenBytes} bytes of lines were not taken by who reads them`);
}
