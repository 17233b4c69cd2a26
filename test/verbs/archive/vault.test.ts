import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { execaSync } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parsePlacePath } from "../../../src/core/archive/place-path.ts";
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
  connection,
  machineAt,
  OFF,
  program,
  pull,
  settingsOf,
  vaultNames,
  YESTERDAY,
} from "../../helpers/pulls.ts";

const { path: ROOT, fresh, remove } = scratch();
afterAll(remove);
const signal = new AbortController().signal;

/** A vault that is copied for each test: two machines, three days, captures and lines. */
const MODEL = join(ROOT, "model");

beforeAll(async () => {
  mkdirSync(MODEL);
  const machines = {
    edge: machineAt(MODEL, "edge"),
    fw: machineAt(MODEL, "fw", { captures: undefined, "kernel-log": ["SYSFW:"] }),
  };
  program(MODEL, "fw", "journalctl", `echo "${YESTERDAY}T00:00:00.000000+0000 fw kernel: SYSFW:new"`);
  for (const [day, hour] of [
    ["2025-08-28", "09"],
    [YESTERDAY, "09"],
    [YESTERDAY, "10"],
  ] as const)
    addCapture(MODEL, "edge", hour, { day });
  await pull(MODEL, settingsOf(MODEL, machines), { days: ["2025-08-28", YESTERDAY] });
});

function freshVault(): { base: string; directory: string; vault: ReturnType<typeof vaultAt> } {
  const base = fresh();
  execaSync("cp", ["-a", join(MODEL, "vault"), join(base, "vault")]);
  const directory = `${base}/vault/edge/${YESTERDAY}`;
  return { base, directory, vault: vaultAt(PARTS, { at: "here", path: `${base}/vault` }) };
}

const UTC = { offsetMinutes: 0 };

test("what the vault holds is listed: all of it, of a moment, of a prefix", async () => {
  const { vault } = freshVault();
  const all = await listArchive(vault, UTC);
  expect(
    all.days.map(({ machine, day, files }) => [machine, day, ...files.map(({ name, count: of }) => `${name} ${of}`)]),
  ).toEqual([
    ["edge", "2025-08-28", "pcaps-2025-08-28.tgz 10"],
    ["edge", YESTERDAY, `pcaps-${YESTERDAY}.tgz 20`],
    ["fw", "2025-08-28"],
    ["fw", YESTERDAY, `nft-${YESTERDAY}.log.gz 1`],
  ]);
  expect(all.gaps).toEqual(["edge", "fw"].map((machine) => ({ machine, first: "2025-08-29", last: "2025-08-30" })));
  const at = async (time: string) => {
    const { days } = await listArchive(vault, { ...UTC, at: `${YESTERDAY}T${time}.000000000Z` });
    return days.flatMap(({ files }) => files.flatMap(({ name, members }) => [name, ...members.map((one) => one.name)]));
  };
  expect(await at("10:32:00")).toEqual([`pcaps-${YESTERDAY}.tgz`, "pcap-20250831100000.pcapng"]);
  expect(await at("08:00:00")).toEqual([]);
  expect((await listArchive(vault, { ...UTC, prefix: "SYSFW*" })).days).toMatchObject([{ machine: "fw" }]);
  expect(
    (await listArchive(vault, { ...UTC, machine: "edge", since: `${YESTERDAY}T00:00:00.000000000Z` })).days,
  ).toHaveLength(1);
  expect(await findDays(PARTS, { vault })).toEqual(["2025-08-28", YESTERDAY]);
});

async function problemsOf(vault: ReturnType<typeof vaultAt>, isDeep = false): Promise<string[]> {
  const { days, isSound } = await verifyArchive(PARTS, vault, { isDeep, onStep: () => {}, signal });
  const problems = days.flatMap((one) => one.problems.map((problem) => `${one.machine} ${one.day}: ${problem}`));
  expect(isSound).toBe(problems.length === 0);
  return problems;
}

test.each([
  ["nothing", () => {}, []],
  [
    "a byte",
    (directory: string) => appendFileSync(`${directory}/pcaps-${YESTERDAY}.tgz`, "x"),
    [`pcaps-${YESTERDAY}.tgz is not what it was`],
  ],
  [
    "a file that is gone",
    (directory: string) => rmSync(`${directory}/pcaps-${YESTERDAY}.tgz`),
    [`pcaps-${YESTERDAY}.tgz is not there`],
  ],
  ["a file more", (directory: string) => writeFileSync(`${directory}/more`, ""), ["more is not in its manifest"]],
  ["a link", (directory: string) => symlinkSync("/etc/passwd", `${directory}/link`), ["link is not in its manifest"]],
  ["no manifest", (directory: string) => rmSync(`${directory}/manifest.json`), ["it has no manifest"]],
  [
    "a manifest that is none",
    (directory: string) => writeFileSync(`${directory}/manifest.json`, "{}"),
    ["its manifest is none"],
  ],
  ["a part that was cut off", (directory: string) => writeFileSync(`${directory}/.part-1`, "half"), []],
])("verify finds %s", async (_name, spoil, problems) => {
  const { vault, directory } = freshVault();
  spoil(directory);
  expect(await problemsOf(vault)).toEqual(problems.map((problem) => `edge ${YESTERDAY}: ${problem}`));
});

