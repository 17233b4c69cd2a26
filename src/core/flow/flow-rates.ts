import type { FlowEvent } from "../event/event.ts";

/** How much a flow carries now. */
export interface FlowRate {
  readonly flow: FlowEvent;
  /** Bytes and packets a second, out and back; null where the kernel does not count. */
  readonly bytesOut: number | null;
  readonly bytesBack: number | null;
  readonly packets: number | null;
}

/** What of the flows is shown, and of how many. */
export interface TopFlows {
  readonly flows: number;
  /** Whether any is counted at all. */
  readonly hasCounters: boolean;
  /** All together, a second. */
  readonly bytes: number;
  readonly packets: number;
  readonly top: readonly FlowRate[];
}

/** The flows that carried most in the seconds between two listings; what came between counts from its beginning. */
export function topFlows(
  before: readonly FlowEvent[],
  now: readonly FlowEvent[],
  seconds: number,
  most: number,
): TopFlows {
  const earlier = new Map(before.map((flow) => [keyOf(flow), flow]));
  const rates = now.map((flow) => rateOf(flow, earlier.get(keyOf(flow)), seconds));
  const counted = rates.filter(({ bytesOut }) => bytesOut !== null);
  return {
    flows: now.length,
    hasCounters: counted.length > 0,
    bytes: counted.reduce((sum, one) => sum + bytesOf(one), 0),
    packets: counted.reduce((sum, { packets }) => sum + (packets ?? 0), 0),
    top: rates.toSorted((a, b) => bytesOf(b) - bytesOf(a) || (b.flow.bytes ?? 0) - (a.flow.bytes ?? 0)).slice(0, most),
  };
}

function keyOf({ id, src, dst, proto, sport, dport }: FlowEvent): string {
  return [id, src, dst, proto, sport, dport].join(" ");
}

function bytesOf({ bytesOut, bytesBack }: FlowRate): number {
  return (bytesOut ?? 0) + (bytesBack ?? 0);
}

function rateOf(flow: FlowEvent, before: FlowEvent | undefined, seconds: number): FlowRate {
  const rate = (now: number | undefined, then: number | undefined): number | null =>
    now === undefined ? null : Math.max(now - (then ?? 0), 0) / seconds;
  return {
    flow,
    bytesOut: rate(flow.orig?.bytes, before?.orig?.bytes),
    bytesBack: rate(flow.reply.bytes, before?.reply.bytes),
    packets: rate(flow.packets, before?.packets),
  };
}
