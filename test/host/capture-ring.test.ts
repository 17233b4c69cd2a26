import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { FileTally } from "../../src/core/capture/file-tally.ts";
import type { CaptureWish, RingBounds } from "../../src/core/capture/wish.ts";
import { interfaceBlock, packetBlock, sectionBlock } from "../../src/core/pcap/block-writer.ts";
import { mendCaptures } from "../../src/host/capture/mend.ts";
import { readCaptures } from "../../src/host/capture/read-captures.ts";
import { Ring } from "../../src/host/capture/ring.ts";

const PLACE = mkdtempSync(join(tmpdir(), "netlogctl-ring-"));
const NOW = Date.parse("2026-11-29T10:00:00Z");
const BOUNDS: RingBounds = { filesMax: undefined, bytesMax: undefined, ageSecondsMax: undefined, freeBytesMin: 0 };
const ALL = { since: undefined, until: undefined };
afterAll(() => rmSync(PLACE, { recursive: true, force: true }));

let directory: string;
let notes: string[];
beforeEach(() => {
  directory = mkdtempSync(join(PLACE, "ring-"));
  notes = [];
});

const note = (text: string): void => void notes.push(text);
const at = (name: string): string => join(directory, name);
const left = (): string[] => readdirSync(directory).filter((name) => name.startsWith("pcap-"));

function wish(bounds: Partial<RingBounds> = {}): CaptureWish {
  const ring = { directory, rotation: { everySeconds: 3600, bytesMax: 1e8 }, bounds: { ...BOUNDS, ...bounds } };
  const source = { kind: "pipe", file: -1, interface: "lo", netnsPath: undefined } as const;
  return { ring, source, from: "interface lo", host: "h", netns: undefined, countMax: undefined, turns: 0, dropped: 0 };
}

const open = (bounds: Partial<RingBounds> = {}): Ring => new Ring(wish(bounds), () => NOW, note);
const mend = (): string[] => mendCaptures(wish(), { now: () => NOW, note }).map(({ file }) => file);

/** A capture of a closed file, which was written to at a time. */
function put(name: string, modified: string): void {
  writeFileSync(at(name), "x");
  utimesSync(at(name), new Date(modified), new Date(modified));
}

const PACKET = Buffer.concat([
  interfaceBlock("lo", 1),
  packetBlock({ number: 0, moment: { seconds: 1, nanoseconds: 0 }, bytes: Buffer.alloc(20), length: 20 }),
]);

/** Writes a file of the ring up to its close. @param meanwhile what somebody does before that */
function capture(ring: Ring, meanwhile = (): void => {}): void {
  ring.begin({ seconds: NOW / 1000, nanoseconds: 0 }, 1);
  ring.write(PACKET, 1);
  meanwhile();
  const tally = new FileTally();
  tally.add(tally.countOf("p "), 1, 0);
  tally.keep();
  ring.close(tally, "time");
}

test("what a killed run left is closed; what is none of ours is left as it is, and said", () => {
  const ours = Buffer.concat([sectionBlock("netlogctl", "interface lo"), PACKET]);
  writeFileSync(at("pcap-20260101000000.pcapng.part"), "my notes\n");
  writeFileSync(at("pcap-20260101000001.pcapng.part"), "");
  writeFileSync(at("pcap-20260101000002.pcapng.part"), Buffer.concat([ours, Buffer.alloc(7)]));
  writeFileSync(at("pcap-20260101000003.pcapng.part"), Buffer.concat([sectionBlock("Dumpcap"), PACKET]));
  writeFileSync(at("pcap-20260101000004.pcapng.part"), sectionBlock("netlogctl", "interface lo"));
  execFileSync("mkfifo", [at("pcap-20260101000005.pcapng.part")]);
  mkdirSync(at("pcap-20260101000006.pcapng.part"));
  symlinkSync("/etc/hosts", at("pcap-20260101000007.pcapng.part"));
  writeFileSync(at("pcap-20260101000008.pcapng.part"), ours);
  writeFileSync(at("pcap-20260101000008.pcapng"), "whole");
  expect(mend()).toEqual(["pcap-20260101000002.pcapng"]);
  expect(readFileSync(at("pcap-20260101000002.pcapng"))).toEqual(ours);
  const gone = ["pcap-20260101000001.pcapng.part", "pcap-20260101000004.pcapng.part"];
  expect(gone.filter((name) => existsSync(at(name)))).toEqual([]);
  expect(readFileSync(at("pcap-20260101000000.pcapng.part"), "utf8")).toBe("my notes\n");
  expect(readFileSync(at("pcap-20260101000008.pcapng"), "utf8")).toBe("whole");
  expect(notes.map((text) => text.replace(/^.*(\d)\.pcapng\.part is left as it is: /, "$1 "))).toEqual([
    ...["0 it is no capture of netlogctl", "3 it is no capture of netlogctl"],
    ...["5 it is no regular file", "6 it is no regular file", "7 it is no regular file"],
    `8 there is ${at("pcap-20260101000008.pcapng")} already`,
  ]);
});

