import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { execaSync } from "execa";
import { afterAll, expect, test } from "vitest";
import { encodeManifest } from "../../../src/core/archive/manifest.ts";
import { emptyManifest } from "../../../src/core/archive/piece.ts";
import { lockVault } from "../../../src/verbs/archive/lock-vault.ts";
import { openDay } from "../../../src/verbs/archive/open-day.ts";
import { pruneVault } from "../../../src/verbs/archive/prune.ts";
import { vaultAt } from "../../../src/verbs/archive/settings.ts";
import { PARTS, scratch, writeFiles } from "../../helpers/archives.ts";
import {
  addCapture,
  captureBytes,
  connection,
  cutAfter,
  fileOf,
  machineAt,
  manifestOf,
  NOW,
  OFF,
  ON,
  outcomes,
  program,
  pull,
  ringNames,
  settingsOf,
  sha256,
  vaultNames,
  YESTERDAY,
} from "../../helpers/pulls.ts";

const { fresh: freshBase, remove } = scratch();
afterAll(remove);

test.each([["tgz"], ["tar.zst"]])("captures of yesterday come into the vault as %s, once", async (format) => {
  const base = freshBase();
  const settings = settingsOf(base, { edge: machineAt(base, "edge") }, { format });
  const names = ["09", "10"].map((hour) => addCapture(base, "edge", hour));
  addCapture(base, "edge", "01", { day: "2025-09-01" });
  const report = await pull(base, settings);
  expect(outcomes(report)).toEqual({ edge: { [YESTERDAY]: "archived" } });
  expect(report).toMatchObject({ isWhole: true, said: [] });

  const archive = `pcaps-${YESTERDAY}.${format}`;
  expect(vaultNames(base, "edge")).toEqual(["manifest.json", archive]);
  const manifest = manifestOf(base, "edge");
  expect(manifest).toMatchObject({ version: 1, machine: "edge", day: YESTERDAY, missing: [] });
  expect(fileOf(manifest, "captures")).toMatchObject({
    name: archive,
    sha256: sha256(readFileSync(`${base}/vault/edge/${YESTERDAY}/${archive}`)),
    isEncrypted: false,
    count: 20,
    lost: 2,
    first: `${YESTERDAY}T09:00:00.000000000Z`,
    last: `${YESTERDAY}T10:59:59.000000000Z`,
    prefixes: { "drop:in ": 20 },
  });
  const listed = execaSync("tar", ["-taf", `${base}/vault/edge/${YESTERDAY}/${archive}`], { lines: true }).stdout;
  expect(listed).toEqual(names.flatMap((name) => [`netpcap/${name}`, `netpcap/${name}.index.json`]));
  expect(existsSync(`${base}/staging/edge/${YESTERDAY}`)).toBe(false);

  expect(outcomes(await pull(base, settings))).toEqual({ edge: { [YESTERDAY]: "already" } });
  expect(vaultNames(base, "edge")).toEqual(["manifest.json", archive]);
});

test("a day that was pulled is opened from the vault, with what its manifest knows", async () => {
  const base = freshBase();
  const settings = settingsOf(base, { edge: machineAt(base, "edge") });
  const name = addCapture(base, "edge", "09");
  await pull(base, settings);
  const at = { vault: vaultAt(PARTS, settings.vault) };
  const wish = { day: YESTERDAY, at, directory: `${base}/opened`, signal: new AbortController().signal };
  const opened = await openDay(PARTS, wish);
  const path = `${base}/opened/edge/netpcap/${name}`;
  expect(opened.machines).toMatchObject([
    { captures: [{ path, index: { packets: 10, lost: 1 } }], logs: [], notes: [] },
  ]);
  expect(readFileSync(path).equals(captureBytes(`edge${name}`))).toBe(true);
  expect(await openDay(PARTS, wish)).toEqual(opened);

  appendFileSync(`${base}/vault/edge/${YESTERDAY}/pcaps-${YESTERDAY}.tgz`, "x");
  const [tampered] = (await openDay(PARTS, wish)).machines;
  expect(tampered?.captures).toEqual([]);
  expect(tampered?.notes.join()).toContain("is not what its manifest says");
});

