import { expect, test } from "vitest";
import type { PullReport } from "../../src/core/archive/pull-report.ts";
import { prepareArchive } from "../helpers/archive-lab.ts";
import { type Lab, MAIN, openLab } from "../helpers/lab.ts";

/** The day before today, as the machine's clock says. */
async function yesterday(lab: Lab): Promise<string> {
  return (await lab.run("date", ["-d", "yesterday", "+%Y-%m-%d"])).stdout.trim();
}

async function sh(lab: Lab, script: string): Promise<string> {
  const { code, stdout, stderr } = await lab.run("sh", ["-ec", script]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

async function prepare(lab: Lab, captures: number, machine?: string): Promise<void> {
  await prepareArchive(lab, captures, machine);
  await sh(lab, "mkdir -p /run/vault");
}

const PULL = ["archive", "pull", "--file", "/run/netlog.yaml"];

async function pull(lab: Lab): Promise<{ code: number; report: PullReport }> {
  const { code, stdout } = await lab.netlogctl(...PULL, "--json");
  return { code, report: JSON.parse(stdout) as PullReport };
}

async function names(lab: Lab, directory: string): Promise<string[]> {
  return (await lab.run("ls", ["-A", directory])).stdout.split("\n").slice(0, -1);
}

test("a vault that is full is told, holds nothing half, and nothing is deleted; with room it goes on", async () => {
  await using lab = await openLab();
  await prepare(lab, 3);
  await sh(lab, "mount -t tmpfs -o size=2m vault /run/vault; head -c 1900000 /dev/zero > /run/vault/others");
  const day = await yesterday(lab);
  const full = await pull(lab);
  expect(full).toMatchObject({ code: 1, report: { machines: [{ days: [{ day, outcome: "failed" }], pruned: 0 }] } });
  expect(full.report.machines[0]?.days[0]?.why.join()).toMatch(/no space is left in the vault/);
  expect(await names(lab, `/run/vault/edge/${day}`)).toEqual([]);
  expect(await names(lab, "/run/ring")).toHaveLength(3);

  await sh(lab, "rm /run/vault/others");
  expect(await pull(lab)).toMatchObject({
    code: 0,
    report: { machines: [{ days: [{ outcome: "archived" }], pruned: 3 }] },
  });
  expect(await names(lab, "/run/ring")).toEqual([]);
  const verified = await lab.netlogctl("archive", "verify", "--file", "/run/netlog.yaml", "--deep");
  expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining("sound") });
});

test("a disk that is full here is told as well", async () => {
  await using lab = await openLab();
  await prepare(lab, 3);
  await sh(
    lab,
    `mkdir -p /var/lib/netlogctl/staging
     mount -t tmpfs -o size=2m staging /var/lib/netlogctl/staging
     head -c 1900000 /dev/zero > /var/lib/netlogctl/staging/others`,
  );
  const { code, report } = await pull(lab);
  expect(code).toBe(1);
  expect(report.machines[0]?.days[0]?.why.join()).toMatch(/no space is left in/);
  expect(await names(lab, "/run/ring")).toHaveLength(3);
  await sh(lab, "rm /var/lib/netlogctl/staging/others");
  expect(await pull(lab)).toMatchObject({ code: 0 });
});

/** The fourth command over there, which is for the second file, sends a signal to who asks, and waits for its own end. */
function signalling(name: string): string {
  const script = `echo x >> /run/count; [ $(wc -l < /run/count) != 4 ] || { kill -${name} $PPID; exec sleep 100; }; eval "$1"`;
  return `at: { exec: [sh, -c, '${script}', sh, "{command}"] }`;
}

test.each([
  ["KILL", 137, ""],
  ["TERM", 143, "interrupted by SIGTERM"],
])("a pull that ends by SIG%s is gone on with by the next", async (name, code, says) => {
  await using lab = await openLab();
  await prepare(lab, 3, signalling(name));
  const ended = await lab.run("sh", ["-c", '"$@"; exit $?', "sh", process.execPath, MAIN, ...PULL]);
  expect(ended).toMatchObject({ code, stderr: expect.stringContaining(says) });
  expect(await names(lab, "/run/vault")).toEqual([".lock"]);
  expect(await names(lab, "/run/ring")).toHaveLength(3);
  expect(await pull(lab)).toMatchObject({
    code: 0,
    report: { machines: [{ days: [{ outcome: "archived" }], pruned: 3 }] },
  });
});

test("a machine that is a namespace is asked in it", async () => {
  await using lab = await openLab();
  await sh(lab, "ip netns add blue; ip -n blue link set lo up");
  await prepare(lab, 1, "at: netns:blue");
  expect(await pull(lab)).toMatchObject({ code: 0, report: { machines: [{ days: [{ outcome: "archived" }] }] } });
  await prepare(lab, 1, "at: netns:red");
  const { code, report } = await pull(lab);
  expect({ code, days: report.machines[0]?.days }).toMatchObject({ code: 1, days: [{ outcome: "off" }] });
});

test("what is wrong with the command line or the intent is one fault", async () => {
  await using lab = await openLab();
  await prepare(lab, 1);
  const faults = [
    [["archive", "pull", "--file", "/run/netlog.yaml", "--machine", "egde"], 'no machine "egde"'],
    [["archive", "pull", "--file", "/run/none.yaml"], "/run/none.yaml"],
    [["archive", "prune", "--file", "/run/netlog.yaml"], "how much is kept"],
    [["archive", "fetch", "2025-02-31", "--to", "/run/x"], "is no day"],
    [["archive", "fetch", "2025-02-28", "--to", "work"], "is no place"],
    [["archive", "fetch", "2025-02-28", "--to", "/run/x", "--vault", "/run/vault"], "has nothing of 2025-02-28"],
    [["archive", "verify", "--vault", "/run/none"], "cannot read the vault"],
  ] as const;
  for (const [words, says] of faults) {
    const { code, stdout, stderr } = await lab.netlogctl(...words);
    expect({ stdout, code: code > 0 && code < 3 }).toEqual({ stdout: "", code: true });
    expect(stderr).toContain(says);
    expect(stderr).not.toContain("bug");
  }
});
