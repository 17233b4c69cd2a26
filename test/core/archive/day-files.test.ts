import { expect, test } from "vitest";
import { capturesAt, capturesOf, logsOf, mayHold, timeOn } from "../../../src/core/archive/day-files.ts";

const index = {
  ...{ packets: 2, lost: 0, prefixes: {} },
  first: "2025-08-31T10:00:00.500000000Z",
  last: "2025-08-31T10:59:59.900000000Z",
};
const at = (time: string): number => Date.parse(`2025-08-31T${time}Z`);

test.each([
  ["09:00:00", "10:00:00.499", false],
  ["09:00:00", "10:00:00.500", true],
  ["10:20:00", "10:20:00", true],
  ["10:59:59.900", "11:10:00", true],
  ["10:59:59.902", "11:10:00", false],
])("a capture from 10:00:00.5 to 10:59:59.9 may hold what was from %s to %s: %s", (from, to, isSo) => {
  expect(mayHold({ index }, [{ fromMs: at(from), toMs: at(to) }])).toBe(isSo);
});

test("one of which nothing is known may hold anything, an empty one nothing", () => {
  const spans = [{ fromMs: 0, toMs: 1 }];
  expect(mayHold({}, spans)).toBe(true);
  expect(mayHold({}, [])).toBe(false);
  expect(mayHold({ index: { packets: 0, lost: 0, prefixes: {} } }, spans)).toBe(false);
});

test("captures are numbered through all machines", () => {
  const machines = ["a", "b"].map((machine) => ({
    ...{ machine, notes: [] },
    captures: [{ path: `/${machine}/1.pcap` }, { path: `/${machine}/2.pcap` }],
    logs: [{ path: `/${machine}/log`, kind: "events" as const }],
  }));
  expect(capturesOf({ machines }).map(({ number, machine, path }) => `${number} ${machine} ${path}`)).toEqual([
    "0 a /a/1.pcap",
    "1 a /a/2.pcap",
    "2 b /b/1.pcap",
    "3 b /b/2.pcap",
  ]);
  expect(logsOf({ machines }).map(({ machine }) => machine)).toEqual(["a", "b"]);
});

test("the captures of a moment are those that hold it, and those of which nothing is known", () => {
  const machine = { machine: "a", notes: [], logs: [], captures: [{ path: "/1", index }, { path: "/2" }] };
  const numbersAt = (ts: string): number[] => capturesAt({ machines: [machine] }, ts, 5000).map(({ number }) => number);
  expect(numbersAt("2025-08-31T10:30:00.000000000Z")).toEqual([0, 1]);
  expect(numbersAt("2025-08-31T09:59:56.000000000Z")).toEqual([0, 1]);
  expect(numbersAt("2025-08-31T12:00:00.000000000Z")).toEqual([1]);
});

test.each([
  ["2025-08-31T10:32:00.900000000Z", "10:32:00"],
  ["2025-08-30T22:15:01.000000000Z", "08-30 22:15:01"],
  ["", ""],
])("%j in a list of 2025-08-31 is %j", (ts, text) => {
  expect(timeOn("2025-08-31", ts)).toBe(text);
});
