import { expect, test } from "vitest";
import { type Lab, MAIN, openLab, type Ran } from "../helpers/lab.ts";

const INTENT =
  'version: 1\nrules: [{ name: ssh, hook: input, match: { tcp: { dport: 22 } }, log: { prefix: "ssh " } }]\n';

/** A program of this name stands before all others, and does this. */
async function inPlaceOf(lab: Lab, name: string, script: string): Promise<void> {
  await lab.run("mkdir", ["-p", "/mnt/bin"]);
  await lab.run("tee", [`/mnt/bin/${name}`], `#!/bin/sh\n${script}\n`);
  await lab.run("chmod", ["755", `/mnt/bin/${name}`]);
}

/** Applies an intent, with those programs or without. */
async function apply(lab: Lab, path = "/mnt/bin:$PATH"): Promise<Ran> {
  await lab.run("tee", ["/run/netlog.yaml"], INTENT);
  const script = `PATH=${path} exec '${process.execPath}' '${MAIN}' rules apply -f /run/netlog.yaml --yes`;
  return await lab.run("sh", ["-c", script]);
}

function expectFault({ code, stderr }: Ran, says: RegExp): void {
  expect(stderr).toMatch(says);
  expect(stderr).not.toMatch(/this is a bug|\n\s+at .+:\d+:\d+/);
  expect(code).toBe(1);
}

async function isUntouched(lab: Lab): Promise<void> {
  expect((await lab.run("nft", ["list", "tables"])).stdout).toBe("");
  expect(await lab.netlogctl("logger", "list")).toMatchObject({ code: 0, stderr: "" });
  expect(await apply(lab, "$PATH")).toMatchObject({ code: 0 });
}

test("a /run that is read-only: nothing is begun", async () => {
  await using lab = await openLab();
  expect(await lab.run("mount", ["-o", "remount,ro", "/run"])).toMatchObject({ code: 0 });
  expectFault(await lab.netlogctl("default", "log", "ip", "none"), /read-only/);
  expect((await lab.bound())[2]).toBe("nf_log_ipv4");
});

test("nft is killed before it changes anything, as where memory gives out: a fault, and nothing is changed", async () => {
  await using lab = await openLab();
  await inPlaceOf(lab, "nft", 'case "$*" in *-f*) kill -KILL $$ ;; esac; exec /usr/sbin/nft "$@"');
  expectFault(await apply(lab), /SIGKILL/);
  await isUntouched(lab);
});

test("nft is killed behind the change: it is undone", async () => {
  await using lab = await openLab();
  await inPlaceOf(
    lab,
    "nft",
    '/usr/sbin/nft "$@"; code=$?; case "$*" in *-f*) [ -e /run/once ] || { touch /run/once; kill -KILL $$; } ;; esac; exit $code',
  );
  expectFault(await apply(lab), /SIGKILL/);
  await isUntouched(lab);
});

test("nft has no memory: what it says is told, and nothing is changed", async () => {
  await using lab = await openLab();
  await inPlaceOf(lab, "nft", 'case "$*" in *-f*) ulimit -v 4000 ;; esac; exec /usr/sbin/nft "$@"');
  expectFault(await apply(lab), /nft does not take the transaction|cannot change the ruleset/);
  await isUntouched(lab);
});
