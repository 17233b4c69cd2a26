import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { openDepot } from "../../../src/host/archive/open-depot.ts";
import { PARTS, scratch } from "../../helpers/archives.ts";
import { bytesOf } from "../../helpers/chunks.ts";
import {
  addCapture,
  captureBytes,
  connection,
  machineAt,
  manifestOf,
  ON,
  outcomes,
  pull,
  ringNames,
  settingsOf,
  sha256,
  vaultNames,
  YESTERDAY,
} from "../../helpers/pulls.ts";
import { RUNS } from "../../helpers/runs.ts";

const { fresh: freshBase, remove } = scratch();
afterAll(remove);

test("what is old and in the vault is deleted at its source; what is younger stays", async () => {
  const base = freshBase();
  const settings = settingsOf(base, { edge: machineAt(base, "edge", { prune: "8h" }) });
  addCapture(base, "edge", "09");
  const young = addCapture(base, "edge", "22");
  const report = await pull(base, settings);
  expect(report.machines[0]).toMatchObject({ pruned: 1, kept: [] });
  expect(ringNames(base, "edge")).toEqual([young, `${young}.index.json`]);
  expect(outcomes(await pull(base, settings))["edge"]).toEqual({ [YESTERDAY]: "already" });
});

test("what is not what was archived stays, and is told", async () => {
  const base = freshBase();
  const settings = settingsOf(base, { edge: machineAt(base, "edge") });
  const name = addCapture(base, "edge", "09");
  await pull(base, settings);
  const path = `${base}/edge/ring/${name}`;
  const bytes = readFileSync(path);
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  const then = Date.parse(`${YESTERDAY}T10:00:00Z`) / 1000;
  utimesSync(path, then, then);
  const pruning = settingsOf(base, { edge: machineAt(base, "edge", { prune: "1h" }) });
  const report = await pull(base, pruning);
  expect(report).toMatchObject({ isWhole: false });
  expect(report.machines[0]).toMatchObject({ pruned: 0, kept: [`${name}: it is not what was archived`] });
  expect(ringNames(base, "edge")).toEqual([name]);
});

test("a capture that was written to since, and has its size, is archived again, and deleted then", async () => {
  const base = freshBase();
  const edge = machineAt(base, "edge");
  const name = addCapture(base, "edge", "09");
  await pull(base, settingsOf(base, { edge }));
  const bytes = captureBytes("another");
  writeFileSync(`${base}/edge/ring/${name}`, bytes);
  const report = await pull(base, settingsOf(base, { edge: { ...edge, prune: "1h" } }));
  expect(report).toMatchObject({ isWhole: true, machines: [{ pruned: 1, kept: [] }] });
  expect(manifestOf(base, "edge").files[1]?.members).toMatchObject([{ name, sha256: sha256(bytes) }]);
});

test("a capture that grew is archived again, and deleted then", async () => {
  const base = freshBase();
  const settings = settingsOf(base, { edge: machineAt(base, "edge", { prune: "1h" }) });
  const old = settingsOf(base, { edge: machineAt(base, "edge") });
  const name = addCapture(base, "edge", "09", { index: false });
  await pull(base, old);
  appendFileSync(`${base}/edge/ring/${name}`, "more");
  const then = Date.parse(`${YESTERDAY}T10:30:00Z`) / 1000;
  utimesSync(`${base}/edge/ring/${name}`, then, then);
  expect((await pull(base, settings)).machines[0]).toMatchObject({ pruned: 1, kept: [] });
  expect(manifestOf(base, "edge").files.map((file) => file.members.map(({ bytes }) => bytes))).toEqual([
    [3000],
    [3004],
  ]);
});