test("what comes late goes into a further part; missed days are caught up", async () => {
  const base = freshBase();
  const settings = settingsOf(base, { edge: machineAt(base, "edge") });
  addCapture(base, "edge", "09", { day: "2025-08-28" });
  addCapture(base, "edge", "09");
  expect(outcomes(await pull(base, settings))["edge"]).toMatchObject({
    "2025-08-28": "archived",
    [YESTERDAY]: "archived",
  });
  addCapture(base, "edge", "23", { day: "2025-08-28" });
  addCapture(base, "edge", "10", { day: "2025-08-30" });
  expect(outcomes(await pull(base, settings))["edge"]).toEqual({
    "2025-08-28": "archived",
    "2025-08-29": "missing",
    "2025-08-30": "archived",
    [YESTERDAY]: "already",
  });
  expect(vaultNames(base, "edge", "2025-08-28")).toEqual([
    "manifest.json",
    "pcaps-2025-08-28.2.tgz",
    "pcaps-2025-08-28.tgz",
  ]);
  expect(manifestOf(base, "edge", "2025-08-29").missing).toEqual(["captures: the ring has none of this day"]);
  expect(outcomes(await pull(base, settings))["edge"]?.["2025-08-29"]).toBe("already");
});

test("days beyond look-back, other machines and other days are left alone; --dry-run does nothing", async () => {
  const base = freshBase();
  const settings = settingsOf(
    base,
    { edge: machineAt(base, "edge"), core: machineAt(base, "core") },
    { "look-back": "3d" },
  );
  addCapture(base, "edge", "09", { day: "2025-08-20" });
  addCapture(base, "edge", "09", { day: "2025-08-29" });
  const name = addCapture(base, "edge", "09");
  const preview = await pull(base, settings, { isDryRun: true, machines: ["edge"], days: [YESTERDAY] });
  expect(preview.machines).toMatchObject([
    { machine: "edge", days: [{ day: YESTERDAY, outcome: "wanted", files: [name, `${name}.index.json`] }] },
  ]);
  expect(existsSync(`${base}/vault`)).toBe(false);
  const { machines } = await pull(base, settings, { machines: ["edge"] });
  expect(machines.map(({ machine, days }) => [machine, ...days.map(({ day }) => day)])).toEqual([
    ["edge", "2025-08-29", "2025-08-30", YESTERDAY],
  ]);
  await expect(pull(base, settings, { machines: ["egde"] })).rejects.toThrow('no machine "egde"');
});

test("a machine that is off is said, holds up no other, and is caught up", async () => {
  const base = freshBase();
  const settings = settingsOf(base, { off: machineAt(base, "off"), edge: machineAt(base, "edge") });
  addCapture(base, "off", "09");
  addCapture(base, "edge", "09");
  connection(base, "off", OFF);
  const report = await pull(base, settings);
  expect(report.isWhole).toBe(false);
  expect(outcomes(report)).toEqual({ off: { [YESTERDAY]: "off" }, edge: { [YESTERDAY]: "archived" } });
  expect(report.machines[0]?.days[0]?.why.join()).toContain("VM is not running");
  connection(base, "off", ON);
  expect(await pull(base, settings)).toMatchObject({ isWhole: true });
  expect(vaultNames(base, "off")).toContain(`pcaps-${YESTERDAY}.tgz`);
});

test("a connection that breaks again and again goes on where it was, and is left for the next time", async () => {
  const base = freshBase();
  const settings = settingsOf(base, { edge: machineAt(base, "edge") });
  const name = addCapture(base, "edge", "09", { size: 200_000 });
  // Only what reads a file is cut off.
  const cut = `case "$1" in *tail*) sh -c "$1" | head -c 40000; exit 255 ;; esac\n`;
  connection(base, "edge", cut);
  const report = await pull(base, settings);
  expect(outcomes(report)).toEqual({ edge: { [YESTERDAY]: "failed" } });
  expect(report.machines[0]?.days[0]?.why.join()).toContain("cut-off");
  expect(vaultNames(base, "edge")).toEqual([]);
  expect(readFileSync(`${base}/staging/edge/${YESTERDAY}/raw/${name}`).length).toBe(120_000);
  expect(outcomes(await pull(base, settings))).toEqual({ edge: { [YESTERDAY]: "archived" } });
  expect(fileOf(manifestOf(base, "edge"), "captures")?.members[0]?.sha256).toBe(
    sha256(captureBytes(`edge${name}`, 200_000)),
  );
});

