import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { UNPACK_LIMITS } from "../../../src/core/archive/sieve.ts";
import { HostError } from "../../../src/core/model/host.ts";
import { type OpenDayWish, openDay } from "../../../src/verbs/archive/open-day.ts";
import { PARTS, scratch, tar, writeFiles } from "../../helpers/archives.ts";
import { RUNS } from "../../helpers/runs.ts";

const DAY = "2025-08-31";
const { fresh: freshBase, remove } = scratch();
afterAll(remove);

const PCAP = Buffer.from("d4c3b2a1020004000000000000000000000004000100000000", "hex");
const LINES = "Aug 31 10:32:01 sys-firewall kernel: SYSFW:new IN=vif1.0 OUT=eth0 SRC=10.137.0.5 DST=192.0.2.1\n";

/** What the seed's own scripts leave in the work VM. */
function seedDay(base: string): void {
  writeFiles(`${base}/source`, {
    "netpcap/pcap-20250831103200.pcap": PCAP,
    [`${DAY}/nft-${DAY}.log.gz`]: gzipSync(LINES),
  });
  writeFiles(`${base}/source`, { [`${DAY}/pcaps-${DAY}.tgz`]: tar(`${base}/source`, "-cz", "netpcap") });
  writeFiles(base, { [`NetLogs/${DAY}/sys-dns.tgz`]: tar(`${base}/source`, "-cz", DAY) });
}

function wishOf(base: string, more: Partial<OpenDayWish> = {}): OpenDayWish {
  const at = { directory: `${base}/NetLogs` };
  return { day: DAY, at, directory: `${base}/opened`, signal: new AbortController().signal, ...more };
}

test("a day that the seed's own scripts packed is opened, and the same again is not unpacked again", async () => {
  const base = freshBase();
  seedDay(base);
  const opened = await openDay(PARTS, wishOf(base));
  const directory = `${base}/opened/sys-dns`;
  expect(opened).toEqual({
    day: DAY,
    directory: `${base}/opened`,
    machines: [
      {
        machine: "sys-dns",
        captures: [{ path: `${directory}/netpcap/pcap-20250831103200.pcap` }],
        logs: [{ path: `${directory}/nft-${DAY}.log`, kind: "kernel-log" }],
        notes: [],
      },
    ],
  });
  expect(readFileSync(`${directory}/nft-${DAY}.log`, "utf8")).toBe(LINES);
  expect(readFileSync(`${directory}/netpcap/pcap-20250831103200.pcap`).equals(PCAP)).toBe(true);
  for (const path of [`${base}/opened`, directory, `${directory}/netpcap`])
    expect(statSync(path).mode & 0o777).toBe(0o700);

  const { ino } = statSync(directory);
  expect(await openDay(PARTS, wishOf(base))).toEqual(opened);
  expect(statSync(directory).ino).toBe(ino);
  writeFiles(base, { [`NetLogs/${DAY}/sys-dns.tgz`]: tar(`${base}/source`, "-cz", `${DAY}/nft-${DAY}.log.gz`) });
  expect((await openDay(PARTS, wishOf(base))).machines).toMatchObject([
    { captures: [], logs: [{ kind: "kernel-log" }] },
  ]);
});

test("a day, a machine or a directory that is not there is nothing", async () => {
  const base = freshBase();
  seedDay(base);
  expect((await openDay(PARTS, wishOf(base, { day: "2025-09-01" }))).machines).toEqual([]);
  expect((await openDay(PARTS, wishOf(base, { machines: ["sys-vpn"] }))).machines).toEqual([]);
  expect((await openDay(PARTS, wishOf(base, { at: { directory: `${base}/none` } }))).machines).toEqual([]);
});

/** Everything below a directory, by its path within. */
function allIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" }).toSorted();
}

/** A day of a machine whose archive of captures is these bytes. */
function dayOf(base: string, captures: Buffer): void {
  writeFiles(`${base}/source`, { [`${DAY}/pcaps-${DAY}.tgz`]: captures });
  writeFiles(base, { [`NetLogs/${DAY}/edge.tgz`]: tar(`${base}/source`, "-cz", DAY) });
}

test("links, devices, ways out and names that do not belong there are left out, and said", async () => {
  const base = freshBase();
  const evil = `${base}/evil`;
  writeFiles(evil, {
    "netpcap/pcap-20250831103200.pcap": PCAP,
    "netpcap/run.sh": "rm -rf /",
    "netpcap/deep/pcap-20250831113200.pcap": PCAP,
    "out.pcap": PCAP,
  });
  tar(evil, "-cf", `${base}/names.tar`, "netpcap");
  const script = `ln -s /etc netpcap/pcap-20250831123200.pcap; mkfifo netpcap/pcap-20250831133200.pcap; ln netpcap/run.sh netpcap/pcap-20250831143200.pcap`;
  const { execaSync } = await import("execa");
  execaSync("sh", ["-ec", script], { cwd: evil });
  const transforms = ["--transform=s,^out.pcap,../../../out.pcap,", "--transform=s,^deep,/tmp/deep,"];
  const bytes = tar(evil, "-czP", ...transforms, "netpcap", "netpcap/pcap-20250831103200.pcap", "out.pcap");
  dayOf(base, bytes);
  const { machines } = await openDay(PARTS, wishOf(base));
  const [edge] = machines;
  expect(edge?.captures).toHaveLength(1);
  const notes = edge?.notes.join("\n") ?? "";
  for (const part of [
    "run.sh",
    "deep/",
    "123200.pcap is no file",
    "133200.pcap is no file",
    "143200.pcap",
    "../../../out.pcap",
  ]) {
    expect(notes).toContain(part);
  }
  expect(allIn(base).filter((name) => name.startsWith("opened/"))).toEqual(
    [".opening", "edge", "edge/.opened.json", "edge/netpcap", "edge/netpcap/pcap-20250831103200.pcap"].map(
      (name) => `opened/${name}`,
    ),
  );
  expect(existsSync("/tmp/deep")).toBe(false);
});