test("nothing is deleted whose archive was tampered with: it is archived anew first", async () => {
  const base = freshBase();
  const settings = settingsOf(base, { edge: machineAt(base, "edge") });
  addCapture(base, "edge", "09");
  await pull(base, settings);
  const path = `${base}/vault/edge/${YESTERDAY}/pcaps-${YESTERDAY}.tgz`;
  const bytes = readFileSync(path);
  writeFileSync(path, Buffer.concat([bytes.subarray(0, -1), Buffer.from("x")]));
  const pruning = settingsOf(base, { edge: machineAt(base, "edge", { prune: "1h" }) });
  const report = await pull(base, pruning);
  expect(report.machines[0]).toMatchObject({ pruned: 0, days: [{ day: YESTERDAY, outcome: "archived" }] });
  expect(report.machines[0]?.kept.join()).toContain("is not what its manifest says any more");
  expect(ringNames(base, "edge")).toHaveLength(2);
  expect(vaultNames(base, "edge")).toEqual(["manifest.json", `pcaps-${YESTERDAY}.2.tgz`]);
  expect(await pull(base, pruning)).toMatchObject({ isWhole: true, machines: [{ pruned: 1 }] });
  expect(ringNames(base, "edge")).toEqual([]);
});

test.each([
  ["cut short", (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 900))],
  ["gone", (path: string) => rmSync(path)],
])(
  "what is %s in the vault is archived anew while its source has it, and only then deleted there",
  async (_name, spoil) => {
    const base = freshBase();
    const settings = settingsOf(base, { edge: machineAt(base, "edge") });
    for (const hour of ["08", "09"]) addCapture(base, "edge", hour);
    await pull(base, settings);
    const hashes = hashesInRing(base);
    const path = `${base}/vault/edge/${YESTERDAY}/pcaps-${YESTERDAY}.tgz`;
    spoil(path);
    const report = await pull(base, settingsOf(base, { edge: machineAt(base, "edge", { prune: "1h" }) }));
    expect(report).toMatchObject({ isWhole: true, machines: [{ pruned: 2, days: [{ outcome: "archived" }] }] });
    expect(report.machines[0]?.days[0]?.why).toEqual([
      `pcaps-${YESTERDAY}.tgz was damaged in the vault: it is archived anew`,
    ]);
    expect(vaultNames(base, "edge")).toEqual(["manifest.json", `pcaps-${YESTERDAY}.2.tgz`]);
    expect(await hashesInVault(base, "edge")).toEqual(new Set(hashes.values()));
    expect(outcomes(await pull(base, settings))).toEqual({ edge: { [YESTERDAY]: "already" } });

    spoil(`${base}/vault/edge/${YESTERDAY}/pcaps-${YESTERDAY}.2.tgz`);
    const lost = await pull(base, settings);
    expect(lost.machines[0]?.days[0]).toMatchObject({
      outcome: "failed",
      why: [`pcaps-${YESTERDAY}.2.tgz is damaged in the vault, and 2 captures of it are not there any more`],
    });
    expect(manifestOf(base, "edge").files).toHaveLength(1);
  },
);

/** The hashes of all captures that are in the archives of the vault, read from the archives themselves. */
async function hashesInVault(base: string, machine: string): Promise<Set<string>> {
  const depot = openDepot();
  const directory = `${base}/vault/${machine}/${YESTERDAY}`;
  const hashes = new Set<string>();
  for (const name of vaultNames(base, machine).filter((one) => /^pcaps-.*\.tgz$/.test(one))) {
    for await (const { body } of depot.readTar(depot.unwrap(depot.read(`${directory}/${name}`), { by: "gzip" }))) {
      hashes.add(sha256(await bytesOf(body)));
    }
  }
  return hashes;
}

function hashesInRing(base: string): Map<string, string> {
  return new Map(ringNames(base, "edge").map((name) => [name, sha256(readFileSync(`${base}/edge/ring/${name}`))]));
}

/** What the ring has not any more is in the vault. */
async function checkNoneLost(base: string, before: ReadonlyMap<string, string>): Promise<void> {
  const left = ringNames(base, "edge");
  const gone = [...before].filter(([name]) => !left.includes(name));
  const inVault = gone.length === 0 ? new Set() : await hashesInVault(base, "edge");
  for (const [, hash] of gone) expect(inVault).toContain(hash);
}

/** What may go wrong at each command for the machine or the vault. */
const trouble = fc.constantFrom(
  ...[
    "off",
    "cut-before",
    "cut-in",
    "cut-end",
    "twice",
    "swallowed",
    "changed",
    "full",
    "fine",
    "fine",
    "fine",
    "fine",
  ],
);

