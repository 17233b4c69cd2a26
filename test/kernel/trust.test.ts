import { beforeAll, expect, test } from "vitest";
import { HELPERS, type Lab, MAIN, openLab } from "../helpers/lab.ts";

const STRANGER = ["--reuid=65534", "--regid=65534", "--clear-groups"];
const INTENT = `version: 1
serve: { groups: [1] }
capture: { groups: [1], ring: { directory: /run/ring } }
archive: { vault: /run/vault, machines: { here: { at: { exec: [sh, -c, "{command}"] }, captures: true } } }
rules:
  - { name: a, hook: output, log: { prefix: "a ", group: 1 } }
`;

beforeAll(() => {
  if (process.getuid?.() !== 0) throw new Error("what others may change is a matter of real users");
});

async function openWritten(mode: string, ...more: string[]): Promise<Lab> {
  const lab = await openLab();
  await lab.run("mkdir", ["-p", "/etc/netlogctl", "/run/home"]);
  for (const path of ["/etc/netlogctl/netlog.yaml", "/run/home/netlog.yaml"]) {
    await lab.run("tee", [path], INTENT);
    await lab.run("chmod", [mode, path]);
  }
  for (const script of more) expect(await lab.run("sh", ["-c", script])).toMatchObject({ code: 0 });
  return lab;
}

const COMMANDS = [
  ["rules", "apply", "-f"],
  ["rules", "preview", "-f"],
  ["serve", "-f"],
  ["capture", "run", "-f"],
  ["archive", "pull", "-f"],
  ["service", "install", "serve", "-f"],
];

test.each(COMMANDS)("root does not obey an intent that everybody may write: %s %s %s", async (...words) => {
  await using lab = await openWritten("666");
  const { code, stderr } = await lab.netlogctl(...words, "/run/home/netlog.yaml");
  expect(code).toBe(1);
  expect(stderr).toContain("/run/home/netlog.yaml is not to be trusted: everybody may write it");
  expect(stderr).toContain("chmod o-w /run/home/netlog.yaml");
});

test.each([
  ["the directory", "chmod 777 /run/home", "/run/home is not to be trusted: everybody may write it"],
  ["the group", "chmod 775 /run/home; chgrp 1000 /run/home", "the group 1000 may write it"],
  ["its owner", "chown 1000 /run/home/netlog.yaml", "it belongs to the user 1000"],
  ["the owner of its directory", "chown 1000 /run/home", "/run/home is not to be trusted: it belongs to the user 1000"],
  [
    "the directory that a link leads to",
    "mkdir -m 777 /run/open; mv /run/home/netlog.yaml /run/open; ln -s /run/open/netlog.yaml /run/home",
    "/run/open is not to be trusted",
  ],
])("nor one that others may put another for: %s", async (_, change, says) => {
  await using lab = await openWritten("644", change);
  const { code, stderr } = await lab.netlogctl("rules", "preview", "-f", "/run/home/netlog.yaml", "--json");
  expect([code, stderr]).toEqual([1, ""]);
  const { stdout } = await lab.netlogctl("rules", "preview", "-f", "/run/home/netlog.yaml", "--json");
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: "not-trusted", message: expect.stringContaining(says) } });
});

test("it obeys one of who ran sudo, one in a sticky directory, one from a pipe, and one of its own", async () => {
  await using lab = await openWritten("664", "chown -R 1000:1000 /run/home", "chmod 644 /etc/netlogctl/netlog.yaml");
  const sudo = ["SUDO_UID=1000", "SUDO_GID=1000", process.execPath, MAIN, "rules", "preview", "-f"];
  expect(await lab.run("env", [...sudo, "/run/home/netlog.yaml"])).toMatchObject({ code: 0 });
  await lab.run("sh", ["-c", "mkdir -m 1777 /run/tmp; cp /etc/netlogctl/netlog.yaml /run/tmp"]);
  for (const path of ["/run/tmp/netlog.yaml", "/etc/netlogctl/netlog.yaml"]) {
    expect(await lab.netlogctl("rules", "preview", "-f", path)).toMatchObject({ code: 0 });
  }
  const piped = `cat /run/home/netlog.yaml | ${process.execPath} ${MAIN} rules preview -f -`;
  expect(await lab.run("sh", ["-c", piped])).toMatchObject({ code: 0 });
});

