import { describe, expect, test } from "vitest";
import type { FlowEvent } from "../../../../../src/core/event/event.ts";
import { encodeZeek } from "../../../../../src/core/event/formats/flow/zeek.ts";
import { BEGUN, ECHO, ENDED } from "../../../../helpers/flows.ts";

describe("encodeZeek", () => {
  test("a flow that ended", () => {
    expect(encodeZeek(ENDED)).toBe(
      '{"ts":1795261154.099554,"uid":"CA1jRE4RkyOsTZocU",' +
        '"id.orig_h":"10.9.0.2","id.orig_p":40374,"id.resp_h":"10.9.0.77","id.resp_p":80,"proto":"tcp","ip_proto":6,' +
        '"duration":2.0033,"conn_state":"SF","orig_pkts":5,"orig_ip_bytes":271,"resp_pkts":4,"resp_ip_bytes":1235,' +
        '"community_id":"1:LQU9qZlK+B5F3KDmev6m5PMibrg="}',
    );
  });

  test("one without counters and times; the ports of ICMP are its type and code", () => {
    expect(encodeZeek({ ...ECHO, change: "destroy", proto: "icmpv6", icmp: { type: 128, code: 0, id: 1 } })).toBe(
      '{"ts":1795261154.104124,"uid":"C7","id.orig_h":"10.9.0.2","id.orig_p":128,"id.resp_h":"10.9.0.1","id.resp_p":0,' +
        '"proto":"icmp","ip_proto":58,"conn_state":"OTH"}',
    );
  });

  test("what has not ended has no line", () => {
    expect([BEGUN, ECHO, { ...ENDED, change: "listed" as const }].map(encodeZeek)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("two flows that had the same number have two names", () => {
    const uidOf = (event: FlowEvent): unknown => JSON.parse(encodeZeek(event) ?? "").uid;
    expect(uidOf({ ...ENDED, start: "2026-11-21T11:39:14.099554715Z" })).not.toBe(uidOf(ENDED));
  });

  test.each<[string, Partial<FlowEvent>, string | undefined]>([
    ["TCP that nobody answered", { state: "SYN_SENT", status: [] }, "S0"],
    ["refused", { state: "CLOSE", status: [] }, "REJ"],
    ["reset, nobody knows by whom", { state: "CLOSE" }, undefined],
    ["still open", { state: "ESTABLISHED" }, "S1"],
    ["seen in the middle, from one side", { state: "ESTABLISHED", status: [] }, "OTH"],
    ["half closed by who began it", { state: "FIN_WAIT", protoinfo: { flags_orig: 0x27, flags_reply: 0x23 } }, "S2"],
    ["half closed by who answered", { state: "CLOSE_WAIT", protoinfo: { flags_reply: 0x27 } }, "S3"],
    ["half closed, nobody knows by whom", { state: "FIN_WAIT" }, undefined],
    ["closed by both", { state: "LAST_ACK" }, "SF"],
    ["a state that is not told", { state: "SYN_RECV" }, undefined],
    ["UDP that was answered", { proto: "udp" }, "SF"],
    ["UDP that was not", { proto: "udp", status: [] }, "S0"],
    ["GRE", { proto: "gre" }, undefined],
  ])("%s", (_, fields, state) => {
    expect(JSON.parse(encodeZeek({ ...ENDED, ...fields }) ?? "").conn_state).toBe(state);
  });
});