/** A connection on which the N-th command meets the N-th trouble. head(1) holds back what a lock says. */
function troubled(file: string, troubles: readonly string[]): string {
  writeFileSync(file, `${troubles.join("\n")}\n`);
  return `
word=$(head -n 1 ${file}); sed -i 1d ${file}
case "$word" in
  off) echo off >&2; exit 1 ;;
  cut-before) kill -9 $$ ;;
  cut-in) case "$1" in *flock*) exit 255 ;; esac; sh -c "$1" | head -c 700; exit 255 ;;
  cut-end) case "$1" in *flock*) exit 255 ;; esac; sh -c "$1" | head -c -5; exit 255 ;;
  twice) sh -c "$1" < /dev/null > /dev/null 2>&1 ;;
  swallowed) head -c 900 | sh -c "$1"; exit 255 ;;
  changed) tr x y | sh -c "$1"; exit ;;
  full) (ulimit -f 1; sh -c "$1"); exit ;;
esac
`;
}

test("whatever fails, nothing is deleted that is not in the vault, and all is there in the end", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(trouble, { maxLength: 25 }),
      fc.array(trouble, { maxLength: 25 }),
      async (ofMachine, ofVault) => {
        const base = freshBase();
        const edge = machineAt(base, "edge", { prune: "1h" });
        const { at } = machineAt(base, "store");
        const settings = settingsOf(base, { edge }, { vault: { at, path: `${base}/vault` } });
        for (const hour of ["08", "09", "10"]) addCapture(base, "edge", hour);
        const before = hashesInRing(base);
        connection(base, "edge", troubled(`${base}/edge/troubles`, ofMachine));
        connection(base, "store", troubled(`${base}/store/troubles`, ofVault));

        for (const _pull of [1, 2]) {
          await pull(base, settings).catch((error: Error) => expect(error.name).toBe("Fault"));
          await checkNoneLost(base, before);
        }
        for (const name of ["edge", "store"]) connection(base, name, ON);
        expect(await pull(base, settings)).toMatchObject({ isWhole: true });
        await checkNoneLost(base, before);
        expect(ringNames(base, "edge")).toEqual([]);
        rmSync(base, { recursive: true });
      },
    ),
    { numRuns: Math.max(12, RUNS / 25) },
  );
});

/** A pull whose process is killed when it has done so many things. */
async function killedAfter(base: string, steps: number, settings: Parameters<typeof pull>[1]): Promise<boolean> {
  let left = steps;
  class Killed extends Error {}
  const watched = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (of, key) => {
        const value = Reflect.get(of, key) as unknown;
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          left -= 1;
          if (left < 0) throw new Killed();
          return (value as (...all: unknown[]) => unknown).apply(of, args);
        };
      },
    });
  // Nothing that runs in a killed process comes to its end: every touch after that fails.
  const parts = {
    host: watched(PARTS.host),
    depot: watched(PARTS.depot),
    openPlace: (document: Parameters<typeof PARTS.openPlace>[0]) => watched(PARTS.openPlace(document)),
  };
  try {
    await pull(base, settings, {}, parts);
    return true;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    return false;
  }
}

/** Every third point at which a pull can end; in long runs every one. */
const STRIDE = RUNS > 1000 ? 1 : 3;

test("a pull that ends anywhere is gone on with by the next, and the vault holds each file once", async () => {
  let isDone = false;
  for (let steps = 3; !isDone; steps += STRIDE) isDone = await killedAndGoneOn(steps);
});

async function killedAndGoneOn(steps: number): Promise<boolean> {
  const base = freshBase();
  const settings = settingsOf(base, { edge: machineAt(base, "edge", { prune: "1h" }) });
  for (const hour of ["08", "09"]) addCapture(base, "edge", hour);
  const before = hashesInRing(base);
  const isDone = await killedAfter(base, steps, settings);
  await checkNoneLost(base, before);
  expect(await pull(base, settings)).toMatchObject({ isWhole: true });
  expect(vaultNames(base, "edge")).toEqual(["manifest.json", `pcaps-${YESTERDAY}.tgz`]);
  expect(await hashesInVault(base, "edge")).toEqual(new Set(before.values()));
  expect(ringNames(base, "edge")).toEqual([]);
  expect(existsSync(`${base}/staging/edge`) ? readdirSync(`${base}/staging/edge`) : []).toEqual([]);
  rmSync(base, { recursive: true });
  return isDone;
}
