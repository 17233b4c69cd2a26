import { expect, test } from "vitest";
import { type CaptureFlags, captureSettings, sourceText } from "../../../src/core/capture/capture-wish.ts";
import { clockOf } from "../../../src/core/capture/clock.ts";
import { CaptureDocument } from "../../../src/core/capture/schema.ts";

const NONE: CaptureFlags = {
  ...{ groups: undefined, interface: undefined, filter: undefined, snaplen: undefined, linktype: undefined },
  ...{ directory: undefined, everySeconds: undefined, bytesMax: undefined, filesMax: undefined },
  ...{ totalBytesMax: undefined, ageSecondsMax: undefined, freeBytesMin: undefined },
};
const GROUPS = CaptureDocument.parse({
  ...{ groups: [0, 1], snaplen: 96, linktype: "raw", rotate: { every: "30m", size: "1MiB" } },
  ring: { directory: "/srv/ring", files: 48, size: "2GiB", age: "2d", free: "1GiB" },
});
const DEVICE = CaptureDocument.parse({ interface: "eth0", filter: "not port 22" });

test("what the intent says is done, and flags stand over it", () => {
  expect(captureSettings(NONE, GROUPS)).toEqual({
    source: { kind: "groups", groups: [0, 1], link: "raw" },
    snaplen: 96,
    ring: {
      directory: "/srv/ring",
      rotation: { everySeconds: 1800, bytesMax: 2 ** 20 },
      bounds: { filesMax: 48, bytesMax: 2 ** 31, ageSecondsMax: 172_800, freeBytesMin: 2 ** 30 },
    },
  });
  const flags = { ...NONE, groups: [7, 7], linktype: "nflog", snaplen: 0, filesMax: 3, directory: "/tmp/r" } as const;
  expect(captureSettings(flags, GROUPS)).toMatchObject({
    source: { kind: "groups", groups: [7], link: "nflog" },
    snaplen: 0,
    ring: { directory: "/tmp/r", bounds: { filesMax: 3, ageSecondsMax: 172_800 } },
  });
});

test("without an intent there are bounds all the same", () => {
  expect(captureSettings({ ...NONE, groups: [5] }, undefined)).toEqual({
    source: { kind: "groups", groups: [5], link: "ethernet" },
    snaplen: 0,
    ring: {
      directory: "/var/log/netpcap",
      rotation: { everySeconds: 3600, bytesMax: 100 * 2 ** 20 },
      bounds: { filesMax: undefined, bytesMax: 2 ** 31, ageSecondsMax: undefined, freeBytesMin: 2 ** 28 },
    },
  });
  const bounds = captureSettings({ ...NONE, groups: [5], ageSecondsMax: 60 }, undefined)?.ring.bounds;
  expect(bounds).toMatchObject({ bytesMax: undefined, ageSecondsMax: 60 });
  expect(captureSettings(NONE, undefined)).toBeUndefined();
  expect(captureSettings(NONE, CaptureDocument.parse({}))).toBeUndefined();
});

test("a filter of the intent is that of its own interface", () => {
  const sources = [NONE, { ...NONE, interface: "eth1" }, { ...NONE, filter: "arp" }, { ...NONE, groups: [1] }].map(
    (flags) => captureSettings(flags, DEVICE)?.source,
  );
  expect(sources).toEqual([
    { kind: "interface", interface: "eth0", filter: "not port 22" },
    { kind: "interface", interface: "eth1", filter: undefined },
    { kind: "interface", interface: "eth0", filter: "arp" },
    { kind: "groups", groups: [1], link: "ethernet" },
  ]);
  expect(sources.map((source) => source && sourceText(source))).toEqual([
    "interface eth0: not port 22",
    "interface eth1",
    "interface eth0: arp",
    "NFLOG group 1",
  ]);
});

test("another clock is ahead, and faster", () => {
  const clock = clockOf({ offsetMs: 10_000, rate: 60 }, { seconds: 100, nanoseconds: 500_000_000 });
  expect(clock({ seconds: 100, nanoseconds: 500_000_000 })).toEqual({ seconds: 110, nanoseconds: 500_000_000 });
  expect(clock({ seconds: 102, nanoseconds: 0 })).toEqual({ seconds: 200, nanoseconds: 500_000_000 });
});

test("a filter is text", () => {
  expect(CaptureDocument.safeParse({ interface: "lo", filter: "arp\u0000" }).success).toBe(false);
  expect(CaptureDocument.safeParse({ interface: "lo", filter: "arp" }).success).toBe(true);
});
