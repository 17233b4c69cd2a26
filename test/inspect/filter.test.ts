import { expect, test } from "vitest";
import type { NetlogEvent, PacketEvent } from "../../src/core/event/event.ts";
import { readFilter } from "../../src/inspect/filter.ts";
import { arrivalOf } from "../../src/inspect/source.ts";
import { TypedFilter } from "../../src/inspect/typed-filter.ts";

const EVENT: PacketEvent = {
  ...{ schema: 1, kind: "packet", ts: "2026-11-21T11:37:01.123456789Z", ts_source: "log", source: "nflog" },
  ...{ prefix: "Drop:ssh ", topic: "nft:drop:ssh", in: "eth0", src: "198.51.100.7", src_name: "badhost.example" },
  ...{ dst: "192.0.2.1", proto: "tcp", sport: 40_000, dport: 22, tcp: { flags: ["SYN"], window: 1 } },
};
const LOSS: NetlogEvent = { schema: 1, kind: "loss", ts: EVENT.ts, count: 1, why: "no room" };

test.each([
  ["", "none", true],
  ["ssh", "words", true],
  ["SSH 198.51 :22", "words", true],
  ["badhost", "words", true],
  ["ssh telnet", "words", false],
  ["dport = 22", "expression", true],
  ["src in 198.51.100.0/24 and tcp.flags = SYN", "expression", true],
  ["not dport = 22", "expression", false],
  ["dport", "expression", true],
  ["icmp", "expression", false],
])("%s: %s", (text, kind, passes) => {
  const filter = readFilter(text);
  expect(filter.kind).toBe(kind);
  if (!("test" in filter)) return;
  expect(filter.test(arrivalOf({ event: EVENT }))).toBe(passes);
  expect(filter.test(arrivalOf({ event: LOSS }))).toBe(true);
});

test.each([
  ["dport =", /a value.*the end/],
  ["dport = 22 and", /a field/],
  ["dport 22", /an operator/],
  ["dport = ssh", /a number from 0 to 65535, found "ssh"/],
  ["no.such = 1", /a field of events/],
  ["(dport = 22", /"\)"/],
])("%s is not whole", (text, problem) => {
  expect(readFilter(text)).toMatchObject({ kind: "unfinished", problem: expect.stringMatching(problem) });
});

test("while it is typed, the last good one holds", () => {
  const filter = new TypedFilter();
  for (const key of "dport = 22") filter.press(key);
  const { test: whole } = filter;
  for (const key of " and ") filter.press(key);
  expect(filter.test).not.toBeUndefined();
  expect(filter.problem).toMatch(/a field/);
  filter.press("ctrl-w");
  expect([filter.text, filter.problem]).toEqual(["dport = 22 ", undefined]);
  for (const key of ["ctrl-w", "backspace", "backspace", "backspace"]) filter.press(key);
  expect(filter.text).toBe("dport");
  filter.press("ctrl-u");
  expect([filter.text, filter.test]).toEqual(["", undefined]);
  expect(filter.press("pageup")).toBe(false);
  expect(whole?.(arrivalOf({ event: EVENT }))).toBe(true);
});