test.each([0, 10, 100, 5000])(
  "a connection that ends after %i bytes of anything is never taken for a finished one",
  async (bytes) => {
    const base = freshBase();
    const settings = settingsOf(base, { edge: machineAt(base, "edge", { "kernel-log": ["SYS:"] }) });
    program(
      base,
      "edge",
      "journalctl",
      `seq 2000 | sed 's/.*/${YESTERDAY}T10:00:00.000000+0000 edge kernel: SYS:new &/'`,
    );
    for (const hour of ["08", "09"]) addCapture(base, "edge", hour, { size: 20_000 });
    connection(base, "edge", cutAfter(bytes));
    const report = await pull(base, settings);
    expect(report.isWhole).toBe(false);
    expect(vaultNames(base, "edge")).toEqual([]);
    connection(base, "edge", ON);
    expect((await pull(base, settings)).isWhole).toBe(true);
    expect(fileOf(manifestOf(base, "edge"), "kernel-log")?.count).toBe(2000);
    expect(fileOf(manifestOf(base, "edge"), "captures")?.members).toHaveLength(4);
  },
);

const JOURNAL = `
since=; until=
while [ $# -gt 0 ]; do
  case "$1" in --since) since=$2; shift ;; --until) until=$2; shift ;; esac
  shift
done
[ -z "$since" ] && exec cat "$HOME/journal"
awk -v from="\${since%% *}" -v to="\${until%% *}" 'substr($1, 1, 10) >= from && substr($1, 1, 10) <= to' "$HOME/journal"`;

function journal(base: string, machine: string, ...lines: string[]): void {
  program(base, machine, "journalctl", JOURNAL);
  writeFileSync(join(base, machine, "journal"), lines.map((line) => `${line}\n`).join(""));
}

const LOGS = { captures: undefined, "kernel-log": ["SYSFW:", "SYSNET:dns"] };

test("the kernel's lines of a day with the wanted prefixes are archived, of whatever boot", async () => {
  const base = freshBase();
  const settings = settingsOf(base, { fw: machineAt(base, "fw", LOGS) });
  const wanted = [
    `${YESTERDAY}T00:00:01.000001+0000 fw kernel: SYSFW:new IN=eth0 OUT= SRC=192.0.2.1`,
    `${YESTERDAY}T10:32:00.000000+0000 fw kernel: [ 12.345678] SYSFW:dns IN=eth0`,
    `${YESTERDAY}T23:59:59.999999+0000 fw kernel: SYSNET:dns IN=eth0`,
  ];
  journal(
    base,
    "fw",
    "2025-08-30T23:59:59.000000+0000 fw kernel: SYSFW:new of the day before",
    wanted[0] as string,
    `${YESTERDAY}T10:00:00.000000+0000 fw kernel: usb 1-1: SYSFW: is not where it begins`,
    `${YESTERDAY}T10:00:00.000000+0000 fw sshd[1]: SYSFW:new is not the kernel's`,
    wanted[1] as string,
    wanted[2] as string,
    "2025-09-01T00:00:00.000000+0000 fw kernel: SYSFW:new of the next day",
  );
  expect(outcomes(await pull(base, settings))["fw"]).toEqual({ "2025-08-30": "archived", [YESTERDAY]: "archived" });
  const manifest = manifestOf(base, "fw");
  expect(manifest.missing).toEqual([]);
  expect(fileOf(manifest, "kernel-log")).toMatchObject({
    name: `nft-${YESTERDAY}.log.gz`,
    count: 3,
    first: `${YESTERDAY}T00:00:01.000001000Z`,
    last: `${YESTERDAY}T23:59:59.999999000Z`,
    prefixes: { "SYSFW:": 2, "SYSNET:dns": 1 },
  });
  const bytes = readFileSync(`${base}/vault/fw/${YESTERDAY}/nft-${YESTERDAY}.log.gz`);
  expect(gunzipSync(bytes).toString()).toBe(wanted.map((line) => `${line}\n`).join(""));
  expect(manifestOf(base, "fw", "2025-08-30").missing).toEqual([
    "kernel-log: the journal begins only at 2025-08-30T23:59:59.000000+0000",
  ]);
});