test("what is too large, too many or a bomb is not unpacked, and said", async () => {
  const base = freshBase();
  const names = [1, 2, 3].map((hour) => `netpcap/pcap-2025083110320${hour}.pcap`);
  writeFiles(`${base}/evil`, Object.fromEntries(names.map((name) => [name, Buffer.alloc(300_000)])));
  dayOf(base, tar(`${base}/evil`, "-cz", ...names));
  const opened = async (limits: Partial<typeof UNPACK_LIMITS>, directory: string) => {
    const { machines } = await openDay(
      PARTS,
      wishOf(base, { limits: { ...UNPACK_LIMITS, ...limits }, directory: `${base}/${directory}` }),
    );
    return { captures: machines[0]?.captures.length, notes: machines[0]?.notes.join("; ") ?? "" };
  };
  expect(await opened({}, "all")).toEqual({ captures: 3, notes: "" });
  expect(await opened({ members: 2 }, "members")).toMatchObject({
    captures: 2,
    notes: expect.stringContaining("more than 2 files"),
  });
  expect(await opened({ memberBytes: 200_000 }, "bytes")).toMatchObject({
    captures: 0,
    notes: expect.stringContaining("has 300000 bytes"),
  });
  const bomb = await opened({ bytes: 500_000 }, "bomb");
  expect(bomb).toMatchObject({ captures: 1, notes: expect.stringContaining("it unpacks to more than 500000 bytes") });
  expect(allIn(`${base}/bomb/edge`).filter((name) => name.endsWith(".pcap"))).toHaveLength(1);
});

test("what the user has where a machine is unpacked to stays, and nothing is opened", async () => {
  const base = freshBase();
  seedDay(base);
  const refused = {
    code: "refused",
    message: `${base}/opened/sys-dns stands there, and is no day that was opened before`,
  };
  writeFiles(base, { "opened/sys-dns/thesis.txt": "precious" });
  await expect(openDay(PARTS, wishOf(base))).rejects.toMatchObject(refused);
  expect(allIn(`${base}/opened`)).toEqual(["sys-dns", "sys-dns/thesis.txt"]);
  rmSync(`${base}/opened/sys-dns`, { recursive: true });
  writeFiles(base, { "else/.opened.json": "{}", "else/thesis.txt": "precious" });
  symlinkSync(`${base}/else`, `${base}/opened/sys-dns`);
  await expect(openDay(PARTS, wishOf(base))).rejects.toMatchObject(refused);
  expect(allIn(`${base}/else`)).toEqual([".opened.json", "thesis.txt"]);
});

test("a machine that has the name of another's bundle leaves that where it is", async () => {
  const base = freshBase();
  seedDay(base);
  const bundle = readFileSync(`${base}/NetLogs/${DAY}/sys-dns.tgz`);
  writeFiles(base, { [`NetLogs/${DAY}/sys-dns.tgz.tgz`]: bundle });
  const directory = `${base}/NetLogs/${DAY}`;
  const { machines } = await openDay(PARTS, wishOf(base, { directory }));
  expect(machines.map(({ machine, logs }) => [machine, logs.length])).toEqual([
    ["sys-dns", 1],
    ["sys-dns.tgz", 1],
  ]);
  expect(readFileSync(`${directory}/sys-dns.tgz`).equals(bundle)).toBe(true);
});

test("what is remembered of a machine is believed only where it is its own, and leads nowhere else", async () => {
  const base = freshBase();
  seedDay(base);
  const opened = await openDay(PARTS, wishOf(base));
  const directory = `${base}/opened/sys-dns`;
  const path = `${directory}/.opened.json`;
  const text = readFileSync(path, "utf8");
  for (const lie of [
    text.replace(`nft-${DAY}.log`, "../../../../etc/passwd"),
    text.replace("sys-dns", "sys-vpn"),
    ...["{", "null", '{"fingerprint":1}', text.replace('"logs"', '"lies"')],
  ]) {
    writeFileSync(path, lie);
    expect(await openDay(PARTS, wishOf(base))).toEqual(opened);
    expect(readFileSync(path, "utf8")).toBe(text);
  }
  chmodSync(directory, 0o777);
  writeFileSync(`${directory}/nft-${DAY}.log`, "somebody else's");
  expect(await openDay(PARTS, wishOf(base))).toEqual(opened);
  expect(readFileSync(`${directory}/nft-${DAY}.log`, "utf8")).toBe(LINES);
});

