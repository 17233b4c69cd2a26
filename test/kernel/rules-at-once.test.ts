import { expect, test } from "vitest";
import { HELPERS, type Lab, MAIN, openLab } from "../helpers/lab.ts";

/** How many apply at once. */
const APPLIES = Number(process.env["NETLOGCTL_APPLIES"] ?? 12);

const FIREWALL = `table inet filter {
  chain input { type filter hook input priority 0; policy drop; ct state invalid drop; tcp dport 22 accept; }
}
`;

/** An intent that differs from all others in everything: its table, its rules here and elsewhere, and the default log. */
const intentOf = (n: number): string => `version: 1
${n % 3 === 0 ? `table: table-${n}\n` : ""}default-log: { ip: user group ${n}, ip6: ${n % 2 === 0 ? "kernel" : `user group ${n}`}, arp: ${n % 5 === 0 ? "none" : "kernel"} }
sets: { set-${n}: { type: ip, elements: [192.0.2.${n}] } }
rules:
  - { name: own-${n}, hook: input, match: { ip: { saddr: "!@set-${n}" } }, log: { prefix: "own ${n} " }, limit: { rate: ${n}/minute, name: limit-${n} } }
  - { name: placed-${n}, into: inet filter input, before: drop, log: { prefix: "placed ${n} " } }
`;

async function openWithFirewall(): Promise<Lab> {
  const lab = await openLab();
  await lab.run("tee", ["/run/firewall.nft"], FIREWALL);
  expect(await lab.run("nft", ["-f", "/run/firewall.nft"])).toMatchObject({ code: 0 });
  return lab;
}

/** The ruleset, the bindings and the default log of this boot. */
async function look(lab: Lab): Promise<unknown> {
  const { stdout: rules } = await lab.run("nft", ["-s", "list", "ruleset"]);
  const { stdout: defaultLog } = await lab.run("sh", ["-c", "cat /run/netlogctl/*/default-log.nft"]);
  return { rules: tablesOf(rules), bound: await lab.bound(), defaultLog };
}

/** The tables in the order of their text, for that of their making says nothing. */
const tablesOf = (listing: string): string[] => listing.split(/^(?=table )/m).sort();

test(`of ${APPLIES} at once each is whole, and what stands in the end is one of them`, {
  timeout: 1_800_000,
}, async () => {
  await using lab = await openWithFirewall();
  const numbers = Array.from({ length: APPLIES }, (_, index) => index + 1);
  for (const n of numbers) await lab.run("tee", [`/run/${n}.yaml`], intentOf(n));
  const apply = (n: number) =>
    lab.netlogctl("rules", "apply", "-f", `/run/${n}.yaml`, "--yes", "--lock-timeout", "1700");
  const ran = await Promise.all(numbers.map(apply));
  expect(ran.map(({ code, stderr }, index) => [index + 1, code, code === 0 ? "" : stderr])).toEqual(
    numbers.map((n) => [n, 0, ""]),
  );

  const history = await lab.json<{ number: number; title: string; state: string }[]>("rules", "history");
  expect(history[0]).toMatchObject({ number: APPLIES, state: "current" });
  const winner = Number(/\/run\/(\d+)\.yaml/.exec(history[0]?.title ?? "")?.[1]);
  const seen = await look(lab);
  await using alone = await openWithFirewall();
  await alone.run("tee", ["/run/alone.yaml"], intentOf(winner));
  expect(await alone.netlogctl("rules", "apply", "-f", "/run/alone.yaml", "--yes")).toMatchObject({ code: 0 });
  expect(seen).toEqual(await look(alone));
  expect((await lab.run("find", ["/run/netlogctl", "-name", "*.json"])).stdout).toBe("");
});