test("a day that was moved is not taken for another", async () => {
  const { base, vault } = freshVault();
  renameSync(`${base}/vault/edge/2025-08-28`, `${base}/vault/edge/2025-08-27`);
  expect(await problemsOf(vault)).toEqual(["edge 2025-08-27: its manifest is none"]);
});

test("with --deep what is in the files is compared, and packets are counted", async () => {
  const { vault, directory } = freshVault();
  // The captures of the model are none: their indexes say that they have ten packets.
  const problems = await problemsOf(vault, true);
  expect(problems).toHaveLength(3);
  expect(problems[0]).toContain("has 0 packets, 10 by its index");
  const path = `${directory}/manifest.json`;
  writeFileSync(
    path,
    readFileSync(path, "utf8").replace(/("name":"pcap-20250831100000.pcapng","bytes":3000,"sha256":")../, "$1ab"),
  );
  expect((await problemsOf(vault, true)).join()).toContain("netpcap/pcap-20250831100000.pcapng is not what it was");
});

/** The lines of a machine, in the vault with a manifest that fits. */
function keepLines(directory: string, lines: Buffer, said: object = {}): void {
  const path = `${directory}/manifest.json`;
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  const name = `events-${YESTERDAY}.ndjson.gz`;
  const sha256 = createHash("sha256").update(lines).digest("hex");
  const file = { name, kind: "events", sha256, bytes: lines.length, isEncrypted: false, members: [], count: 1 };
  manifest.files = [{ ...file, lost: 0, prefixes: {}, ...said }];
  writeFileSync(path, `${JSON.stringify(manifest)}\n`);
  writeFileSync(`${directory}/${name}`, lines);
}

test.each([
  ["an event that is no JSON", "{oops", {}, "cannot be read: a line of it is no event"],
  ["an event that is none", "null", {}, "cannot be read: a line of it is no event"],
  ["a file of another kind", "{}", { kind: "captures" }, "is none of captures"],
  [
    "more than may be unpacked",
    Buffer.alloc(65 * 2 ** 20),
    {},
    "cannot be read: it unpacks to more than 67108864 bytes",
  ],
])("with --deep it finds %s", async (_name, content, said, problem) => {
  const { vault, base } = freshVault();
  keepLines(`${base}/vault/fw/${YESTERDAY}`, gzipSync(content), said);
  const problems = await problemsOf(vault, true);
  const name = `events-${YESTERDAY}.ndjson.gz`;
  expect(problems.filter((one) => one.includes(name))).toEqual([`fw ${YESTERDAY}: ${name} ${problem}`]);
});

test("no manifest that is none goes unsaid", async () => {
  const { vault, base } = freshVault();
  const spoil = {
    a: (path: string) => writeFileSync(path, Buffer.from("\u0000\u0001\n\xff\u001b[31m\n", "latin1")),
    b: (path: string) => execaSync("mkfifo", [path]),
    c: (path: string) => mkdirSync(path),
    d: (path: string) => writeFileSync(path, ""),
  };
  for (const [machine, make] of Object.entries(spoil)) {
    mkdirSync(`${base}/vault/${machine}/${YESTERDAY}`, { recursive: true });
    make(`${base}/vault/${machine}/${YESTERDAY}/manifest.json`);
  }
  const { unread } = await listArchive(vault, UTC);
  expect(unread.toSorted()).toEqual(["a", "b", "c", "d"].map((one) => `./${one}/${YESTERDAY}/manifest.json`));
});

test("a name that is odd keeps its machine from being fetched, and no other", async () => {
  const { vault, base, directory } = freshVault();
  writeFileSync(`${directory}/a\n\\b\u001b`, "");
  const to = parsePlacePath("--to", `${base}/work`);
  const wish = { day: YESTERDAY, to, staging: `${base}/staging`, onStep: () => {}, signal };
  expect(await fetchDay(PARTS, vault, wish)).toMatchObject([
    { machine: "edge", failed: "a\\u000a\\b\\u001b is not in its manifest" },
    { machine: "fw", path: `${base}/work/${YESTERDAY}/fw.tgz` },
  ]);
});

test("of a file of a vault no more is brought than its manifest says", async () => {
  const { vault, base, directory } = freshVault();
  const name = `pcaps-${YESTERDAY}.tgz`;
  const { size } = statSync(`${directory}/${name}`);
  const endless = {
    ...vault.place,
    run: (...asked: Parameters<typeof vault.place.run>) =>
      asked[1][1] === name ? endlessly() : vault.place.run(...asked),
  };
  async function* endlessly(): AsyncGenerator<Buffer> {
    for (;;) yield Buffer.alloc(1000);
  }
  const far = { ...vault, place: endless };
  const opened = await openDay(PARTS, { day: YESTERDAY, at: { vault: far }, directory: `${base}/opened`, signal });
  const trouble = `${name} is not what its manifest says: it has more than ${size} bytes`;
  expect(opened.machines).toMatchObject([
    {
      machine: "edge",
      captures: [],
      notes: [`left out: ${trouble}`, `${name} is not there, although its manifest names it`],
    },
    { machine: "fw", logs: [{ kind: "kernel-log" }] },
  ]);
  const to = parsePlacePath("--to", `${base}/work`);
  const wish = { day: YESTERDAY, to, staging: `${base}/staging`, onStep: () => {}, signal };
  expect(await fetchDay(PARTS, far, wish)).toMatchObject([{ machine: "edge", failed: trouble }, { machine: "fw" }]);
});

test("old days are deleted whole, by age and by size, and the newest stays", async () => {
  const { vault, base } = freshVault();
  const prune = async (wish: { keepSeconds?: number; bytesMax?: number; isDryRun?: boolean }) =>
    (await pruneVault(vault, { today: "2025-09-01", isDryRun: false, signal, ...wish })).map(
      ({ machine, day, why }) => `${machine} ${day} ${why}`,
    );
  expect(await prune({ keepSeconds: 4 * 86_400 })).toEqual([]);
  const old = ["edge 2025-08-28 age", "fw 2025-08-28 age"];
  expect(await prune({ keepSeconds: 3 * 86_400, isDryRun: true })).toEqual(old);
  expect(vaultNames(base, "edge", "2025-08-28")).not.toEqual([]);
  expect(await prune({ keepSeconds: 3 * 86_400 })).toEqual(old);
  expect(existsSync(`${base}/vault/edge/2025-08-28`)).toBe(false);
  expect(await prune({ bytesMax: 1 })).toEqual([]);
  expect(await problemsOf(vault)).toEqual([]);
});

test("a deletion that was cut off is finished by the next, and never taken for tampering", async () => {
  const { vault, base } = freshVault();
  renameSync(`${base}/vault/edge/2025-08-28`, `${base}/vault/edge/.removed-2025-08-28`);
  rmSync(`${base}/vault/edge/.removed-2025-08-28/pcaps-2025-08-28.tgz`);
  expect(await problemsOf(vault)).toEqual([]);
  await pruneVault(vault, { today: "2025-09-01", keepSeconds: 86_400 * 30, isDryRun: false, signal });
  expect(existsSync(`${base}/vault/edge/.removed-2025-08-28`)).toBe(false);
});

test("a day is fetched as the seed's helper does it, and opened from there", async () => {
  const { vault, base, directory } = freshVault();
  const to = parsePlacePath("--to", `${base}/work`);
  const wish = { day: YESTERDAY, to, staging: `${base}/staging`, onStep: () => {}, signal };
  const fetched = await fetchDay(PARTS, vault, wish);
  expect(fetched.map(({ machine, path }) => [machine, path])).toEqual(
    ["edge", "fw"].map((machine) => [machine, `${base}/work/${YESTERDAY}/${machine}.tgz`]),
  );
  const listed = execaSync("tar", ["-tzf", `${base}/work/${YESTERDAY}/edge.tgz`], { lines: true }).stdout;
  expect(listed).toEqual([`${YESTERDAY}/manifest.json`, `${YESTERDAY}/pcaps-${YESTERDAY}.tgz`]);
  const at = { directory: `${base}/work` };
  const opened = await openDay(PARTS, { day: YESTERDAY, at, directory: `${base}/opened`, signal });
  expect(opened.machines).toMatchObject([
    { machine: "edge", captures: [{ index: { packets: 10 } }, {}], notes: [] },
    { machine: "fw", logs: [{ kind: "kernel-log" }], notes: [] },
  ]);
  expect(await findDays(PARTS, at)).toEqual([YESTERDAY]);

  appendFileSync(`${directory}/pcaps-${YESTERDAY}.tgz`, "x");
  rmSync(`${base}/work`, { recursive: true });
  const tampered = await fetchDay(PARTS, vault, wish);
  expect(tampered[0]).toMatchObject({
    machine: "edge",
    failed: expect.stringContaining("is not what its manifest says"),
  });
  expect(existsSync(`${base}/work/${YESTERDAY}/edge.tgz`)).toBe(false);
});

test("what is fetched goes nowhere if the other end is off", async () => {
  const { vault, base } = freshVault();
  const { at } = machineAt(base, "work") as { at: { exec: string[] } };
  connection(base, "work", OFF);
  const wish = { day: YESTERDAY, to: { at, path: "NetLogs" }, staging: `${base}/staging`, onStep: () => {}, signal };
  await expect(fetchDay(PARTS, vault, wish)).rejects.toThrow(/not reached: VM is not running/);
});

test("a vault that is elsewhere is relative to the home directory there", async () => {
  const { base } = freshVault();
  const { at } = machineAt(base, "store") as { at: { exec: string[] } };
  renameSync(`${base}/vault`, `${base}/store/NetLogs`);
  const { days } = await listArchive(vaultAt(PARTS, { at, path: "NetLogs" }), UTC);
  expect(days).toHaveLength(4);
});