test("a journal that was lost with the boot loses its day aloud", async () => {
  const base = freshBase();
  const settings = settingsOf(base, { fw: machineAt(base, "fw", LOGS) });
  journal(base, "fw", "2025-09-01T03:00:00.000000+0000 fw kernel: Linux version 6.18");
  const report = await pull(base, settings);
  expect(outcomes(report)).toEqual({ fw: { [YESTERDAY]: "missing" } });
  expect(manifestOf(base, "fw").missing).toEqual([
    "kernel-log: the journal begins at 2025-09-01T03:00:00.000000+0000: it has nothing of this day",
  ]);
  expect(outcomes(await pull(base, settings))).toEqual({ fw: { [YESTERDAY]: "already" } });
  program(base, "fw", "journalctl", "echo 'No journal files were opened' >&2; exit 1");
  const without = await pull(base, settings, { now: NOW + 86_400_000 });
  expect(without.machines[0]?.days.at(-1)).toMatchObject({ day: "2025-09-01", outcome: "failed" });
  expect(without.machines[0]?.days.at(-1)?.why.join()).toContain("No journal files were opened");
});

test("today is archived so far, and again when it is over", async () => {
  const base = freshBase();
  const settings = settingsOf(base, { fw: machineAt(base, "fw", LOGS) });
  journal(
    base,
    "fw",
    `${YESTERDAY}T00:00:00.000000+0000 fw kernel: boot`,
    "2025-09-01T03:00:00.000000+0000 fw kernel: SYSFW:new 1",
  );
  expect(outcomes(await pull(base, settings, { withToday: true }))["fw"]?.["2025-09-01"]).toBe("archived");
  expect(manifestOf(base, "fw", "2025-09-01").missing).toEqual(["kernel-log: archived before the day was over"]);
  appendFileSync(`${base}/fw/journal`, "2025-09-01T23:00:00.000000+0000 fw kernel: SYSFW:new 2\n");
  expect((await pull(base, settings, { now: NOW + 86_400_000 })).isWhole).toBe(true);
  const { files, missing } = manifestOf(base, "fw", "2025-09-01");
  expect({ missing, files: files.map(({ name, count }) => [name, count]) }).toEqual({
    missing: [],
    files: [["nft-2025-09-01.2.log.gz", 2]],
  });
  expect(vaultNames(base, "fw", "2025-09-01")).toEqual(["manifest.json", "nft-2025-09-01.2.log.gz"]);
});

test("events of the log service are archived with what their losses say", async () => {
  const base = freshBase();
  const settings = settingsOf(base, { edge: machineAt(base, "edge", { captures: undefined, events: true }) });
  const event = (kind: string, more: object): string =>
    JSON.stringify({ schema: 1, kind, ts: `${YESTERDAY}T10:00:00.000000000Z`, ...more });
  writeFileSync(`${base}/edge/packets`, [event("packet", { prefix: "drop:" }), event("loss", { count: 7 })].join("\n"));
  writeFileSync(`${base}/edge/flows`, `${event("flow", {})}\n`);
  program(base, "edge", "netlogctl", `echo "$@" >> "$HOME/asked"; cat "$HOME/$1"; [ "$1" = flows ] || echo`);
  expect((await pull(base, settings)).isWhole).toBe(true);
  expect(fileOf(manifestOf(base, "edge"), "events")).toMatchObject({ count: 2, lost: 7, prefixes: { "drop:": 1 } });
  expect(readFileSync(`${base}/edge/asked`, "utf8")).toBe(
    ["packets", "flows"]
      .map((noun) => `${noun} query --format json --since ${YESTERDAY} 00:00 --until 2025-09-01 00:00\n`)
      .join(""),
  );
});

test("what is encrypted is read by who has the identity, and put into the vault once", async () => {
  const base = freshBase();
  const { stderr } = execaSync("age-keygen", ["-o", `${base}/identity`]);
  const age = [/age1[0-9a-z]+/.exec(stderr)?.[0] ?? ""];
  const settings = settingsOf(
    base,
    { edge: machineAt(base, "edge", { "kernel-log": ["SYS:"] }) },
    { age, format: "tar.zst" },
  );
  journal(
    base,
    "edge",
    "2025-08-30T00:00:00.000000+0000 edge kernel: boot",
    `${YESTERDAY}T10:00:00.000000+0000 edge kernel: SYS:new`,
  );
  addCapture(base, "edge", "09");
  await pull(base, settings);
  expect(vaultNames(base, "edge")).toEqual([
    "manifest.json",
    `nft-${YESTERDAY}.log.gz.age`,
    `pcaps-${YESTERDAY}.tar.zst.age`,
  ]);
  const at = { vault: vaultAt(PARTS, settings.vault) };
  const wish = { day: YESTERDAY, at, directory: `${base}/opened`, signal: new AbortController().signal };
  const [closed] = (await openDay(PARTS, wish)).machines;
  expect(closed?.notes.join()).toContain("is encrypted");
  const [open] = (await openDay(PARTS, { ...wish, identity: `${base}/identity` })).machines;
  expect(open).toMatchObject({ captures: [{ index: { packets: 10 } }], logs: [{ kind: "kernel-log" }], notes: [] });
});

