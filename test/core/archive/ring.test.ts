import { describe, expect, test } from "vitest";
import { ageBytes } from "../../../src/core/archive/age-size.ts";
import { dayAfter, daysFrom, isDay, parseClock, parseZone, wantedDays } from "../../../src/core/archive/days.ts";
import { createEventChoice } from "../../../src/core/archive/event-lines.ts";
import { createKernelChoice, journalBegin } from "../../../src/core/archive/kernel-lines.ts";
import { gapsIn, listDays } from "../../../src/core/archive/listing.ts";
import { emptyManifest } from "../../../src/core/archive/piece.ts";
import { oldDays } from "../../../src/core/archive/prune-vault.ts";
import { parseRing, removedNote } from "../../../src/core/archive/ring.ts";

const NOW = Date.parse("2025-09-01T03:35:00Z");
const LATELY = NOW / 1000 - 60;
const LONG_AGO = NOW / 1000 - 86_400;

describe("days", () => {
  test.each([
    ["+0000", 0],
    ["+0530", 330],
    ["-0330", -210],
    ["+1400", 840],
    ["UTC", undefined],
    ["+9999", undefined],
    ["-1430", undefined],
    ["+0260", undefined],
  ])("a zone: %s", (text, minutes) => {
    expect(parseZone(text)).toBe(minutes);
  });

  test("a clock, and days that there are", () => {
    expect(parseClock("1756699200 +0200")).toEqual({ now: Date.parse("2025-09-01T04:00:00Z"), offsetMinutes: 120 });
    expect(["", "+0200", "1756699200", "999999999999 +0000", "1e9 +0000"].map(parseClock)).toEqual(
      Array.from({ length: 5 }),
    );
    expect(["2024-02-29", "2025-02-29", "2025-10-99", "0000-01-01", "2025-13-01", ""].map(isDay)).toEqual([
      ...[true, false, false, false, false, false],
    ]);
  });

  test("days follow each other, also over the end of a month, and there are none backwards", () => {
    expect(dayAfter("2024-02-28")).toBe("2024-02-29");
    expect(daysFrom("2025-08-30", "2025-09-01")).toEqual(["2025-08-30", "2025-08-31", "2025-09-01"]);
    expect(daysFrom("2025-09-01", "2025-08-30")).toEqual([]);
  });

  const wish = { today: "2025-09-01", lookBackSeconds: 5 * 86_400, withToday: false };
  test.each([
    ["nothing is known", { firstArchived: undefined, held: [] }, "2025-08-31", "2025-08-31"],
    ["the machine has more", { firstArchived: undefined, held: ["2025-08-29"] }, "2025-08-29", "2025-08-31"],
    ["it was archived before", { firstArchived: "2025-08-28", held: ["2025-08-30"] }, "2025-08-28", "2025-08-28"],
    ["that is long ago", { firstArchived: "2025-01-01", held: [] }, "2025-08-27", "2025-08-27"],
    ["only today was archived", { firstArchived: "2025-09-01", held: ["2025-09-01"] }, "2025-08-31", "2025-08-31"],
  ])("where %s, from when on", (_name, known, first, expected) => {
    const days = wantedDays(wish, known);
    expect(days[0]?.day).toBe(first);
    expect(days.find(({ isExpected }) => isExpected)?.day).toBe(expected);
    expect(days.at(-1)?.day).toBe("2025-08-31");
  });

  test("days that are named, and today, which is not expected", () => {
    const known = { firstArchived: undefined, held: [] };
    expect(wantedDays({ ...wish, days: ["2025-08-01", "2025-09-05"] }, known)).toEqual([
      { day: "2025-08-01", isExpected: false, isBeyond: true },
    ]);
    expect(wantedDays({ ...wish, withToday: true }, known).at(-1)).toEqual({
      day: "2025-09-01",
      isExpected: false,
      isBeyond: false,
    });
    const pruned = { firstArchived: "2025-01-01", held: [], prunedDay: "2025-08-29" };
    expect(wantedDays(wish, pruned).map(({ day }) => day)).toEqual(["2025-08-30", "2025-08-31"]);
  });
});

