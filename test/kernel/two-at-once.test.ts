import { describe, expect, test } from "vitest";
import type { PullReport } from "../../src/core/archive/pull-report.ts";
import { prepareArchive } from "../helpers/archive-lab.ts";
import { filesIn, indexesIn, openCapture } from "../helpers/captures.ts";
import { type Lab, MAIN, openLab, type Ran } from "../helpers/lab.ts";
import { HELD, openBusStream, openServe } from "../helpers/serve.ts";
import { ruleset, sendUdp } from "../helpers/stream.ts";

const RULES = `
table inet t { chain out { type filter hook output priority 0; udp dport 9 log prefix "one " group 1; udp dport 10 log prefix "two " group 2; }; }
`;

function expectOneFault({ code, stderr }: Ran, says: RegExp): void {
  expect(stderr).toMatch(says);
  expect(stderr).toMatch(/^netlogctl: [^\n]+\n {2}\S[^\n]+\n+$/);
  expect(code).toBe(1);
}

/** Of two commands at once the one that did it, and the other. */
async function both(one: Promise<Ran>, other: Promise<Ran>): Promise<{ did: Ran[]; not: Ran[] }> {
  const ran = await Promise.all([one, other]);
  return { did: ran.filter(({ code }) => code === 0), not: ran.filter(({ code }) => code !== 0) };
}

async function sh(lab: Lab, script: string): Promise<string> {
  const { code, stdout, stderr } = await lab.run("bash", ["-ec", script]);
  expect({ code, stderr }, script).toEqual({ code: 0, stderr: "" });
  return stdout;
}

describe("two captures", () => {
  const capture = (lab: Lab, ring: string, group: string): Promise<Ran> =>
    lab.netlogctl("capture", "run", "-g", group, "--ring", ring, "--free", "1KiB", "--timeout", "3s");

  test("into one ring: one does it, the other is told", async () => {
    await using lab = await openLab();
    const { did, not } = await both(capture(lab, "/run/ring", "1"), capture(lab, "/run/ring", "2"));
    expect(did).toHaveLength(1);
    expectOneFault(not[0] as Ran, /cannot capture into \/run\/ring: another netlogctl captures into it/);
    expect(await filesIn(lab, "/run/ring")).toEqual([]);
  });

  test("of one group into two rings: one does it, the other is told who has it", async () => {
    await using lab = await openLab();
    await ruleset(lab, RULES);
    const run = await openCapture(lab, "-g", "1", "--ring", "/run/a");
    expectOneFault(
      await capture(lab, "/run/b", "1"),
      /NFLOG group 1 of this machine: netlogctl capture run \(pid \d+\) reads it/,
    );
    expect(await filesIn(lab, "/run/b")).toEqual([]);
    await sendUdp(lab, 9);
    await run.signal("INT");
    await run.ended();
    expect(await indexesIn(lab, "/run/a")).toMatchObject([{ packets: 1, lost: 0 }]);
  });
});

describe("two pulls into one vault", () => {
  const pull = (lab: Lab, ...more: string[]): Promise<Ran> =>
    lab.netlogctl("archive", "pull", "-f", "/run/netlog.yaml", "--json", ...more);

  test.each([
    ["by the same way", "/var/lib/netlogctl/staging"],
    ["by two ways", "/run/staging"],
  ])("%s: one does it, the other waits, and nothing is twice", async (_, staging) => {
    await using lab = await openLab();
    await prepareArchive(lab, 9);
    const ran = await Promise.all([pull(lab), pull(lab, "--staging", staging)]);
    expect(ran.map(({ code, stderr }) => [code, stderr.replace(/.*(waiting|were deleted there).*\n/g, "")])).toEqual([
      [0, ""],
      [0, ""],
    ]);
    const reports = ran.map(({ stdout }) => (JSON.parse(stdout) as PullReport).machines[0]);
    expect(reports.map((report) => report?.days.map(({ outcome }) => outcome).join()).toSorted()).toEqual([
      "already",
      "archived",
    ]);
    expect(reports.reduce((sum, report) => sum + (report?.pruned ?? 0), 0)).toBe(9);
    expect((await sh(lab, "cd /run/vault/edge/*; ls -A")).split("\n")).toEqual([
      "manifest.json",
      expect.stringMatching(/^pcaps-.*\.tgz$/),
      "",
    ]);
    expect((await lab.netlogctl("archive", "verify", "--deep", "-f", "/run/netlog.yaml")).code).toBe(0);
  });

  test("who does not wait is told", async () => {
    await using lab = await openLab();
    await prepareArchive(lab, 9);
    await sh(lab, "mkdir /run/vault");
    const holder = lab.start("flock", ["/run/vault/.lock", "sh", "-c", "echo held; exec cat"]);
    await holder.line("held");
    const { code, stdout } = await pull(lab, "--lock-timeout", "0");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: "locked", message: expect.stringContaining("another pull or prune") },
    });
    expect((await sh(lab, "ls /run/ring")).split("\n")).toHaveLength(10);
  });
});