test("what came of one day is kept while another is pulled, and dropped when it is not looked for any more", async () => {
  const base = freshBase();
  const settings = settingsOf(base, { edge: machineAt(base, "edge") }, { "look-back": "3d" });
  addCapture(base, "edge", "09");
  for (const day of ["2025-08-30", "2025-08-01"]) {
    mkdirSync(`${base}/staging/edge/${day}`, { recursive: true });
    writeFileSync(`${base}/staging/edge/${day}/part`, "");
  }
  await pull(base, settings, { days: [YESTERDAY] });
  expect(existsSync(`${base}/staging/edge/2025-08-30`)).toBe(true);
  await pull(base, settings);
  expect(existsSync(`${base}/staging/edge/2025-08-01`)).toBe(false);
});

test("a ring says what it had deleted before it was archived", async () => {
  const base = freshBase();
  const settings = settingsOf(base, { edge: machineAt(base, "edge") });
  addCapture(base, "edge", "23");
  const removed = ["01", "02"].map((hour) => ({ file: `pcap-20250831${hour}0000.pcapng`, packets: 100, why: "size" }));
  writeFileSync(`${base}/edge/ring/removed.ndjson`, `${removed.map((one) => JSON.stringify(one)).join("\n")}\n{"half`);
  expect((await pull(base, settings)).isWhole).toBe(true);
  expect(manifestOf(base, "edge").missing).toEqual([
    "captures: the ring had deleted 2 captures from pcap-20250831010000.pcapng on, 200 packets",
  ]);
});

test("another file of the name in the vault, of the seed's own scripts, is left as it is", async () => {
  const base = freshBase();
  const settings = settingsOf(base, { edge: machineAt(base, "edge") });
  addCapture(base, "edge", "09");
  mkdirSync(`${base}/vault/edge/${YESTERDAY}`, { recursive: true });
  writeFileSync(`${base}/vault/edge/${YESTERDAY}/pcaps-${YESTERDAY}.tgz`, "of somebody else");
  expect((await pull(base, settings)).isWhole).toBe(true);
  expect(vaultNames(base, "edge")).toEqual(["manifest.json", `pcaps-${YESTERDAY}.2.tgz`, `pcaps-${YESTERDAY}.tgz`]);
  expect(readFileSync(`${base}/vault/edge/${YESTERDAY}/pcaps-${YESTERDAY}.tgz`, "utf8")).toBe("of somebody else");
});

test("a name with a line break hides nothing of a ring, and is said", async () => {
  const base = freshBase();
  const settings = settingsOf(base, { edge: machineAt(base, "edge") });
  addCapture(base, "edge", "09");
  const removed = `{"file":"pcap-20250831222222.pcapng","packets":1e999}`;
  writeFileSync(`${base}/edge/ring/pcap-0\nremoved\n${removed}`, "");
  const report = await pull(base, settings);
  expect(report.machines[0]?.days).toMatchObject([
    {
      day: YESTERDAY,
      outcome: "failed",
      why: [expect.stringContaining("1 files whose names")],
      files: [expect.stringMatching(/^pcaps/)],
    },
  ]);
  expect(manifestOf(base, "edge")).toMatchObject({ missing: [], files: [{ kind: "captures" }] });
});

test("a capture of a day that there is not holds up no other day", async () => {
  const base = freshBase();
  const settings = settingsOf(base, { edge: machineAt(base, "edge") });
  addCapture(base, "edge", "09");
  addCapture(base, "edge", "09", { day: "2025-08-30" });
  writeFileSync(`${base}/edge/ring/pcap-20250799000000.pcapng`, "x");
  expect(Object.keys(outcomes(await pull(base, settings))["edge"] ?? {}).toSorted()).toEqual(["2025-08-30", YESTERDAY]);
  expect(vaultNames(base, "edge", "2025-08-30")).toHaveLength(2);
});

