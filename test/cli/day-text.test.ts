import { expect, test } from "vitest";
import { dayLines, momentLines, unpackedLine } from "../../src/cli/day-text.ts";
import { createLines } from "../../src/core/event/lines.ts";
import { createEventReader } from "../../src/core/event/read-events.ts";
import { createEventWriter } from "../../src/core/event/write-events.ts";
import { DAY, logLine, MESSAGES } from "../helpers/opened-days.ts";

const index = {
  ...{ packets: 3, lost: 0, prefixes: {} },
  first: "2025-08-30T22:15:00.000000000Z",
  last: "2025-08-31T21:59:59.900000000Z",
};
const edge = { machine: "edge", captures: [{ path: "/d/a.pcapng", index }], logs: [], notes: [] };
const day = { day: DAY, directory: "/home/x/my logs", machines: [edge] };

/** The lines in which an event is stored. */
function storedLines(line: string): string[] {
  const reader = createEventReader({ format: "iptables" });
  const told = createLines({
    ...{ fields: "default" as const, payload: undefined },
    ...{ isWanted: undefined, enrich: undefined, encoders: undefined },
  });
  const writer = createEventWriter("json", told);
  return [...reader.push(Buffer.from(line)), ...reader.end()].map((read) => String(writer.encode(read)).trimEnd());
}

test("a time of another day of UTC has its month and day", () => {
  const text = dayLines(day, []).join("\n");
  expect(text).toMatch(/a\.pcapng +08-30 22:15:00 +21:59:59 +3 /);
});

test("events are a line of text each, lines of the kernel log and what is no event stand as they are", () => {
  const syn = logLine("10:32:01.001000", MESSAGES.syn);
  const log = { machine: "edge", path: "/d/events.ndjson", kind: "events" as const };
  const lines = [...storedLines(syn), "{ cut off"];
  expect(lines[0]).toMatch(/^\{/);
  const [event, cut] = dayLines(day, [{ log, lines }]).slice(-2);
  expect(event).toMatch(/^10:32:01\.001 +SYSFW:new .*10\.137\.0\.12:50001 > 192\.0\.2\.80:443/);
  expect(cut).toBe("{ cut off");
  expect(dayLines({ ...day, day: "2025-09-01" }, [{ log, lines }]).at(-2)).toMatch(/^08-31 10:32:01\.001 +SYSFW:new/);
  const kernel = { machine: "edge", path: "/d/nft.log", kind: "kernel-log" as const };
  expect(dayLines(day, [{ log: kernel, lines: lines.slice(0, 1) }]).at(-1)).toBe(lines[0]);
});

test("captures that hold a moment are named by their numbers, and how one is opened is said", () => {
  const captures = [
    { number: 0, ...edge, path: "/d/a.pcapng", index },
    { number: 7, ...edge, path: "/d/b.pcapng" },
  ];
  expect(momentLines(captures)).toEqual([
    "[00] edge a.pcapng holds what was then",
    "[07] edge b.pcapng may hold what was then",
    "--capture N opens the one of that number",
  ]);
  expect(momentLines([])).toEqual([]);
});

test("what deletes it is a command for the shell, and leaves alone what was fetched", () => {
  expect(unpackedLine(day)).toContain("rm -r '/home/x/my logs/edge'");
});