test("nor what others may change of what it keeps: the default log, rules, the journal, templates", async () => {
  await using lab = await openWritten("644", "echo default log ip kernel > /etc/netlogctl/default-log.nft");
  const restore = async (): Promise<string> => (await lab.netlogctl("restore", "--dry-run")).stderr;
  expect(await restore()).toBe("");
  await lab.run("chmod", ["666", "/etc/netlogctl/default-log.nft"]);
  expect(await restore()).toContain("default-log.nft is not to be trusted: everybody may write it");
  await lab.run("chmod", ["644", "/etc/netlogctl/default-log.nft"]);
  expect((await lab.netlogctl("default", "log", "ip", "none")).code).toBe(0);
  await lab.run("sh", [
    "-c",
    "for d in /run/netlogctl/*/; do echo '{}' > $d/journal.json; chmod 666 $d/journal.json; done",
  ]);
  expect(await restore()).toContain("journal.json is not to be trusted");
  await lab.run("sh", ["-c", "rm /run/netlogctl/*/journal.json; chmod 777 /etc/netlogctl"]);
  expect(await restore()).toContain("/etc/netlogctl is not to be trusted");
});

test("a program is not taken from a place in which others may put one", async () => {
  await using lab = await openWritten(
    "644",
    "mkdir -m 777 /run/bin; printf '#!/bin/sh\\ntouch /run/evil\\n' > /run/bin/nft; chmod 755 /run/bin/nft",
  );
  const run = async (): Promise<unknown> =>
    await lab.run("env", ["PATH=/run/bin:/usr/bin:/bin", process.execPath, MAIN, "rules", "list"]);
  expect(await run()).toMatchObject({ code: 0 });
  expect(await lab.text("/run/evil")).toBeUndefined();
  await lab.run("chmod", ["755", "/run/bin"]);
  await run();
  expect(await lab.text("/run/evil")).toBe("");
});

test("files that root writes are not led elsewhere by links of a stranger, however often they change", async () => {
  await using lab = await openWritten(
    "644",
    "install -d -o 65534 -g 65534 /run/eve",
    "umask 077; echo secret > /run/victim",
  );
  const swap = lab.start("setpriv", [
    ...STRANGER,
    process.execPath,
    `${HELPERS}/swap-links.js`,
    "/run/eve",
    "/run/victim",
  ]);
  await swap.line("swapping");
  const line = '{"schema":1,"kind":"loss","ts":"2026-11-21T11:39:14.104124425Z","source":"nflog","count":1}\n';
  await lab.run("tee", ["/run/in.ndjson"], line);
  for (let round = 0; round < 8; round += 1) {
    await lab.netlogctl("packets", "convert", "/run/in.ndjson", "-F", "json", "-o", "/run/eve/out");
    await lab.netlogctl("capture", "run", "-g", "7", "--ring", "/run/eve/ring", "--timeout", "1s");
  }
  swap.kill("SIGKILL");
  const { stdout } = await lab.run("stat", ["-c", "%u %g %a %s", "/run/victim"]);
  expect([stdout, await lab.text("/run/victim")]).toEqual(["0 0 600 7\n", "secret\n"]);
  const { stdout: found } = await lab.run("find", [
    "/run",
    "-maxdepth",
    "1",
    "-newer",
    "/run/in.ndjson",
    "!",
    "-path",
    "/run/eve",
    "!",
    "-path",
    "/run",
    "!",
    "-name",
    "netlogctl",
  ]);
  expect(found).toBe("");
});
