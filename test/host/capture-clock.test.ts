import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { captureFileName } from "../../src/core/capture/file-name.ts";
import { FileTally } from "../../src/core/capture/file-tally.ts";
import type { CaptureWish, RingBounds } from "../../src/core/capture/wish.ts";
import { localOffset } from "../../src/host/capture/local-offset.ts";
import { Ring } from "../../src/host/capture/ring.ts";

const [HOUR, DAY] = [3_600_000, 86_400_000];
const PLACE = mkdtempSync(join(tmpdir(), "netlogctl-ring-clock-"));
const NOW = Date.parse("2026-11-29T10:00:00Z");
const BOUNDS: RingBounds = { filesMax: undefined, bytesMax: undefined, ageSecondsMax: DAY / 1000, freeBytesMin: 0 };
afterAll(() => rmSync(PLACE, { recursive: true, force: true }));

let directory: string;
let notes: string[];
let clock: { wallMs: number; steadyMs: number };
beforeEach(() => {
  directory = mkdtempSync(join(PLACE, "ring-"));
  notes = [];
  clock = { wallMs: NOW, steadyMs: 1000 };
});

const pass = (ms: number): void => {
  clock = { wallMs: clock.wallMs + ms, steadyMs: clock.steadyMs + ms };
};
const put = (ms: number): void => {
  clock = { ...clock, wallMs: clock.wallMs + ms };
};
const nameAt = (ms: number): string => captureFileName(ms, localOffset(ms));
const left = (): string[] => readdirSync(directory).filter((name) => /\.pcapng(\.part)?$/.test(name));

function open(bounds: Partial<RingBounds> = {}): Ring {
  const ring = { directory, rotation: { everySeconds: 3600, bytesMax: 1e8 }, bounds: { ...BOUNDS, ...bounds } };
  const source = { kind: "pipe", file: -1, interface: "lo", netnsPath: undefined } as const;
  const wish: CaptureWish = {
    ...{ ring, source, from: "interface lo", host: "h", netns: undefined, countMax: undefined, turns: 0, dropped: 0 },
  };
  return new Ring(
    wish,
    () => clock.wallMs,
    (text) => void notes.push(text),
    () => clock,
  );
}

/** A capture that was closed so long ago. */
function closed(agoMs: number): string {
  const name = nameAt(NOW - agoMs);
  writeFileSync(join(directory, name), "x");
  const modified = new Date(NOW - agoMs + HOUR);
  utimesSync(join(directory, name), modified, modified);
  return name;
}

function begin(ring: Ring): string {
  ring.begin({ seconds: clock.wallMs / 1000, nanoseconds: 0 }, 1);
  expect(ring.write(Buffer.alloc(64), 1)).toBe(true);
  return nameAt(clock.wallMs);
}

function close(ring: Ring): void {
  const tally = new FileTally();
  tally.add(tally.countOf("p "), 1, 0);
  tally.keep();
  ring.close(tally, "time");
}

test.each([
  ["forward two days", 2 * DAY],
  ["back before all of it", -26 * 365 * DAY],
])("the clock is put %s: no capture goes before its real age, none stays longer, and it is said", (_, step) => {
  const [old, young] = [closed(20 * HOUR), closed(2 * HOUR)];
  const ring = open();
  const written = begin(ring);
  expect(ring.wasClockPut()).toBe(false);
  put(step);
  expect(ring.wasClockPut()).toBe(true);
  expect(ring.wasClockPut()).toBe(false);
  close(ring);
  expect(left()).toEqual([old, young, written].toSorted());
  const next = begin(ring);
  close(ring);
  expect(next < written).toBe(step < 0);
  pass(5 * HOUR);
  ring.enforce();
  expect(left()).toEqual([young, written, next].toSorted());
  put(-step);
  ring.enforce();
  expect(left()).toEqual([young, written, next].toSorted());
  pass(20 * HOUR);
  ring.enforce();
  expect(left()).toEqual([]);
  const [there, back] = step > 0 ? ["forward", "back"] : ["back", "forward"];
  expect(notes).toEqual([
    expect.stringMatching(`^the clock was put ${there} by .*: the next packet begins a new file`),
    expect.stringMatching(`^the clock was put ${back} by `),
  ]);
});

test("where a packet or a write comes before the clock was looked at, nothing goes either", () => {
  const young = closed(2 * HOUR);
  const ring = open();
  const written = begin(ring);
  put(2 * DAY);
  expect(ring.write(Buffer.alloc(64), 1)).toBe(true);
  expect(left()).toEqual([young, `${written}.part`]);
  close(ring);
  put(2 * DAY);
  const next = begin(ring);
  expect(left()).toEqual([young, written, `${next}.part`]);
  // It is of the clock as it is, and goes on.
  expect(ring.wasClockPut()).toBe(false);
});

test("with a clock that was put back the bounds are looked at while a file is written", () => {
  const ring = open({ bytesMax: 100_000, ageSecondsMax: undefined });
  const old = closed(2 * HOUR);
  begin(ring);
  close(ring);
  put(-2 * DAY);
  const next = begin(ring);
  expect(left()).toContain(old);
  pass(1000);
  expect(ring.write(Buffer.alloc(120_000), 1)).toBe(true);
  expect(left()).toEqual([`${next}.part`]);
});

test("the order in which captures go is that in which they came", () => {
  const ring = open({ filesMax: 2, ageSecondsMax: undefined });
  const names: string[] = [];
  for (const step of [0, 2 * DAY, -2 * DAY]) {
    put(step);
    pass(60_000);
    names.push(begin(ring));
    close(ring);
  }
  expect(left()).toEqual(names.slice(1).toSorted());
});

test("a clock that is adjusted as it goes is not put", () => {
  const ring = open();
  for (let second = 0; second < 60; second += 1) {
    pass(1000);
    put(second % 2 === 0 ? 900 : -900);
    expect(ring.wasClockPut()).toBe(false);
  }
  expect(notes).toEqual([]);
});