describe("a ring", () => {
  const file = (name: string, modified = LONG_AGO): string => `file 100 ${modified} ./${name}`;

  test("names that are none of a ring are passed over, also hostile ones", () => {
    const lines = [
      "zone +0200",
      file("pcap-20250831100000.pcap"),
      file("pcap-x.pcap"),
      file("../pcap-20250831100000.pcap"),
      "file",
      "x y",
    ];
    const { files, open } = parseRing(lines, NOW);
    expect(files).toEqual([
      {
        name: "pcap-20250831100000.pcap",
        day: "2025-08-31",
        begun: Date.parse("2025-08-31T08:00:00Z"),
        bytes: 100,
        modified: LONG_AGO,
      },
    ]);
    expect(open).toEqual([]);
  });

  test("the newest capture is open while it has no index and was written to lately", () => {
    const [older, newest] = ["pcap-20250901020000.pcap", "pcap-20250901030000.pcap"];
    const lines = [file(older, LATELY), file(newest, LATELY)];
    expect(parseRing(lines, NOW)).toMatchObject({ files: [{ name: older }], open: [newest] });
    expect(parseRing([...lines, file(`${newest}.index.json`, LATELY)], NOW).open).toEqual([]);
    expect(parseRing([file(newest)], NOW).open).toEqual([]);
  });

  test.each(["20251399000000", "20990101000000"])("also where there is one of %s", (odd) => {
    const [older, newest] = ["pcap-20250901020000.pcap", "pcap-20250901030000.pcap"];
    const lines = [file(older, LATELY), file(newest, LATELY), file(`pcap-${odd}.pcap`)];
    expect(parseRing(lines, NOW).open).toEqual([newest]);
  });

  test("what says no time that there is, or has a name with a line break, is left out and counted", () => {
    const bad = ["pcap-20251099000000.pcapng", "pcap-20251301000000.pcapng", "pcap-20250831256000.pcap"].map((name) =>
      file(name),
    );
    const lines = [
      ...bad,
      "odd",
      "file 9007199254740993 1 ./pcap-20250831110000.pcap",
      file("pcap-20250831100000.pcap"),
    ];
    expect(parseRing(lines, NOW).files).toMatchObject([{ name: "pcap-20250831100000.pcap" }]);
    expect(parseRing(lines, NOW).odd).toBeGreaterThanOrEqual(2);
    const removed = [
      "removed",
      '{"file":"pcap-20251099000000.pcap"}',
      '{"file":"pcap-20250831000000.pcap","packets":1e999}',
    ];
    expect(parseRing(removed, NOW).removed).toEqual([
      { name: "pcap-20250831000000.pcap", day: "2025-08-31", packets: 0 },
    ]);
    expect(journalBegin("2026-10-99T00:00:00+0000 host kernel: x")).toBeUndefined();
  });

  test("a capture whose name is of days to come does not close the one that is written", () => {
    const [open, ahead] = ["pcap-20250901030000.pcap", "pcap-20990101000000.pcap"];
    expect(parseRing([file(open, LATELY), file(ahead)], NOW).open).toEqual([open]);
  });

  test("what it deleted is said of its day, unless it was archived before", () => {
    const line = (hour: string, packets: unknown): string =>
      JSON.stringify({ file: `pcap-20250831${hour}0000.pcapng`, packets });
    const ring = parseRing(["zone +0000", "removed", line("01", 5), line("02", "x"), '{"file":7}', "{"], NOW);
    expect(removedNote(ring, "2025-08-31", undefined)).toBe(
      "the ring had deleted 2 captures from pcap-20250831010000.pcapng on, 5 packets",
    );
    expect(removedNote(ring, "2025-08-30", undefined)).toBeUndefined();
    const member = { name: "pcap-20250831020000.pcapng", bytes: 1, sha256: "0".repeat(64) };
    const archived = {
      name: "pcaps-2025-08-31.tgz",
      kind: "captures" as const,
      bytes: 1,
      sha256: member.sha256,
      isEncrypted: false,
    };
    const known = { ...archived, members: [member], count: 0, lost: 0, prefixes: {} };
    const manifest = { ...emptyManifest("edge", "2025-08-31"), files: [known] };
    expect(removedNote(ring, "2025-08-31", manifest)).toBe(
      "the ring had deleted pcap-20250831010000.pcapng, 5 packets",
    );
  });
});

test("when a journal begins", () => {
  expect(journalBegin("2025-08-31T10:00:00.000000+0200 edge kernel: x")).toBe("2025-08-31T10:00:00.000000+0200");
  expect(journalBegin("-- No entries --")).toBeUndefined();
  expect(journalBegin(undefined)).toBeUndefined();
});