describe("two log services", () => {
  const intentOf = (socket: string, group: number, file: string): string =>
    `version: 1\nserve: { groups: [${group}], bus: { socket: ${socket} }, store: { file: ${file}, topics: [{ match: "*", max-size: 1MiB }] } }\n`;
  const BUS = "/run/netlogctl-serve/bus.sock";

  test.each([
    ["at one socket", intentOf(BUS, 2, "/run/other.db"), /bus\.sock/],
    [
      "with one store",
      intentOf("/run/other.sock", 2, "/run/one.db"),
      /another program writes the store \/run\/one\.db/,
    ],
    ["of one group", intentOf("/run/other.sock", 1, "/run/other.db"), /NFLOG group 1 .*netlogctl/],
  ])("%s: the first goes on, the second is told who has it", async (_, second, says) => {
    await using lab = await openLab();
    await ruleset(lab, RULES);
    const served = await openServe(lab, intentOf(BUS, 1, "/run/one.db"));
    await lab.run("tee", ["/run/second.yaml"], second);
    expectOneFault(await lab.netlogctl("serve", "-f", "/run/second.yaml"), says);
    const stream = openBusStream(lab);
    await sendUdp(lab, 9);
    expect(await stream.next()).toMatchObject({ kind: "packet", prefix: "one " });
    await served.signal("TERM");
    expect(await served.running.ended).toBe(0);
    expect(await sh(lab, "ls -A /run/netlogctl-serve; find /run -name '*.sock'")).toBe("");
  });
});