test.each([
  ["1756697000 -1200", { "2025-08-30": "archived" }],
  ["1756697000 +9999", { [YESTERDAY]: "failed" }],
  ["4070908800 +0000", { "2025-08-30": "archived", [YESTERDAY]: "archived" }],
])("a day is over when it is over there: %s", async (clock, wanted) => {
  const base = freshBase();
  const settings = settingsOf(base, { edge: machineAt(base, "edge") });
  program(base, "edge", "date", `case "$1" in +%s*) echo "${clock}" ;; *) exec /bin/date "$@" ;; esac`);
  for (const day of ["2025-08-30", YESTERDAY]) addCapture(base, "edge", "09", { day });
  expect(outcomes(await pull(base, settings))["edge"]).toEqual(wanted);
});

test("a directory in the vault that is called as the manifest fails the day, and nothing is deleted", async () => {
  const base = freshBase();
  const settings = settingsOf(base, { edge: machineAt(base, "edge", { prune: "1h" }) });
  addCapture(base, "edge", "09");
  mkdirSync(`${base}/vault/edge/${YESTERDAY}/manifest.json`, { recursive: true });
  const report = await pull(base, settings);
  expect(report).toMatchObject({ isWhole: false, machines: [{ pruned: 0 }] });
  expect(ringNames(base, "edge")).toHaveLength(2);
});

test("who changes a vault has its lock, from whatever staging it comes", async () => {
  const base = freshBase();
  const settings = settingsOf(base, { edge: machineAt(base, "edge") });
  addCapture(base, "edge", "09");
  const vault = vaultAt(PARTS, settings.vault);
  const wish = { timeoutMs: 0, signal: new AbortController().signal };
  const lock = await lockVault(vault, wish);
  await expect(pull(base, settings, { staging: `${base}/other` })).rejects.toMatchObject({ code: "locked" });
  const waits: string[] = [];
  const onWait = (): void => void waits.push("waits");
  await expect(lockVault(vault, { ...wish, timeoutMs: 1500, onWait })).rejects.toMatchObject({ code: "locked" });
  expect(waits).toEqual(["waits"]);
  const waiting = lockVault(vault, { ...wish, timeoutMs: 60_000 });
  await lock.release();
  await (await waiting).release();

  expect(await pull(base, settings)).toMatchObject({ isWhole: true });
  const held = await lockVault(vault, wish);
  const old = { keepSeconds: 86_400, today: "2025-12-01", isDryRun: false, signal: wish.signal };
  await expect(pruneVault(vault, old)).rejects.toMatchObject({ code: "locked" });
  expect(await pruneVault(vault, { ...old, isDryRun: true })).toBeDefined();
  await held.release();
  await pruneVault(vault, old);
});

test("a manifest that another wrote in between is not written over, and what was packed comes with the next pull", async () => {
  const base = freshBase();
  const settings = settingsOf(base, { edge: machineAt(base, "edge", { prune: "1h" }) });
  addCapture(base, "edge", "09");
  const theirs = { ...emptyManifest("edge", YESTERDAY), missing: ["captures: another said so"] };
  const onStep = (step: string): void => {
    if (step.endsWith("into the vault"))
      writeFiles(base, { [`vault/edge/${YESTERDAY}/manifest.json`]: encodeManifest(theirs) });
  };
  const report = await pull(base, settings, { onStep });
  expect(report).toMatchObject({ isWhole: false, machines: [{ pruned: 0 }] });
  expect(report.machines[0]?.days[0]?.why.join()).toContain("changed by another");
  expect(manifestOf(base, "edge")).toEqual(theirs);
  expect(ringNames(base, "edge")).toHaveLength(2);
  expect((await pull(base, settings)).machines[0]).toMatchObject({ pruned: 1, kept: [] });
  expect(vaultNames(base, "edge")).toEqual(["manifest.json", `pcaps-${YESTERDAY}.tgz`]);
});

test("nothing is deleted at its source that the vault's manifest does not name any more", async () => {
  const base = freshBase();
  const before = settingsOf(base, { edge: machineAt(base, "edge") });
  addCapture(base, "edge", "09");
  await pull(base, before);
  const settings = settingsOf(base, { edge: machineAt(base, "edge", { prune: "1h" }) });
  const onStep = (step: string): void => {
    if (step.endsWith("looking")) rmSync(`${base}/vault/edge/${YESTERDAY}/manifest.json`);
  };
  expect((await pull(base, settings, { onStep })).machines[0]).toMatchObject({ pruned: 0 });
  expect(ringNames(base, "edge")).toHaveLength(2);
});

