import type { FlowEvent } from "../../src/core/event/event.ts";
import { inOrder } from "../../src/core/event/pipeline.ts";
import { flowTopicOf } from "../../src/core/event/topic.ts";

/** A flow of TCP from 10.0.0.5:40000 to 192.0.2.1:443 without NAT, but for what is said otherwise. */
export function flowOf(change: FlowEvent["change"], ts: string, more: Partial<FlowEvent> = {}): FlowEvent {
  const { src = "10.0.0.5", dst = "192.0.2.1", sport = 40_000, dport = 443, proto = "tcp" } = more;
  return inOrder<FlowEvent>({
    ...{ schema: 1, kind: "flow", ts, ts_source: "reader", source: "conntrack", change, id: 1, family: "ip" },
    ...{ topic: flowTopicOf(change, proto), src, dst, proto, sport, dport, status: ["confirmed"] },
    reply: { src: dst, dst: src, sport: dport, dport: sport },
    ...more,
  });
}

/** So many seconds after 10:00. */
export function at(seconds: number): string {
  return `${new Date(Date.parse("2026-11-29T10:00:00Z") + seconds * 1000).toISOString().slice(0, 23)}000000Z`;
}
