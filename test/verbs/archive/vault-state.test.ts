import { existsSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Member } from "../../../src/core/archive/manifest.ts";
import { fetchDay } from "../../../src/verbs/archive/fetch.ts";
import { findDays } from "../../../src/verbs/archive/find-days.ts";
import { listArchive } from "../../../src/verbs/archive/list.ts";
import { openDay } from "../../../src/verbs/archive/open-day.ts";
import { pruneVault } from "../../../src/verbs/archive/prune.ts";
import { vaultAt } from "../../../src/verbs/archive/settings.ts";
import { verifyArchive } from "../../../src/verbs/archive/verify.ts";
import { PARTS, scratch } from "../../helpers/archives.ts";
import {
  addCapture,
  fileOf,
  machineAt,
  manifestOf,
  NOW,
  outcomes,
  program,
  pull,
  settingsOf,
  vaultNames,
  YESTERDAY,
} from "../../helpers/pulls.ts";

const { fresh, remove } = scratch();
afterAll(remove);
const signal = new AbortController().signal;
const onStep = (): void => {};

test.each([
  ["is not there", "No such file", () => {}],
  ["is no directory", "Not a directory", (path: string) => writeFileSync(path, "")],
])("a vault that %s is a fault for all but pull", async (_name, says, make) => {
  const base = fresh();
  make(`${base}/vault`);
  const vault = vaultAt(PARTS, { at: "here", path: `${base}/vault` });
  const to = { at: "here" as const, path: `${base}/work` };
  const actions = [
    () => listArchive(vault, { offsetMinutes: 0 }),
    () => verifyArchive(PARTS, vault, { isDeep: false, onStep, signal }),
    () => pruneVault(vault, { today: YESTERDAY, keepSeconds: 1, isDryRun: false, signal }),
    () => fetchDay(PARTS, vault, { day: YESTERDAY, to, staging: `${base}/staging`, onStep, signal }),
    () => findDays(PARTS, { vault }),
  ];
  for (const action of actions) await expect(action()).rejects.toThrow(says);
});

test("pull makes its vault, but not to look what would be done; that leaves nothing in the staging directory", async () => {
  const base = fresh();
  const settings = settingsOf(base, { edge: machineAt(base, "edge", { prune: "1h" }) });
  const name = addCapture(base, "edge", "09");
  addCapture(base, "edge", "09", { day: "2025-08-29" });
  const preview = await pull(base, settings, { isDryRun: true });
  expect(preview.machines).toMatchObject([
    {
      pruned: 2,
      days: [
        { day: "2025-08-29", outcome: "wanted" },
        { day: "2025-08-30", outcome: "already" },
        { day: YESTERDAY, outcome: "wanted", files: [name, `${name}.index.json`], parts: [{ captures: 1 }] },
      ],
    },
  ]);
  expect(existsSync(`${base}/vault`)).toBe(false);
  expect(existsSync(`${base}/staging`)).toBe(false);
});

test("a day whose manifest is none is not fetched, and opened with a word", async () => {
  const base = fresh();
  const settings = settingsOf(base, { edge: machineAt(base, "edge") });
  addCapture(base, "edge", "09");
  await pull(base, settings);
  writeFileSync(`${base}/vault/edge/${YESTERDAY}/manifest.json`, "{}");
  const vault = vaultAt(PARTS, settings.vault);
  const to = { at: "here" as const, path: `${base}/work` };
  const [fetched] = await fetchDay(PARTS, vault, { day: YESTERDAY, to, staging: `${base}/staging`, onStep, signal });
  expect(fetched?.failed).toContain("its manifest is none");
  expect(existsSync(`${base}/work/${YESTERDAY}`)).toBe(false);
  const [opened] = (await openDay(PARTS, { day: YESTERDAY, at: { vault }, directory: `${base}/opened`, signal }))
    .machines;
  expect(opened?.notes.join()).toContain("its manifest is none");

  expect(await pull(base, settings)).toMatchObject({
    isWhole: true,
    said: [expect.stringContaining("is no manifest")],
  });
  expect(vaultNames(base, "edge")).toEqual(["manifest.json", `pcaps-${YESTERDAY}.tgz`]);
});

test("the packets of a capture without an index are counted while it is packed", async () => {
  const base = fresh();
  const settings = settingsOf(base, { edge: machineAt(base, "edge") });
  const name = addCapture(base, "edge", "09", { index: false });
  const head = Buffer.from("d4c3b2a102000400000000000000000000000400" + "01000000", "hex");
  const begun = Date.parse(`${YESTERDAY}T09:00:00Z`) / 1000;
  const packets = [0, 60].map((seconds) => {
    const record = Buffer.alloc(16 + 14);
    record.writeUInt32LE(begun + seconds, 0);
    record.writeUInt32LE(14, 8);
    record.writeUInt32LE(14, 12);
    return record;
  });
  writeFileSync(`${base}/edge/ring/${name}`, Buffer.concat([head, ...packets]));
  addCapture(base, "edge", "10");
  await pull(base, settings);
  const file = fileOf(manifestOf(base, "edge"), "captures");
  const member = file?.members.find((one: Member) => one.name === name);
  expect(member).toMatchObject({
    packets: 2,
    first: `${YESTERDAY}T09:00:00.000000000Z`,
    last: `${YESTERDAY}T09:01:00.000000000Z`,
  });
  expect(file?.count).toBe(12);
});

