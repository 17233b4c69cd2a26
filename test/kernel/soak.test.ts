import { execa } from "execa";
import { expect, test } from "vitest";
import { ROOT } from "../helpers/cli.ts";

interface Told {
  readonly problems: readonly string[];
  readonly counters: Record<string, number>;
  readonly told: Record<string, { readonly lines: number }>;
  readonly figures: Record<string, number>;
  readonly ring: { readonly files: number; readonly packets: number };
  readonly churn: Record<string, number>;
  readonly memory: Record<string, { readonly settled: number; readonly mostLater: number }>;
}

/** On a machine that others use, too, everything takes many times as long: it is waited for. */
const PATIENCE_MS = 1_200_000;

// It takes root, and what is soaked is the same for everybody.
test.skipIf(process.getuid?.() !== 0)(
  "under load, with reloads, slow readers and churn, every event is accounted for, and nothing is left open",
  { timeout: PATIENCE_MS },
  async () => {
    const words = [`${ROOT}test/soak/main.js`, "--minutes", "1", "--seed", "11", "--json"];
    const { stdout, stderr, exitCode } = await execa(process.execPath, words, { reject: false });
    expect(exitCode, stderr).toBeLessThan(2);
    const { problems, counters, told, figures, ring, churn, memory } = JSON.parse(stdout) as Told;
    expect(problems).toEqual([]);
    for (const name of ["g1", "g2", "g11", "g12", "g13", "made"]) expect(counters[name], name).toBeGreaterThan(0);
    for (const [name, { lines }] of Object.entries(told)) expect(lines, name).toBeGreaterThan(0);
    expect(figures['netlogctl_sink_written_total{sink="store"}']).toBeGreaterThan(0);
    expect(ring.files).toBeGreaterThan(0);
    expect(Object.keys(churn).length).toBeGreaterThan(1);
    for (const [name, { settled, mostLater }] of Object.entries(memory)) {
      expect(mostLater, name).toBeLessThan(4 * settled);
    }
  },
);
