import { describe, expect, test } from "vitest";
import type { FlowEvent } from "../../../../../src/core/event/event.ts";
import { pythonSeconds } from "../../../../../src/core/event/formats/flow/python-seconds.ts";
import { encodeVyos, encodeVyosFixed } from "../../../../../src/core/event/formats/flow/vyos.ts";
import { encodeVyosDebug } from "../../../../../src/core/event/formats/flow/vyos-debug.ts";
import { BEGUN, ECHO, ENDED } from "../../../../helpers/flows.ts";

const ENDS = "src=10.9.0.2 dst=10.9.0.77 sport=40374 dport=80";
const BACK = "src=10.9.0.1 dst=10.9.0.2 sport=8080 dport=40374";
const TIMES = "start=1795261154099554714 stop=1795261156102854343 delta=2.0033 ";

describe("encodeVyos", () => {
  test.each<[string, FlowEvent, string | undefined]>([
    [
      "a flow that ended: two blanks before [ASSURED], one at the end",
      ENDED,
      `[DESTROY] 230710034 tcp      6 TIME_WAIT ${ENDS} ${BACK} mark=42  [ASSURED] ${TIMES}`,
    ],
    [
      "one that began",
      BEGUN,
      "[NEW]     3538731058 udp      17 30 src=2001:db8::2 dst=2001:db8::1 sport=52147 dport=9999 [UNREPLIED] " +
        "src=2001:db8::1 dst=2001:db8::2 sport=9999 dport=52147 ",
    ],
    [
      "an echo",
      ECHO,
      "[UPDATE]  7 icmp     1 30 src=10.9.0.2 dst=10.9.0.1 type=8 code=0 id=14655 " +
        "src=10.9.0.1 dst=10.9.0.2 type=0 code=0 id=14655 ",
    ],
    ["how a flow stands", { ...ENDED, change: "listed" }, undefined],
  ])("%s", (_, event, line) => {
    expect(encodeVyos(event)).toBe(line);
  });

  // What the program itself made of such messages.
  test.each<[string, Partial<FlowEvent>, string]>([
    ["DCCP has no state, and no name", { proto: "dccp", state: "PARTOPEN" }, "unknown  33 src"],
    ["the ninth state of TCP", { state: "SYN_SENT2" }, "tcp      6 LISTEN src"],
    ["the tenth", { state: "10" }, "tcp      6 MAX src"],
    ["the fourteenth", { state: "14" }, "tcp      6 TIMEOUT_MAX src"],
    ["one that has no name", { state: "15" }, "tcp      6 unknown src"],
    ["none", { state: "NONE" }, "tcp      6 unknown src"],
    ["the eighth state of SCTP", { proto: "sctp", state: "HEARTBEAT_SENT" }, "sctp     132 HEARTBEAT_SENT src"],
    ["the eleventh", { proto: "sctp", state: "11" }, "sctp     132 unknown src"],
    ["a protocol without a name", { proto: "253" }, "unknown  253 src"],
    ["UDP-Lite", { proto: "udplite" }, "unknown  136 src"],
  ])("%s", (_, fields, part) => {
    expect(encodeVyos({ ...ENDED, ...fields })).toContain(` ${part}`);
  });

  test.each<[string, FlowEvent["status"], string]>([
    ["offloaded", ["seen_reply", "assured", "offload"], "  [OFFLOAD] portid=5 "],
    ["by hardware alone", ["seen_reply", "assured", "hw_offload"], "  [ASSURED] portid=5 "],
    ["neither", ["seen_reply"], " portid=5 "],
  ])("%s", (_, status, end) => {
    const { mark, stop, ...event } = ENDED;
    expect(encodeVyos({ ...event, status, port_id: 5 })).toMatch(
      new RegExp(`dport=40374${end.replaceAll("[", "\\[")}$`),
    );
  });

  test("a beginning that was only read is no time of the kernel's", () => {
    expect(encodeVyos({ ...ENDED, start_source: "reader" })).not.toContain("start=");
  });
});

test("encodeVyosFixed has the counters behind the ends", () => {
  expect(encodeVyosFixed(ENDED)).toBe(
    `[DESTROY] 230710034 tcp      6 TIME_WAIT ${ENDS} packets=5 bytes=271 ${BACK} packets=4 bytes=1235 mark=42  [ASSURED] ${TIMES}`,
  );
  expect(encodeVyosFixed(BEGUN)).toBe(encodeVyos(BEGUN));
});

test("encodeVyosDebug", () => {
  const line = encodeVyosDebug("[NEW] x ", BEGUN, { offsetMinutes: 60, process: 1 });
  expect(line).toBe(`[2026-11-21 12:39:14,104] DEBUG: [Process-1]: [NEW] x  raw: ${JSON.stringify(BEGUN)}`);
});

// Texts of CPython 3.11.
test.each([
  [0n, "0.0"],
  [1500n, "2e-06"],
  [2500n, "2e-06"],
  [2501n, "3e-06"],
  [16_294n, "1.6e-05"],
  [99_999_499n, "0.099999"],
  [100_000n, "0.0001"],
  [99_000n, "9.9e-05"],
  [2_003_299_629n, "2.0033"],
  [2_000_000_000n, "2.0"],
  [999_999_999n, "1.0"],
  [-500_000_000n, "-0.5"],
  [1_000_000_000_123_456_788n, "1000000000.123457"],
])("%d nanoseconds are %s for Python", (nanoseconds, text) => {
  expect(pythonSeconds(nanoseconds)).toBe(text);
});
