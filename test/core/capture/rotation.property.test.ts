import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { endOfFile, momentsOf } from "../../../src/core/capture/rotation.ts";
import { RUNS } from "../../helpers/runs.ts";
import { zone } from "../../helpers/zones.ts";

const at = (text: string): number => Date.parse(text);
const text = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 19);

/** Berlin in 2026: summer time from 29 March to 25 October, both at 01:00 UTC. */
const berlin = (milliseconds: number): number =>
  milliseconds >= at("2026-03-29T01:00:00Z") && milliseconds < at("2026-10-25T01:00:00Z") ? 120 : 60;
const fixed = (minutes: number) => (): number => minutes;

describe("a file ends at the next turn behind local midnight", () => {
  test.each([
    ["an hour", "2026-11-29T10:32:07Z", 3600, fixed(0), "2026-11-29T11:00:00"],
    ["its own beginning is not its end", "2026-11-29T11:00:00Z", 3600, fixed(0), "2026-11-29T12:00:00"],
    ["25 minutes", "2026-11-29T00:26:00Z", 1500, fixed(0), "2026-11-29T00:50:00"],
    ["midnight comes before a turn", "2026-11-29T23:50:00Z", 25 * 60, fixed(0), "2026-11-30T00:00:00"],
    ["a week ends at midnight", "2026-11-29T10:00:00Z", 604_800, fixed(0), "2026-11-30T00:00:00"],
    ["local midnight", "2026-11-29T10:00:00Z", 86_400, fixed(330), "2026-11-29T18:30:00"],
    ["west of UTC", "2026-11-29T02:00:00Z", 86_400, fixed(-300), "2026-11-29T05:00:00"],
    ["hours of a zone with half ones", "2026-11-29T10:00:00Z", 3600, fixed(330), "2026-11-29T10:30:00"],
    ["a day of 23 hours", "2026-03-28T23:30:00Z", 86_400, berlin, "2026-03-29T22:00:00"],
    ["a day of 25 hours", "2026-10-24T22:30:00Z", 86_400, berlin, "2026-10-25T23:00:00"],
    ["its last hour", "2026-10-25T22:30:00Z", 3600, berlin, "2026-10-25T23:00:00"],
    ["the hour that is there twice", "2026-10-25T01:30:00Z", 3600, berlin, "2026-10-25T02:00:00"],
  ])("%s", (_, begun, every, offsetAt, end) => {
    expect(text(endOfFile(at(begun), every, offsetAt))).toBe(end);
  });

  test("whatever the moment is, the end lies behind it, and on the same local day", () => {
    const moment = fc.integer({ min: at("2026-01-01T00:00:00Z"), max: at("2026-12-31T00:00:00Z") });
    fc.assert(
      fc.property(moment, fc.integer({ min: 1, max: 100_000 }), (begun, every) => {
        const end = endOfFile(begun, every, berlin);
        const dayOf = (one: number): string => text(one + berlin(one) * 60_000).slice(0, 10);
        expect(end).toBeGreaterThan(begun);
        expect(end - begun).toBeLessThanOrEqual(every * 1000);
        expect(dayOf(end - 1)).toBe(dayOf(begun));
      }),
      { numRuns: RUNS },
    );
  });
});

/** Zones in which the clock is put forward or back at midnight, and a year in which it is. */
const ZONES: readonly (readonly [string, number])[] = [
  ...[["America/Santiago", 2025] as const, ["America/Havana", 2025] as const, ["America/Asuncion", 2023] as const],
  ...[
    ["America/Sao_Paulo", 2018] as const,
    ["America/Scoresbysund", 2025] as const,
    ["Atlantic/Azores", 2025] as const,
  ],
  ...[["Asia/Amman", 2021] as const, ["Antarctica/Troll", 2025] as const, ["Africa/Cairo", 2025] as const],
  ...[["Pacific/Apia", 2011] as const, ["Australia/Lord_Howe", 2025] as const],
];

describe.each(ZONES)("in %s", (name, year) => {
  const offsetAt = zone(name);
  const changes: number[] = [];
  for (let hour = at(`${year}-01-01T00:00:00Z`); hour < at(`${year + 1}-01-01T00:00:00Z`); hour += 3_600_000)
    if (offsetAt(hour) !== offsetAt(hour - 1)) changes.push(hour);
  const near = fc
    .tuple(fc.constantFrom(...changes), fc.integer({ min: -30 * 3600, max: 30 * 3600 }))
    .map(([change, seconds]) => change + seconds * 1000);
  const local = (one: number): number => one + offsetAt(one) * 60_000;

  test("around the days on which the clock is put forward or back, the end lies behind the moment, on its day", () => {
    expect(changes.length).toBeGreaterThan(0);
    const every = fc.oneof(fc.constantFrom(60, 3600, 7200, 86_400, 604_800), fc.integer({ min: 1, max: 100_000 }));
    fc.assert(
      fc.property(near, every, (begun, seconds) => {
        const end = endOfFile(begun, seconds, offsetAt);
        expect(end).toBeGreaterThan(begun);
        if (seconds < 86_400) expect(end - begun).toBeLessThanOrEqual(seconds * 1000);
        expect(end - begun).toBeLessThanOrEqual(49 * 3_600_000);
        expect(text(local(end - 1)).slice(0, 10)).toBe(text(local(begun)).slice(0, 10));
      }),
      { numRuns: RUNS },
    );
  });

  test("a moment is one of those that its local time stands for", () => {
    fc.assert(
      fc.property(near, (moment) => {
        const { earliest, latest } = momentsOf(local(moment), offsetAt);
        expect([earliest, latest]).toContain(moment);
        expect(earliest).toBeLessThanOrEqual(latest);
      }),
      { numRuns: RUNS },
    );
  });
});

test("what begins in the first hour of a day that begins at one o'clock goes to its end", () => {
  const end = endOfFile(at("2025-09-07T04:03:41Z"), 3600, zone("America/Santiago"));
  expect(text(end)).toBe("2025-09-07T05:00:00");
});
