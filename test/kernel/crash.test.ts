import { execa } from "execa";
import { expect, test } from "vitest";
import { ROOT } from "../helpers/cli.ts";

/** How many points of each command are tried; all with NETLOGCTL_KILLS=all. */
const KILLS = process.env["NETLOGCTL_KILLS"];
const ALL_MS = 4 * 60 * 60_000;

/** What scripts/crash found of a command. */
interface Found {
  readonly name: string;
  readonly points: number;
  readonly tried: number;
  readonly failures: readonly unknown[];
}

async function crash(...args: readonly string[]): Promise<Found[]> {
  const { stdout, stderr } = await execa(`${ROOT}scripts/crash`, ["--json", ...args], { reject: false });
  expect(stderr).toBe("");
  return stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Found]));
}

/** Some commands and some of their points; every command and point by hand. */
function tried(only: string, points: number): string[] {
  return KILLS === "all" ? [] : ["--only", only, "--points", `some:${points}`];
}

function expectWhole(found: readonly Found[]): void {
  expect(found.length).toBeGreaterThan(0);
  for (const { name, points, tried: count, failures } of found) {
    expect({ name, failures }).toEqual({ name, failures: [] });
    expect(points, name).toBeGreaterThan(3);
    expect(count, name).toBeGreaterThan(0);
  }
}

test.each([
  ["rules apply --persist", "main", 4],
  ["default log --persist", "all", 3],
  ["rules apply, edited", "caller", 3],
  ["default log --persist", "ENOSPC", 3],
  ["rules apply, edited", "EIO", 3],
  ["default log --persist", "ENOMEM", 3],
  ["archive pull", "main", 3],
  ["archive prune", "all", 2],
  ["capture run", "main", 2],
  ["serve, a new store", "main", 1],
  ["packets convert -o", "ENOSPC", 3],
  ["power: rules remove", "power", 2],
  ["power: capture run", "power", 1],
])(
  "%s, cut off by %s before calls that change something: old or new, and said",
  async (only, way, points) => {
    expectWhole(await crash("--way", way, ...tried(only, points)));
  },
  ALL_MS,
);
