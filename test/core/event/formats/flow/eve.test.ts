import { describe, expect, test } from "vitest";
import type { FlowEvent } from "../../../../../src/core/event/event.ts";
import { encodeFlowEve } from "../../../../../src/core/event/formats/flow/eve.ts";
import { BEGUN, ENDED } from "../../../../helpers/flows.ts";

describe("encodeFlowEve", () => {
  test("a flow that ended", () => {
    expect(encodeFlowEve(ENDED)).toBe(
      '{"timestamp":"2026-11-21T11:39:16.102901+0000","flow_id":230710034,"event_type":"flow",' +
        '"src_ip":"10.9.0.2","src_port":40374,"dest_ip":"10.9.0.77","dest_port":80,"proto":"TCP",' +
        '"flow":{"pkts_toserver":5,"pkts_toclient":4,"bytes_toserver":271,"bytes_toclient":1235,' +
        '"start":"2026-11-21T11:39:14.099554+0000","end":"2026-11-21T11:39:16.102854+0000","age":2,"state":"closed",' +
        '"reason":"timeout"},"tcp":{"state":"time_wait"},"host":"fw","community_id":"1:LQU9qZlK+B5F3KDmev6m5PMibrg=",' +
        '"netfilter":{"kind":"flow","change":"destroy","id":230710034,"family":"ip","state":"TIME_WAIT",' +
        '"status":["seen_reply","assured","confirmed","dst_nat","src_nat_done","dst_nat_done"],"mark":42,' +
        '"nat":{"dst":"10.9.0.1","dport":8080},' +
        '"reply":{"src":"10.9.0.1","dst":"10.9.0.2","sport":8080,"dport":40374,"packets":4,"bytes":1235},' +
        '"start_source":"kernel"}}',
    );
  });

  const flowOf = (event: FlowEvent): unknown => JSON.parse(encodeFlowEve(event)).flow;

  test("one that began", () => {
    expect(flowOf(BEGUN)).toEqual({ state: "new" });
  });

  test.each<[string, Partial<FlowEvent>, object]>([
    ["by a program", { port_id: 9 }, { state: "closed", reason: "forced" }],
    ["found only later", { resync: true }, { state: "closed" }],
    ["open", { state: "ESTABLISHED" }, { state: "established", reason: "timeout" }],
    ["not yet", { state: "SYN_RECV" }, { state: "new", reason: "timeout" }],
    ["offloaded", { status: ["offload"] }, { state: "bypassed", reason: "timeout" }],
    ["UDP that was answered", { proto: "udp" }, { state: "established", reason: "timeout" }],
  ])("%s", (_, fields, told) => {
    const { start, ...event } = ENDED;
    expect(flowOf({ ...event, orig: {}, reply: { src: "a", dst: "b" }, ...fields })).toEqual({
      end: "2026-11-21T11:39:16.102854+0000",
      ...told,
    });
  });

  test("a state without a word of Suricata's is not told as one", () => {
    expect(JSON.parse(encodeFlowEve({ ...ENDED, state: "11" })).tcp).toBeUndefined();
  });
});