test.each(["NaN", "-5", "1.5", "1e23", "", "99999999999999999999999"])(
  "a vault that answers nonsense fails the day: %s",
  async (answer) => {
    const base = freshBase();
    const { at } = machineAt(base, "store");
    const settings = settingsOf(base, { edge: machineAt(base, "edge") }, { vault: { at, path: `${base}/vault` } });
    addCapture(base, "edge", "09");
    program(base, "store", "stat", `echo "${answer}"`);
    mkdirSync(`${base}/vault/edge/${YESTERDAY}`, { recursive: true });
    const asked = `case "$1" in *'echo whole'*) exec sh -c "$(printf %s "$1" | sed 's/echo 0/echo "${answer}"/')" ;; esac\n`;
    connection(base, "store", asked);
    const report = await pull(base, settings);
    expect(report.machines[0]?.days[0]).toMatchObject({ outcome: "failed", why: [expect.stringContaining("no size")] });
  },
);

test("what a machine lists without end, or of a size that is none, is refused and said", async () => {
  const base = freshBase();
  const settings = settingsOf(base, { edge: machineAt(base, "edge") });
  addCapture(base, "edge", "09");
  const path = `pcap-${YESTERDAY.replaceAll("-", "")}080000.pcapng`;
  program(
    base,
    "edge",
    "stat",
    `echo "file 9007199254740991 1 ./${path}"; shift 2; exec /usr/bin/stat -c "file %s %Y %n" "$@"`,
  );
  program(base, "edge", "tail", `exec cat /dev/zero`);
  writeFiles(base, { [`edge/ring/${path}`]: "x" });
  const report = await pull(base, settings);
  expect(report.machines[0]?.days[0]).toMatchObject({ outcome: "failed" });
  expect(report.machines[0]?.days[0]?.why.join()).toContain("ENOSPC");
  program(base, "edge", "date", "yes 'file 5 5 ./pcap-20250831000000.pcapng'");
  const endless = await pull(base, settings);
  expect(endless.machines[0]?.days[0]).toMatchObject({ outcome: "failed" });
  expect(endless.machines[0]?.days[0]?.why.join()).toContain("it says more than");
});

test("a capture that is not as large as it was listed fails, each time, and is archived at no time", async () => {
  const base = freshBase();
  const settings = settingsOf(base, { edge: machineAt(base, "edge") });
  const name = addCapture(base, "edge", "09", { index: false });
  program(base, "edge", "stat", `echo "file 5000 1 ./${name}"`);
  for (const _pull of [1, 2]) {
    const report = await pull(base, settings);
    expect(report.machines[0]?.days[0]?.why.join()).toContain("it has 3000 bytes, and 5000 were listed");
  }
  expect(vaultNames(base, "edge")).toEqual([]);
});

test("a record of what was packed that is none is no record", async () => {
  const base = freshBase();
  const settings = settingsOf(base, { edge: machineAt(base, "edge") });
  addCapture(base, "edge", "09");
  writeFiles(`${base}/staging/edge/${YESTERDAY}`, { captures: "x", "captures.json": "" });
  expect(outcomes(await pull(base, settings))["edge"]).toEqual({ [YESTERDAY]: "archived" });
});

test("what age says of a recipient is told", async () => {
  const base = freshBase();
  const age = [`age1${"q".repeat(58)}`];
  const settings = settingsOf(base, { edge: machineAt(base, "edge") }, { age });
  addCapture(base, "edge", "09");
  expect((await pull(base, settings)).machines[0]?.days[0]?.why.join()).toContain("recipient");
});

test("two pulls keep out of each other's way", async () => {
  const base = freshBase();
  const settings = settingsOf(base, { edge: machineAt(base, "edge") });
  mkdirSync(`${base}/staging`);
  const lock = await PARTS.host.lock(`${base}/staging/lock`, { timeoutMs: 0 });
  await expect(pull(base, settings)).rejects.toThrow("another pull is at work");
  await lock.release();
  expect(ringNames(base, "edge")).toEqual([]);
});
