import { describe, expect, test } from "vitest";
import type { CaptureIndex } from "../../../src/core/capture/capture-index.ts";
import { captureFileName, parseCaptureName } from "../../../src/core/capture/file-name.ts";
import { capturesIn, holdsPrefix, holdsSpan, isPart } from "../../../src/core/capture/find.ts";
import { zone } from "../../helpers/zones.ts";

const utc = (): number => 0;
const ALL = { since: undefined, until: undefined };
const NAMES = [
  "pcap-20261129100000-1.pcapng",
  "pcap-20261129090000.pcapng",
  "pcap-20261129090000.pcapng.index.json",
  "pcap-20261129100000.pcapng",
  "pcap-20261129110000.pcapng.part",
  "pcap-20261129080000.pcap",
  "pcap-20261129100000-10.pcapng",
  "removed.ndjson",
  ".lock",
];

test("captures stand in the order in which they were begun; what is no capture is left out", () => {
  expect(capturesIn(NAMES, ALL, utc)).toEqual([
    "pcap-20261129080000.pcap",
    "pcap-20261129090000.pcapng",
    "pcap-20261129100000.pcapng",
    "pcap-20261129100000-1.pcapng",
    "pcap-20261129100000-10.pcapng",
    "pcap-20261129110000.pcapng.part",
  ]);
  expect(NAMES.filter(isPart)).toEqual(["pcap-20261129110000.pcapng.part"]);
});

describe("what names rule out is not looked at", () => {
  test.each([
    [
      "a moment in the first",
      { since: "2026-11-29T08:30:00.000000000Z", until: "2026-11-29T08:30:00.000000000Z" },
      ["08"],
    ],
    ["what came since then", { since: "2026-11-29T10:30:00.000000000Z", until: undefined }, ["10", "11"]],
    ["what came up to then", { since: undefined, until: "2026-11-29T09:30:00.000000000Z" }, ["08", "09"]],
    [
      "near a turn both",
      { since: "2026-11-29T09:00:10.000000000Z", until: "2026-11-29T09:00:10.000000000Z" },
      ["08", "09"],
    ],
  ] as const)("%s", (_, span, hours) => {
    const found = capturesIn(NAMES, span, utc).map((name) => name.slice(13, 15));
    expect([...new Set(found)]).toEqual(hours);
  });

  test("names are of local time", () => {
    const span = { since: "2026-11-29T06:00:00.000000000Z", until: "2026-11-29T06:00:00.000000000Z" };
    expect(capturesIn(NAMES, span, () => 210)).toEqual(["pcap-20261129090000.pcapng"]);
  });
});

const INDEX: CaptureIndex = {
  ...{ version: 1, file: "f", link: "raw", from: "NFLOG group 1", host: "h", bytes: 1, packets: 2 },
  ...{ first: "2026-11-29T10:00:00.000000000Z", last: "2026-11-29T10:59:59.000000000Z" },
  ...{ prefixes: { "drop:input ": 2 }, others: 0, interfaces: [], lost: 0, ended: "time" },
};
const found = (index: CaptureIndex | undefined) => ({ name: "f", begun: 0, index });

test("an index tells what a capture holds; without one it may be anything", () => {
  const before = { since: undefined, until: "2026-11-29T09:59:59.999999999Z" };
  const behind = { since: "2026-11-29T10:59:59.000000001Z", until: undefined };
  const within = { since: "2026-11-29T10:30:00.000000000Z", until: "2026-11-29T10:30:00.000000000Z" };
  expect([before, behind, within, ALL].map((span) => holdsSpan(found(INDEX), span))).toEqual([
    false,
    false,
    true,
    true,
  ]);
  expect(holdsSpan(found(undefined), before)).toBe(true);
  const isDrop = (prefix: string): boolean => prefix.startsWith("drop:");
  const isOther = (prefix: string): boolean => prefix.startsWith("wan:");
  expect([isDrop, isOther].map((isWanted) => holdsPrefix(found(INDEX), isWanted))).toEqual([true, false]);
  expect(holdsPrefix(found({ ...INDEX, others: 1 }), isOther)).toBe(true);
  expect(holdsPrefix(found(undefined), isOther)).toBe(true);
});

test("a name says when a capture was begun", () => {
  const name = captureFileName(Date.parse("2026-11-29T09:32:07Z"), 60, 2);
  expect(name).toBe("pcap-20261129103207-2.pcapng");
  expect(parseCaptureName(name)).toEqual({ day: "2026-11-29", begun: "2026-11-29T10:32:07", number: 2 });
});

test.each(["20261329000000", "20261132000000", "20261129250000", "20261129236000", "20260230000000", "20261129240000"])(
  "%s is no time: a file of that name is no capture",
  (digits) => {
    expect(parseCaptureName(`pcap-${digits}.pcapng`)).toBeUndefined();
  },
);

describe("in an hour that is there twice", () => {
  const berlin = zone("Europe/Berlin");
  const at = (time: string) => ({ since: `2026-10-25T${time}Z`, until: `2026-10-25T${time}Z` });
  const found = (names: readonly string[], time: string): string[] =>
    capturesIn(
      names.map((name) => `pcap-20261025${name}.pcap`),
      at(time),
      berlin,
    ).map((name) => name.slice(13, -5));

  test.each([
    ["00:30:00", ["010000", "020000", "020000-1"]],
    ["01:30:00", ["020000", "020000-1"]],
    ["02:30:00", ["030000"]],
    ["23:30:00", ["030000"]],
  ])("at %s", (time, expected) => {
    expect(found(["010000", "020000", "020000-1", "030000"], time)).toEqual(expected);
  });

  test("also where the second time is begun earlier than the first", () => {
    expect(found(["010000", "021500", "023000", "030000"], "01:45:00")).toContain("021500");
    expect(found(["010000", "021500", "023000", "030000"], "00:10:00")).toContain("010000");
  });
});