test("a plan that another apply came before is a fault that names what changed, and changes nothing", async () => {
  await using lab = await openWithFirewall();
  for (const n of [1, 2]) await lab.run("tee", [`/run/${n}.yaml`], intentOf(n));
  const late = lab.start(process.execPath, [`${HELPERS}/plan-then-apply.js`, "/run/1.yaml"]);
  await late.line("planned");
  expect(await lab.netlogctl("rules", "apply", "-f", "/run/2.yaml", "--yes")).toMatchObject({ code: 0 });
  const before = await look(lab);
  late.endInput();
  const fault = JSON.parse(await late.line("{")) as { code: string; message: string; remedy: string };
  expect(fault).toMatchObject({ code: "changed", remedy: expect.stringContaining("--replan") });
  expect(fault.message).toContain("since the plan was made this has changed: ");
  expect(fault.message).toContain("limit-2");
  expect(fault.message).toMatch(/\bip is another than it was/);
  expect(fault.message).toMatch(/inet filter input: now has .*netlogctl:placed-2/);
  expect(await look(lab)).toEqual(before);
});

test.each([
  { options: "", code: 1, says: "since the plan was made this has changed", stands: 2 },
  { options: " --replan", code: 0, says: "carrying out a new plan", stands: 1 },
])("asked at a terminal, with$options", async ({ options, code, says, stands }) => {
  await using lab = await openWithFirewall();
  for (const n of [1, 2]) await lab.run("tee", [`/run/${n}.yaml`], intentOf(n));
  const asked = lab.start("script", [
    "-qec",
    `${process.execPath} ${MAIN} rules apply -f /run/1.yaml${options}`,
    "/dev/null",
  ]);
  await asked.line("default-log.nft: no file"); // the plan's last line
  expect(await lab.netlogctl("rules", "apply", "-f", "/run/2.yaml", "--yes")).toMatchObject({ code: 0 });
  asked.send("y\n");
  await asked.line(says);
  expect(await asked.ended).toBe(code);
  const diff = await lab.netlogctl("rules", "diff", `/run/${stands}.yaml`, "live", "--exit-code");
  expect(diff).toMatchObject({ code: 0 });
});

test("an nft that outlives a killed netlogctl is waited for: what it makes is undone", async () => {
  await using lab = await openWithFirewall();
  await lab.run("tee", ["/run/1.yaml"], intentOf(1));
  const { stdout: before } = await lab.run("nft", ["-s", "list", "ruleset"]);
  // In its place stands one that says that it was reached, and waits to be let go.
  const slow = `#!/bin/sh
case "$*" in *transaction.json) [ -e /run/go ] && { echo > /run/reached; cat /run/go > /dev/null; } ;; esac
exec "$NFT" "$@"`.replace("$NFT", (await lab.run("sh", ["-c", "command -v nft"])).stdout.trim());
  await lab.run("mkdir", ["/run/bin"]);
  await lab.run("tee", ["/run/bin/nft"], `${slow}\n`);
  await lab.run("chmod", ["+x", "/run/bin/nft"]);
  await lab.run("mkfifo", ["/run/reached", "/run/go"]);
  const netlogctl = `PATH=/run/bin:$PATH exec ${process.execPath} ${MAIN}`;
  lab.start("sh", ["-c", `${netlogctl} rules apply -f /run/1.yaml --yes`]);
  await lab.run("cat", ["/run/reached"]);
  await lab.run("pkill", ["-KILL", "-f", "netlogctl.cjs rules apply"]);

  const next = lab.start("sh", ["-c", `${netlogctl} logger list`]);
  const waits = "for p in $(pgrep -x flock); do readlink /proc/$p/fd/3; done | grep -q 'transaction.json$'";
  await lab.run("sh", ["-c", `until ${waits}; do sleep 0.1; done`]);
  await lab.run("sh", ["-c", "echo > /run/go; rm /run/go"]);
  await next.line("an earlier change was cut off and is undone");
  expect(await next.ended).toBe(0);
  expect((await lab.run("nft", ["-s", "list", "ruleset"])).stdout).toBe(before);
});