test("a named day beyond look-back that nothing is there of leaves nothing in the vault, and does not stretch it", async () => {
  const base = fresh();
  const more = { "kernel-log": ["SYSFW:"], events: true };
  const settings = settingsOf(base, { edge: machineAt(base, "edge", more) });
  program(base, "edge", "journalctl", `echo "2019-12-01T00:00:00.000000+0000 edge kernel: SYSFW:new"`);
  program(base, "edge", "netlogctl", "exit 0");
  const report = await pull(base, settings, { days: ["2020-01-01"] });
  expect(report.machines[0]?.days).toMatchObject([
    { day: "2020-01-01", outcome: "missing", why: ["the machine has nothing of this day"] },
  ]);
  expect(existsSync(`${base}/vault/edge`)).toBe(false);
});

test("what was pruned is not brought back, unless its day is named", async () => {
  const base = fresh();
  const settings = settingsOf(base, { edge: machineAt(base, "edge") });
  for (const day of ["2025-08-28", "2025-08-29", YESTERDAY]) addCapture(base, "edge", "09", { day });
  await pull(base, settings);
  const vault = vaultAt(PARTS, settings.vault);
  const pruned = await pruneVault(vault, { today: "2025-09-01", keepSeconds: 3 * 86_400, isDryRun: false, signal });
  expect(pruned.map(({ day }) => day)).toEqual(["2025-08-28"]);
  const again = await pruneVault(vault, { today: "2025-09-01", bytesMax: 1, isDryRun: false, signal });
  expect(again.map(({ day }) => day)).toEqual(["2025-08-29"]);
  expect(outcomes(await pull(base, settings))).toEqual({ edge: { "2025-08-30": "already", [YESTERDAY]: "already" } });
  expect(vaultNames(base, "edge", "2025-08-29")).toEqual([]);
  const named = await pull(base, settings, { days: ["2025-08-28"] });
  expect(outcomes(named)).toEqual({ edge: { "2025-08-28": "archived" } });
  const { isSound } = await verifyArchive(PARTS, vault, { isDeep: false, onStep, signal });
  expect(isSound).toBe(true);
});

test("events here are those of the program that runs; elsewhere one that is not there is said", async () => {
  const base = fresh();
  const own = join(base, "own");
  writeFileSync(own, `echo "$0 $@" >> ${base}/asked\n`);
  const settings = settingsOf(base, {
    box: { events: true },
    edge: machineAt(base, "edge", { captures: undefined, events: true }),
  });
  const report = await pull(base, settings, {}, { ...PARTS, program: ["sh", own] });
  expect(readFileSync(`${base}/asked`, "utf8")).toContain(`${own} packets query --format json`);
  expect(manifestOf(base, "box").missing).toEqual(["events: the log service stored nothing of this day"]);
  const [day] = report.machines.find(({ machine }) => machine === "edge")?.days ?? [];
  expect(day?.why.join()).toContain("netlogctl is not in PATH over there");
});

test("a day that the journal has no line of is said, also before the vault had anything of the machine", async () => {
  const base = fresh();
  const settings = settingsOf(base, { edge: machineAt(base, "edge", { "kernel-log": ["SYSFW:"] }) });
  program(base, "edge", "journalctl", `echo "2025-08-30T10:00:00.000000+0000 edge kernel: usb 1-1: new device"`);
  addCapture(base, "edge", "09", { day: "2025-08-29" });
  await pull(base, settings);
  const begins = "kernel-log: the journal begins at 2025-08-30T10:00:00.000000+0000: it has nothing of this day";
  expect(manifestOf(base, "edge", "2025-08-29").missing).toEqual([begins]);
  expect(manifestOf(base, "edge", "2025-08-30").missing).toEqual([
    "kernel-log: the journal begins only at 2025-08-30T10:00:00.000000+0000",
  ]);
  expect(manifestOf(base, "edge").missing).toContain("kernel-log: the journal has no line of the kernel of this day");
});

test("a capture that is still written to is left for later, and that is no failure", async () => {
  const base = fresh();
  const settings = settingsOf(base, { edge: machineAt(base, "edge") });
  const name = addCapture(base, "edge", "23", { index: false });
  utimesSync(`${base}/edge/ring/${name}`, NOW / 1000 - 60, NOW / 1000 - 60);
  expect(await pull(base, settings)).toMatchObject({
    isWhole: true,
    machines: [{ days: [{ outcome: "later", why: [`${name}: it is still written to, and left for the next time`] }] }],
  });
  expect(await pull(base, settings, { now: NOW + 7_200_000 })).toMatchObject({
    machines: [{ days: [{ outcome: "archived", parts: [{ kind: "captures", captures: 1 }] }] }],
  });
});

test("a machine that the vault has nothing of, and an identity that is not there, are faults that name what there is", async () => {
  const base = fresh();
  const settings = settingsOf(base, { edge: machineAt(base, "edge") });
  addCapture(base, "edge", "09");
  await pull(base, settings);
  const vault = vaultAt(PARTS, settings.vault);
  const wish = { isDeep: true, onStep, signal };
  for (const action of [
    () => listArchive(vault, { machine: "egde", offsetMinutes: 0 }),
    () => verifyArchive(PARTS, vault, { ...wish, machine: "egde" }),
  ])
    await expect(action()).rejects.toMatchObject({ code: "not-found", remedy: 'did you mean "edge"? there are edge' });
  const identity = `${base}/none`;
  await expect(verifyArchive(PARTS, vault, { ...wish, identity })).rejects.toThrow(`there is no file ${identity}`);
});