test("lines are counted by their prefixes, in whatever order their times are", () => {
  const choice = createKernelChoice("2025-08-31", ["a:", "b:"]);
  const lines = [
    "2025-08-31T12:00:00.5+0200 h kernel: b:x",
    "2025-08-31T11:00:00+0200 h kernel: a:x",
    "2025-08-31T11:00:00+0200 h kernel: c:x",
    "",
  ];
  expect(lines.map(choice.take)).toEqual([true, true, false, false]);
  expect(choice.tally()).toEqual({
    count: 2,
    lost: 0,
    first: "2025-08-31T09:00:00.000000000Z",
    last: "2025-08-31T10:00:00.500000000Z",
    prefixes: { "a:": 1, "b:": 1 },
  });
  const events = createEventChoice();
  events.take('{"kind":"loss","count":"x"}');
  events.take('{"kind":"flow","ts":5}');
  expect(events.tally()).toEqual({ count: 1, lost: 0, prefixes: {} });
});

test("the size of what age wrote is known from its head and what was in it", () => {
  const head = Buffer.from("age-encryption.org/v1\n-> X25519 abc\ndef\n--- mac\n");
  expect(ageBytes(head, 0)).toBe(head.length + 32);
  expect(ageBytes(head, 65_536)).toBe(head.length + 32 + 65_536);
  expect(ageBytes(head, 65_537)).toBe(head.length + 48 + 65_537);
  expect(ageBytes(Buffer.from("age-encryption.org/v1\nno end"), 0)).toBeUndefined();
  expect(ageBytes(Buffer.from("something else\n--- mac\n"), 0)).toBeUndefined();
});

test("a capture without an index is taken to last until the next was begun, or for an hour", () => {
  const member = (hour: string) => ({ name: `pcap-20250831${hour}.pcap`, bytes: 1, sha256: "0".repeat(64) });
  const file = {
    ...{
      name: "pcaps-2025-08-31.tgz",
      kind: "captures" as const,
      bytes: 1,
      sha256: "0".repeat(64),
      isEncrypted: false,
    },
    ...{ members: [member("100000"), member("110000"), member("140000")], count: 0, lost: 0, prefixes: {} },
  };
  const manifest = { ...emptyManifest("edge", "2025-08-31"), files: [file] };
  const at = (time: string): string[] => {
    const wish = { at: `2025-08-31T${time}.000000000Z`, offsetMinutes: 120 };
    return listDays([manifest], wish).flatMap(({ files }) =>
      files.flatMap(({ members }) => members.map(({ name }) => name.slice(13, 15))),
    );
  };
  expect(at("08:30:00")).toEqual(["10"]);
  expect(at("10:59:00")).toEqual(["11"]);
  expect(at("12:30:00")).toEqual(["14"]);
  expect(at("13:30:00")).toEqual([]);
  expect(gapsIn([manifest, { machine: "other", day: "2025-09-09" }])).toEqual([]);
});

test("of days of one age those of all machines go, and by size the oldest first", () => {
  const day = (machine: string, of: string, bytes: number) => ({
    ...emptyManifest(machine, of),
    files: [
      {
        name: "x",
        kind: "events" as const,
        bytes,
        sha256: "0".repeat(64),
        isEncrypted: false,
        members: [],
        count: 0,
        lost: 0,
        prefixes: {},
      },
    ],
  });
  const all = [
    day("a", "2025-08-29", 10),
    day("a", "2025-08-31", 10),
    day("b", "2025-08-29", 10),
    day("b", "2025-08-30", 10),
  ];
  const gone = (wish: object) =>
    oldDays(all, { today: "2025-09-01", ...wish }).map((one) => `${one.machine} ${one.day} ${one.why}`);
  expect(gone({ bytesMax: 30 })).toEqual(["a 2025-08-29 size"]);
  expect(gone({ bytesMax: 5 })).toEqual(["a 2025-08-29 size", "b 2025-08-29 size", "b 2025-08-30 size"]);
  expect(gone({ keepSeconds: 2 * 86_400, bytesMax: 10 })).toEqual([
    "a 2025-08-29 age",
    "b 2025-08-29 age",
    "b 2025-08-30 size",
  ]);
  expect(gone({ keepSeconds: 86_400 })).toHaveLength(3);
  expect(oldDays(all, { today: "2026-09-01", keepSeconds: 86_400 })).toHaveLength(3);
  expect(gone({})).toEqual([]);
  expect(oldDays([], { today: "2025-09-01", bytesMax: 1 })).toEqual([]);
});