test("a day of many archives that each unpack to much is bounded as one", async () => {
  const base = freshBase();
  const events = gzipSync(Buffer.alloc(300_000));
  const names = [2, 3, 4, 5].map((part) => `${DAY}/events-${DAY}.${part}.ndjson.gz`);
  writeFiles(`${base}/source`, Object.fromEntries(names.map((name) => [name, events])));
  writeFiles(base, { [`NetLogs/${DAY}/edge.tgz`]: tar(`${base}/source`, "-cz", DAY) });
  const limits = { ...UNPACK_LIMITS, bytes: 500_000 };
  const { machines } = await openDay(PARTS, wishOf(base, { limits }));
  expect(machines).toMatchObject([
    {
      logs: [{ kind: "events" }],
      notes: [
        `events-${DAY}.3.ndjson.gz was left out: it unpacks to more than 500000 bytes`,
        "2 more of its files were left out",
      ],
    },
  ]);
  expect(allIn(`${base}/opened/edge`)).toEqual([".opened.json", `events-${DAY}.2.ndjson`]);
});

test("what cannot be unpacked to the end leaves nothing behind", async () => {
  const base = freshBase();
  seedDay(base);
  const full = { ...PARTS.depot, move: async () => await Promise.reject(new HostError("ENOSPC", "write", "x")) };
  await expect(openDay({ ...PARTS, depot: full }, wishOf(base))).rejects.toMatchObject({
    code: "refused",
    message: expect.stringContaining("no space"),
  });
  expect(allIn(`${base}/opened`)).toEqual([".opening"]);
});

test("one machine whose bundle cannot be read keeps nobody from the others, and is said", async () => {
  const base = freshBase();
  seedDay(base);
  mkdirSync(`${base}/NetLogs/${DAY}/directory.tgz`);
  writeFiles(`${base}/big`, { [`${DAY}/manifest.json`]: Buffer.alloc(17 * 2 ** 20) });
  writeFiles(base, {
    [`NetLogs/${DAY}/big.tgz`]: tar(`${base}/big`, "-cz", DAY),
    [`NetLogs/${DAY}/empty.tgz`]: "",
    [`NetLogs/${DAY}/garbage.tgz`]: "no gzip",
  });
  const { machines } = await openDay(PARTS, wishOf(base));
  expect(machines.map(({ machine, isUnread = false, notes }) => [machine, isUnread, notes[0]])).toEqual([
    ["big", false, "its manifest is none, or that of another day: its files are opened as they are"],
    ["directory", true, "its bundle is no file"],
    ["empty", true, "its bundle cannot be read"],
    ["garbage", true, "its bundle cannot be read"],
    ["sys-dns", false, undefined],
  ]);
});

test("two that open the same at once have the same", async () => {
  const base = freshBase();
  seedDay(base);
  const [one, ...others] = await Promise.all([1, 2, 3].map(() => openDay(PARTS, wishOf(base))));
  expect(others).toEqual([one, one]);
  expect(existsSync(one?.machines[0]?.logs[0]?.path ?? "")).toBe(true);
});

test("what is cut off is opened as far as it goes", async () => {
  const base = freshBase();
  seedDay(base);
  const path = `${base}/NetLogs/${DAY}/sys-dns.tgz`;
  writeFileSync(path, readFileSync(path).subarray(0, -30));
  const { machines } = await openDay(PARTS, wishOf(base));
  expect(machines[0]?.notes.join()).toMatch(/what follows: it is (no gzip|cut off)/);
});

test("whatever bytes a day is, nothing is written outside, nothing is thrown", async () => {
  const base = freshBase();
  seedDay(base);
  const whole = readFileSync(`${base}/NetLogs/${DAY}/sys-dns.tgz`);
  const { gunzipSync } = await import("node:zlib");
  const plain = gunzipSync(whole);
  const changed = fc.array(fc.tuple(fc.nat(plain.length - 1), fc.nat(255)), { maxLength: 6 }).map((changes) => {
    const bytes = Buffer.from(plain);
    for (const [at, value] of changes) bytes[at] = value;
    return gzipSync(bytes);
  });
  const noise = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));
  await fc.assert(
    fc.asyncProperty(fc.oneof(changed, noise), async (bytes) => {
      writeFileSync(`${base}/NetLogs/${DAY}/sys-dns.tgz`, bytes);
      const before = allIn(base).filter((name) => !name.startsWith("opened"));
      const { machines } = await openDay(PARTS, wishOf(base));
      expect(machines).toHaveLength(1);
      expect(allIn(base).filter((name) => !name.startsWith("opened"))).toEqual(before);
      for (const name of allIn(`${base}/opened`)) {
        const found = lstatSync(`${base}/opened/${name}`);
        expect(found.isFile() || found.isDirectory()).toBe(true);
      }
    }),
    { numRuns: Math.min(RUNS, 150) },
  );
});
