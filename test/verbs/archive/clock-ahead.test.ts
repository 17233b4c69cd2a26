import { writeFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import type { ArchiveDocument } from "../../../src/core/archive/schema.ts";
import { scratch } from "../../helpers/archives.ts";
import {
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

const [DAY_MS, TODAY] = [86_400_000, "2025-09-01"];
const BOOT = `${YESTERDAY}T00:00:00.000000+0000 fw kernel: boot`;
const [FIRST, SECOND] = [`nft-${TODAY}.log.gz`, `nft-${TODAY}.2.log.gz`];

/** It is asked when it begins, which its first line says, and for all of it. */
const JOURNALCTL = 'cat "$HOME/journal"';

function machine(base: string): { settings: ArchiveDocument; journal: (...times: readonly string[]) => void } {
  const settings = settingsOf(base, { fw: machineAt(base, "fw", { captures: undefined, "kernel-log": ["SYSFW:"] }) });
  program(base, "fw", "journalctl", JOURNALCTL);
  const line = (time: string): string => `${TODAY}T${time}.000000+0000 fw kernel: SYSFW:new ${time}`;
  const journal = (...times: readonly string[]): void =>
    writeFileSync(`${base}/fw/journal`, [BOOT, ...times.map(line)].map((text) => `${text}\n`).join(""));
  return { settings, journal };
}

const counts = (base: string): number[] => manifestOf(base, "fw", TODAY).files.map(({ count }) => count);

test("a day that a clock which was ahead called over is archived again when it is", async () => {
  const base = fresh();
  const { settings, journal } = machine(base);
  journal("03:00:00");
  expect(outcomes(await pull(base, settings, { now: NOW + 2 * DAY_MS }))["fw"]?.[TODAY]).toBe("archived");
  journal("03:00:00", "23:00:00");
  const now = NOW + DAY_MS;
  expect(outcomes(await pull(base, settings, { now, isDryRun: true }))["fw"]?.[TODAY]).toBe("wanted");
  expect(outcomes(await pull(base, settings, { now }))["fw"]?.[TODAY]).toBe("archived");
  expect(counts(base)).toEqual([2]);
  expect(vaultNames(base, "fw", TODAY)).toEqual(["manifest.json", SECOND]);
  expect(outcomes(await pull(base, settings, { now }))["fw"]?.[TODAY]).toBe("already");
});

test("lines that were archived and that the machine has not any more stay in the vault", async () => {
  const base = fresh();
  const { settings, journal } = machine(base);
  journal("01:00:00", "02:00:00");
  await pull(base, settings, { withToday: true });
  journal("23:00:00");
  const now = NOW + DAY_MS;
  expect(outcomes(await pull(base, settings, { now }))["fw"]?.[TODAY]).toBe("archived");
  expect(counts(base)).toEqual([2, 1]);
  const kept = `kernel-log: the machine has fewer lines than the 2 of ${FIRST}: that is kept as well`;
  expect(manifestOf(base, "fw", TODAY).missing).toEqual([kept]);
  expect(vaultNames(base, "fw", TODAY)).toEqual(["manifest.json", SECOND, FIRST]);
});

test("what is not there any more takes the place of nothing", async () => {
  const base = fresh();
  const { settings, journal } = machine(base);
  journal("01:00:00", "02:00:00");
  await pull(base, settings, { now: NOW + 2 * DAY_MS });
  journal();
  await pull(base, settings, { now: NOW + DAY_MS });
  expect(counts(base)).toEqual([2]);
  expect(vaultNames(base, "fw", TODAY)).toEqual(["manifest.json", FIRST]);
});
