import type { FlowEvent } from "../../src/core/event/event.ts";
import { inOrder } from "../../src/core/event/pipeline.ts";
import { flowTopicOf } from "../../src/core/event/topic.ts";

/** A flow of TCP that began, was answered and ended: what the kernel tells at its end with counters and times. */
export const ENDED: FlowEvent = {
  schema: 1,
  kind: "flow",
  ts: "2026-11-21T11:39:16.102901234Z",
  ts_source: "kernel",
  host: "fw",
  source: "conntrack",
  change: "destroy",
  topic: "ct:destroy:tcp",
  id: 230710034,
  family: "ip",
  src: "10.9.0.2",
  dst: "10.9.0.77",
  proto: "tcp",
  sport: 40374,
  dport: 80,
  state: "TIME_WAIT",
  status: ["seen_reply", "assured", "confirmed", "dst_nat", "src_nat_done", "dst_nat_done"],
  mark: 42,
  nat: { dst: "10.9.0.1", dport: 8080 },
  orig: { packets: 5, bytes: 271 },
  reply: { src: "10.9.0.1", dst: "10.9.0.2", sport: 8080, dport: 40374, packets: 4, bytes: 1235 },
  packets: 9,
  bytes: 1506,
  start: "2026-11-21T11:39:14.099554714Z",
  start_source: "kernel",
  stop: "2026-11-21T11:39:16.102854343Z",
  duration: 2.003299629,
  community_id: "1:LQU9qZlK+B5F3KDmev6m5PMibrg=",
};

/** The beginning of a flow of UDP over IPv6, without counters and times. */
export const BEGUN: FlowEvent = {
  schema: 1,
  kind: "flow",
  ts: "2026-11-21T11:39:14.104124425Z",
  ts_source: "reader",
  source: "conntrack",
  change: "new",
  topic: "ct:new:udp",
  id: 3538731058,
  family: "ip6",
  src: "2001:db8::2",
  dst: "2001:db8::1",
  proto: "udp",
  sport: 52147,
  dport: 9999,
  status: ["confirmed", "src_nat_done", "dst_nat_done"],
  timeout: 30,
  reply: { src: "2001:db8::1", dst: "2001:db8::2", sport: 9999, dport: 52147 },
};

/** An echo that was answered, changed. */
export const ECHO: FlowEvent = {
  schema: 1,
  kind: "flow",
  ts: "2026-11-21T11:39:14.104124425Z",
  ts_source: "reader",
  source: "conntrack",
  change: "update",
  topic: "ct:update:icmp",
  id: 7,
  family: "ip",
  src: "10.9.0.2",
  dst: "10.9.0.1",
  proto: "icmp",
  icmp: { type: 8, code: 0, id: 14655 },
  status: ["seen_reply", "confirmed"],
  timeout: 30,
  reply: { src: "10.9.0.1", dst: "10.9.0.2", icmp: { type: 0, code: 0, id: 14655 } },
};

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
