import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, expect, test } from "vitest";
import { nftMatchOf } from "../../src/core/event/copy/nft-match.ts";
import { anyPacketEvent, packetEvent } from "../helpers/events.ts";
import { openLab } from "../helpers/lab.ts";
import { endTerminals, openTerminal, PROGRAM, type TerminalRun } from "../helpers/terminal.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "netlogctl-inspect-"));
const NAMESPACES = ["unshare", ...(process.getuid?.() === 0 ? [] : ["--map-root-user"]), "--net", "--mount"];
const RULES = `table inet t {
  chain out { type filter hook output priority 0; udp dport 9000-9999 log prefix "drop:out " group 5; }
}`;

afterEach(endTerminals);
afterAll(() => rmSync(FOLDER, { recursive: true }));

/** Looks at groups of a network namespace, in which a packet goes to each port that is written to the FIFO. */
async function inspectLive(fifo: string, ...args: string[]): Promise<TerminalRun> {
  const rules = join(FOLDER, "rules.nft");
  writeFileSync(rules, RULES);
  execFileSync("mkfifo", [fifo]);
  const setup = [
    "ip link set lo up",
    `nft -f ${rules}`,
    `(while read port; do echo hello > /dev/udp/127.0.0.1/$port; done < ${fifo}) &`,
    'exec "$@"',
  ].join("\n");
  const words = [...PROGRAM, "packets", "inspect", ...args];
  return await openTerminal([...NAMESPACES, "bash", "-ec", setup, "bash", ...words], { env: { PATH: PATHS } });
}

const PATHS = `${process.env["PATH"]}:/usr/sbin:/sbin`;

test("packets appear as they are logged, with what they hold", async () => {
  const fifo = join(FOLDER, "ports");
  const terminal = await inspectLive(fifo, "--group", "5");
  await terminal.until("reading NFLOG group 5");
  const ports = await open(fifo, "w");
  await ports.write("9001\n9002\n");
  await terminal.until(/> .* drop:out +>lo +udp +127\.0\.0\.1:\d+ > 127\.0\.0\.1:9002/);
  terminal.send(" ");
  await terminal.until("paused, 0 came");
  await ports.write("9003\n");
  await terminal.until("paused, 1 came");
  terminal.send("\rG");
  await terminal.until(/!hell\n0020 {2}6f 0a +o\.$/m);
  terminal.send("m");
  await terminal.until('oifname "lo" ip saddr 127.0.0.1 ip daddr 127.0.0.1 udp dport 9002');
  terminal.send("\u0003");
  expect(await terminal.ended).toBe(0);
  await ports.close();
});

const SERVE = `version: 1
serve:
  groups: [5]
  bus: { socket: @/bus.sock }
  store: { file: @/events.db, topics: [{ match: "nft:*", max-size: 16MiB }] }
`;

test("what a log service tells is followed, and what it stored can be looked through", async () => {
  const intent = join(FOLDER, "serve.yaml");
  writeFileSync(intent, SERVE.replaceAll("@", FOLDER));
  writeFileSync(join(FOLDER, "rules.nft"), RULES);
  const setup = [
    "ip link set lo up",
    `nft -f ${FOLDER}/rules.nft`,
    `"$@" serve -f ${intent} 2> ${FOLDER}/said &`,
    `until grep -q telling ${FOLDER}/said; do :; done`,
    `{ "$@" packets stream --source bus --socket ${FOLDER}/bus.sock --count 1 > /dev/null; touch ${FOLDER}/seen; } 2> ${FOLDER}/reads &`,
    `until grep -q reading ${FOLDER}/reads; do :; done`,
    "echo hello > /dev/udp/127.0.0.1/9001",
    `until [ -e ${FOLDER}/seen ]; do :; done`,
    `"$@" packets inspect --socket ${FOLDER}/bus.sock`,
    "kill %1",
    "wait %1",
    `exec "$@" packets inspect --store ${FOLDER}/events.db`,
  ].join("\n");
  const row = /> .* drop:out +>lo +udp +localhost:\d+ > localhost:9001/;
  const terminal = await openTerminal([...NAMESPACES, "bash", "-c", setup, "bash", ...PROGRAM], {
    env: { PATH: PATHS },
  });
  await terminal.until("log service");
  await terminal.until(row);
  terminal.send("q");
  await terminal.until("store");
  await terminal.until(row);
  terminal.send("q");
  expect(await terminal.ended).toBe(0);
});

test("a group that somebody holds is a fault, behind the screen", async () => {
  const stream = [...PROGRAM, "packets", "stream", "--group", "5"].join(" ");
  const script = `ip link set lo up; coproc ${stream} 2>&1; read line <&"\${COPROC[0]}"; echo "$line"; "$@"`;
  const inspect = [...PROGRAM, "packets", "inspect", "--group", "5"];
  const terminal = await openTerminal([...NAMESPACES, "bash", "-c", script, "bash", ...inspect], {
    env: { PATH: PATHS },
  });
  await terminal.until(/cannot read NFLOG group 5[\s\S]*one socket can hold a group/);
});

test("nft takes every match that is copied", async () => {
  await using lab = await openLab();
  const events = fc.sample(fc.oneof(packetEvent, anyPacketEvent), { numRuns: 500, seed: 7 });
  const rules = events.flatMap((event) => {
    const match = nftMatchOf(event);
    return match === undefined ? [] : [`add rule ${event.arp === undefined ? "inet" : "arp"} t c ${match} log`];
  });
  const text = ["add table inet t", "add chain inet t c", "add table arp t", "add chain arp t c", ...rules].join("\n");
  expect(rules.length).toBeGreaterThan(300);
  expect(await lab.run("nft", ["-c", "-f", "-"], text)).toMatchObject({ code: 0, stderr: "" });
});