test.each(["fifo", "directory", "link"])("removed.ndjson that is a %s is not written to", (kind) => {
  const victim = join(PLACE, `victim-${kind}`);
  writeFileSync(victim, "old\n");
  if (kind === "fifo") execFileSync("mkfifo", [at("removed.ndjson")]);
  else if (kind === "directory") mkdirSync(at("removed.ndjson"));
  else symlinkSync(victim, at("removed.ndjson"));
  for (const second of [1, 2, 3]) put(`pcap-2026010100000${second}.pcapng`, "2026-01-01T00:00:09Z");
  open({ filesMax: 1 });
  expect(left()).toEqual(["pcap-20260101000003.pcapng"]);
  expect(notes).toEqual([expect.stringContaining("is not written down")]);
  expect(readFileSync(victim, "utf8")).toBe("old\n");
});

test("of a removed.ndjson that is too large the last lines are kept", () => {
  writeFileSync(at("removed.ndjson"), `${"{}\n".repeat(400_000)}{"last":1}\n`);
  for (const second of [1, 2]) put(`pcap-2026010100000${second}.pcapng`, "2026-01-01T00:00:09Z");
  open({ filesMax: 1 });
  const lines = readFileSync(at("removed.ndjson"), "utf8").trim().split("\n");
  expect(lines).toHaveLength(1000);
  expect(lines.at(-2)).toBe('{"last":1}');
  expect(lines.at(-1)).toContain("pcap-20260101000001.pcapng");
});

test("what a killed run had said of a deletion is not said twice, and what it had begun to say spoils no other line", () => {
  const [said, begun] = [
    '{"file":"pcap-20260101000001.pcapng","packets":7,"why":"files","ts":"T"}\n',
    '{"file":"pcap-2',
  ];
  for (const second of [1, 2, 3]) put(`pcap-2026010100000${second}.pcapng`, "2026-01-01T00:00:09Z");
  writeFileSync(at("removed.ndjson"), said);
  open({ filesMax: 2 });
  expect(readFileSync(at("removed.ndjson"), "utf8")).toBe(said);
  writeFileSync(at("removed.ndjson"), `${said}${begun}`);
  open({ filesMax: 1 });
  const lines = readFileSync(at("removed.ndjson"), "utf8").split("\n");
  expect(lines).toEqual([said.trim(), begun, expect.stringMatching(/^\{"file":"pcap-20260101000002.*\}$/), ""]);
  expect(left()).toEqual(["pcap-20260101000003.pcapng"]);
});

test("of many captures in one second the oldest go, and no name is given twice, by the next run neither", () => {
  const ring = open({ filesMax: 2 });
  for (let count = 0; count < 4; count += 1) capture(ring);
  const names = (): string[] => left().filter((name) => name.endsWith(".pcapng"));
  expect(names().map((name) => name.replace(/^pcap-\d+/, ""))).toEqual(["-2.pcapng", "-3.pcapng"]);
  capture(open({ filesMax: 2 }));
  expect(names().map((name) => name.replace(/^pcap-\d+/, ""))).toEqual(["-3.pcapng", "-4.pcapng"]);
});

test("what is dated in the future does not displace what is captured now", () => {
  put("pcap-20990101000001.pcapng", "2099-01-01T01:00:00Z");
  put("pcap-20990101000002.pcapng", "2026-11-28T01:00:00Z");
  put("pcap-20261127000000.pcapng", "2026-11-27T01:00:00Z");
  put("pcap-20261128120000.pcapng", "2026-11-28T13:00:00Z");
  const ring = open({ filesMax: 3 });
  expect(left()).not.toContain("pcap-20990101000001.pcapng");
  capture(ring);
  expect(left().filter((name) => name.endsWith(".pcapng"))).toEqual([
    ...["pcap-20261128120000.pcapng", expect.stringMatching(/^pcap-20261129/), "pcap-20990101000002.pcapng"],
  ]);
});

test("a directory in the place of an index, and a file that is moved away, do not end the capture", () => {
  const ring = open();
  capture(ring, () => mkdirSync(at(`${left()[0]?.replace(".part", "")}.index.json`)));
  expect(notes).toEqual([expect.stringContaining("has no index: EISDIR")]);
  capture(ring, () => {
    const part = left().find((name) => name.endsWith(".part")) ?? "";
    renameSync(at(part), join(PLACE, "moved"));
  });
  expect(notes[1]).toContain("was moved away or deleted while it was written");
  capture(ring);
  expect(left().filter((name) => name.endsWith(".pcapng"))).toHaveLength(2);
});

test("a ring that is removed ends the capture, and says so", () => {
  const ring = open();
  const says = `${directory} was removed while packets were captured into it`;
  expect(() => capture(ring, () => rmSync(directory, { recursive: true }))).toThrow(says);
  expect(() => capture(ring)).toThrow(says);
});

test("only regular files are captures", () => {
  put("pcap-20260101000001.pcapng", "2026-01-01T00:00:09Z");
  execFileSync("mkfifo", [at("pcap-20260101000002.pcapng")]);
  mkdirSync(at("pcap-20260101000003.pcapng"));
  expect([...readCaptures(directory, ALL)].map(({ name }) => name)).toEqual(["pcap-20260101000001.pcapng"]);
});