test("two log services that are started at one socket at once: one goes on, and is heard", async () => {
  await using lab = await openLab();
  await ruleset(lab, RULES);
  const services = [1, 2].map((group) => {
    const script = `printf 'version: 1\\nserve: { groups: [${group}] }\\n' > /run/${group}.yaml; echo $$ > /run/${group}.pid; exec "$@" -f /run/${group}.yaml`;
    return lab.start("sh", ["-c", HELD, script, process.execPath, MAIN, "serve"]);
  });
  const started = await Promise.allSettled(services.map((service) => service.line("telling at")));
  expect(started.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  const group = started[0]?.status === "fulfilled" ? 1 : 2;
  const stream = openBusStream(lab);
  await sendUdp(lab, group === 1 ? 9 : 10);
  expect(await stream.next()).toMatchObject({ kind: "packet", group });
  await sh(lab, `kill $(cat /run/${group}.pid)`);
  expect(await services[group - 1]?.ended).toBe(0);
  expect(await services[2 - group]?.ended).toBe(1);
});

describe("rules", () => {
  const intentOf = (name: string): string => `version: 1
default-log: { ip: user group ${name === "a" ? 0 : 7} }
rules:
  - { name: ${name}, hook: input, log: { prefix: "${name} " } }
  - { name: placed, into: inet filter input, before: drop, log: { prefix: "placed ${name} " } }
`;

  async function openPersisted(): Promise<Lab> {
    const lab = await openLab();
    await ruleset(
      lab,
      "table inet filter { chain input { type filter hook input priority 0; ct state invalid drop; }; }",
    );
    for (const name of ["a", "b"]) await lab.run("tee", [`/run/${name}.yaml`], intentOf(name));
    expect(await lab.netlogctl("rules", "apply", "-f", "/run/a.yaml", "--yes", "--persist")).toMatchObject({ code: 0 });
    return lab;
  }

  /** Some of the rules are one for each family. */
  const prefixes = async (lab: Lab): Promise<string[]> => {
    const { stdout } = await lab.run("nft", ["list", "ruleset"]);
    return [...new Set([...stdout.matchAll(/prefix "(.*?) "/g)].map(([, prefix]) => prefix ?? ""))].toSorted();
  };

  test("restore against rules apply: one comes behind the other, and what stands is of one", async () => {
    for (let round = 0; round < 3; round += 1) {
      await using lab = await openPersisted();
      const apply = lab.netlogctl("rules", "apply", "-f", "/run/b.yaml", "--yes");
      const { did, not } = await both(lab.netlogctl("restore"), apply);
      for (const { stderr } of not) expect(stderr).toMatch(/since the plan was made this has changed/);
      expect(did.length).toBeGreaterThan(0);
      const stands = await prefixes(lab);
      expect([
        ["a", "placed a"],
        ["b", "placed b"],
      ]).toContainEqual(stands);
      const { families } = await lab.json<{ families: { family: string; intent: unknown }[] }>("default", "log");
      const group = stands[0] === "a" ? 0 : 7;
      expect(families.find(({ family }) => family === "ip")?.intent).toEqual({ to: "user", group });
      expect((await lab.netlogctl("status")).stderr).toBe("");
      expect((await lab.run("find", ["/run/netlogctl", "-name", "journal.json"])).stdout).toBe("");
    }
  });

  test("two that watch and repair: each rule is back once, and both go on", async () => {
    await using lab = await openPersisted();
    const watches = ["one", "other"].map(() => {
      return lab.start("sh", [
        "-c",
        HELD,
        'echo $$ >> /run/pids; exec "$@"',
        process.execPath,
        MAIN,
        "watch",
        "--repair",
      ]);
    });
    for (const watch of watches) await watch.line("intact");
    for (let round = 0; round < 3; round += 1) {
      await lab.run(
        "nft",
        ["-f", "-"],
        "flush chain inet filter input\nadd rule inet filter input ct state invalid drop\n",
      );
      await expect.poll(() => prefixes(lab), { timeout: 30_000, interval: 50 }).toContain("placed a");
    }
    await sh(lab, "kill $(cat /run/pids)");
    for (const watch of watches) {
      expect(await watch.ended).toBe(143); // of the signal
      expect(watch.rest().filter((line) => /cannot|fault|bug/.test(line))).toEqual([]);
    }
    expect(await prefixes(lab)).toEqual(["a", "placed a"]);
    expect(await lab.netlogctl("rules", "diff", "/run/a.yaml", "live", "--exit-code")).toMatchObject({ code: 0 });
  });
});

test("service install twice at once: both say what they did, and all of it is there", async () => {
  await using lab = await openLab();
  await sh(
    lab,
    "mount -t tmpfs log /var/log; printf 'version: 1\\nserve: { groups: [1] }\\ncapture: { groups: [2] }\\n' > /run/s.yaml",
  );
  const install = (unit: string): Promise<Ran> => lab.netlogctl("service", "install", unit, "-f", "/run/s.yaml");
  const ran = await Promise.all([install("serve"), install("serve"), install("capture"), install("capture")]);
  expect(ran.map(({ code, stderr }) => [code, stderr.includes("not so")])).toEqual(ran.map(() => [0, false]));
  const told = ran.map(({ stdout }) => stdout === "nothing to do: it is so already\n");
  expect([told.slice(0, 2).toSorted(), told.slice(2).toSorted()]).toEqual([
    [false, true],
    [false, true],
  ]);
  for (const unit of ["serve", "capture"]) {
    expect(await install(unit)).toMatchObject({ code: 0, stdout: "nothing to do: it is so already\n" });
    const enabled = `/etc/systemd/system/multi-user.target.wants/netlogctl-${unit}.service`;
    expect((await sh(lab, `readlink -e ${enabled}`)).trim()).toBe(`/etc/systemd/system/netlogctl-${unit}.service`);
  }
  expect((await sh(lab, "grep -c ^netlogctl: /etc/passwd")).trim()).toBe("1");
});
