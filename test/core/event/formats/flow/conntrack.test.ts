import { describe, expect, test } from "vitest";
import type { FlowEvent } from "../../../../../src/core/event/event.ts";
import { encodeConntrack } from "../../../../../src/core/event/formats/flow/conntrack.ts";
import { BEGUN, ECHO, ENDED } from "../../../../helpers/flows.ts";

describe("encodeConntrack", () => {
  test.each<[string, FlowEvent, string]>([
    [
      "a flow that ended",
      ENDED,
      "[1795261156.102901]\t[DESTROY] tcp      6 TIME_WAIT src=10.9.0.2 dst=10.9.0.77 sport=40374 dport=80 packets=5 bytes=271 " +
        "src=10.9.0.1 dst=10.9.0.2 sport=8080 dport=40374 packets=4 bytes=1235 [ASSURED] mark=42 delta-time=2 id=230710034",
    ],
    [
      "one that began",
      BEGUN,
      "[1795261154.104124]\t    [NEW] udp      17 30 src=2001:db8::2 dst=2001:db8::1 sport=52147 dport=9999 [UNREPLIED] " +
        "src=2001:db8::1 dst=2001:db8::2 sport=9999 dport=52147 id=3538731058",
    ],
    [
      "an echo, whose two numbers are both called id",
      ECHO,
      "[1795261154.104124]\t [UPDATE] icmp     1 30 src=10.9.0.2 dst=10.9.0.1 type=8 code=0 id=14655 " +
        "src=10.9.0.1 dst=10.9.0.2 type=0 code=0 id=14655 id=7",
    ],
    [
      "GRE has keys",
      { ...BEGUN, proto: "gre", sport: 0, dport: 0x1234, reply: { src: "a", dst: "b", sport: 0x1234, dport: 0 } },
      "[1795261154.104124]\t    [NEW] gre      47 30 src=2001:db8::2 dst=2001:db8::1 srckey=0x0 dstkey=0x1234 [UNREPLIED] " +
        "src=a dst=b srckey=0x1234 dstkey=0x0 id=3538731058",
    ],
    [
      "how a flow stands, as conntrack -L has it",
      { ...BEGUN, change: "listed", zone_orig: 6, zone: 5, use: 1, mark: 0, port_id: 9 },
      "udp      17 30 src=2001:db8::2 dst=2001:db8::1 sport=52147 dport=9999 zone-orig=6 [UNREPLIED] " +
        "src=2001:db8::1 dst=2001:db8::2 sport=9999 dport=52147 mark=0 zone=5 use=1 id=3538731058",
    ],
    [
      "all that may stand behind the ends, in its order",
      {
        ...ENDED,
        secctx: "system_u:object_r:unlabeled_t:s0",
        zone: 7,
        zone_reply: 8,
        helper: "ftp",
        use: 2,
        port_id: 99,
      },
      "[1795261156.102901]\t[DESTROY] tcp      6 TIME_WAIT src=10.9.0.2 dst=10.9.0.77 sport=40374 dport=80 packets=5 bytes=271 " +
        "src=10.9.0.1 dst=10.9.0.2 sport=8080 dport=40374 zone-reply=8 packets=4 bytes=1235 [ASSURED] mark=42 " +
        "secctx=system_u:object_r:unlabeled_t:s0 zone=7 delta-time=2 helper=ftp use=2 id=230710034 [USERSPACE] portid=99",
    ],
  ])("%s", (_, event, line) => {
    expect(encodeConntrack(event)).toBe(line);
  });

  // What libnetfilter_conntrack 1.0.9 itself made of such messages.
  test.each<[string, Partial<FlowEvent>, string]>([
    ["a state of DCCP", { proto: "dccp", state: "PARTOPEN" }, "dccp     33 PARTOPEN src"],
    ["the ninth state of TCP", { state: "SYN_SENT2" }, "tcp      6 SYN_SENT2 src"],
    ["one without a name", { state: "10" }, "tcp      6 NONE src"],
    ["one of SCTP", { proto: "sctp", state: "HEARTBEAT_ACKED" }, "sctp     132 HEARTBEAT_ACKED src"],
    ["a protocol without a name", { proto: "esp" }, "unknown  50 src=10.9.0.2 dst=10.9.0.77 packets"],
    [
      "hardware goes over software",
      { status: ["seen_reply", "assured", "offload", "hw_offload"] },
      "[HW_OFFLOAD] mark",
    ],
    ["offloaded", { status: ["seen_reply", "assured", "offload"] }, "[OFFLOAD] mark"],
    ["a clock that was set back", { stop: "2026-11-21T11:39:13.000000000Z" }, "delta-time=18446744073709551615 id"],
  ])("%s", (_, fields, part) => {
    expect(encodeConntrack({ ...ENDED, ...fields })).toContain(` ${part}`);
  });

  test("ports that the kernel did not tell are 0", () => {
    const { sport, dport, ...event } = BEGUN;
    expect(encodeConntrack({ ...event, proto: "dccp" })).toContain("dst=2001:db8::1 sport=0 dport=0 [UNREPLIED]");
  });

  test("without a stop it counts to the event, and only from a start of the kernel's", () => {
    const { stop, ...event } = ENDED;
    expect(encodeConntrack(event)).toContain("delta-time=2 ");
    expect(encodeConntrack({ ...event, start_source: "reader" })).not.toContain("delta-time");
  });
});
