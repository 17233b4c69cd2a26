import type { FlowEvent } from "../event/event.ts";

/** By what flows can be put in order: each has the largest first, but for addresses. */
export const FLOW_ORDERS = ["bytes", "packets", "age", "timeout", "address"] as const;
export type FlowOrder = (typeof FLOW_ORDERS)[number];

/** The flows in that order; what does not have it comes last. */
export function sortFlows(flows: readonly FlowEvent[], order: FlowOrder): FlowEvent[] {
  if (order === "address") return flows.toSorted((a, b) => compare(addressOf(a), addressOf(b)));
  const value = VALUES[order];
  return flows.toSorted((a, b) => value(b) - value(a) || compare(addressOf(a), addressOf(b)));
}

const VALUES: Readonly<Record<Exclude<FlowOrder, "address">, (flow: FlowEvent) => number>> = {
  bytes: ({ bytes }) => bytes ?? -1,
  packets: ({ packets }) => packets ?? -1,
  age: ({ duration }) => duration ?? -1,
  timeout: ({ timeout }) => timeout ?? -1,
};

function addressOf({ src, dst, proto, sport, dport, id }: FlowEvent): readonly (string | number)[] {
  return [src, dst, proto, sport ?? -1, dport ?? -1, id];
}

function compare(one: readonly (string | number)[], other: readonly (string | number)[]): number {
  for (const [index, a] of one.entries()) {
    const b = other[index] as string | number;
    if (a < b) return -1;
    if (a > b) return 1;
  }
  return 0;
}
