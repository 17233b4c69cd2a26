import { expect, test } from "vitest";
import type { NetlogEvent, PacketEvent } from "../../src/core/event/event.ts";
import { HELPERS, type Lab, MAIN, openLab, type Running } from "../helpers/lab.ts";
import { HELD, openBusStream, openServe, writeIntent } from "../helpers/serve.ts";
import { ruleset, sendUdp } from "../helpers/stream.ts";

const RULES = `
table inet t {
  chain out {
    type filter hook output priority 0
    udp dport 9 log prefix "one " group 1
    udp dport 10 log prefix "two " group 2
    udp dport 11 log prefix "three " group 3
  }
}
`;

const IS_ROOT = process.getuid?.() === 0;

const intentOf = (serve: string): string => `version: 1\nserve: ${serve}\n`;

async function openRuled(): Promise<Lab> {
  const lab = await openLab();
  await ruleset(lab, RULES);
  return lab;
}

test("packets of its groups reach who subscribed, with names of this machine, and the end is in order", async () => {
  await using lab = await openRuled();
  const served = await openServe(lab, intentOf("{ groups: [1, 2] }"));
  const stream = openBusStream(lab, "--prefix", "two*", "--count", "1");
  await sendUdp(lab, 9, 10);
  expect(await stream.next()).toMatchObject({
    kind: "packet",
    prefix: "two ",
    group: 2,
    dport: 10,
    dst_name: "localhost",
  });
  expect(await stream.running.ended).toBe(0);
  await served.signal("TERM");
  expect(await served.running.ended).toBe(0);
  expect(await lab.run("ls", ["/run/netlogctl-serve"])).toMatchObject({ stdout: "" });
});

test("groups are those that the intent's rules log to", async () => {
  await using lab = await openLab();
  const rule = "{ name: a, hook: output, log: { prefix: 'a ', group: 7 } }";
  await writeIntent(lab, "");
  const served = await openServe(
    lab,
    `version: 1\nrules:\n  - ${rule}\n  - { use: scan, with: { group: 8, wan: [eth0] } }\n`,
  );
  expect(served.groups).toBe("7, 8");
  await served.signal("TERM");
  expect(await served.running.ended).toBe(0);
});

test("SIGHUP under load has it read other groups, and of those that stay no packet is lost", async () => {
  await using lab = await openRuled();
  const served = await openServe(lab, intentOf("{ groups: [1, 2], bus: { keep: 256MiB } }"));
  const sender = lab.start(process.execPath, [`${HELPERS}/send-many.js`, "60000", "9"]);
  for (const serve of ["{ groups: [1, 3] }", "{ groups: [3, 1], payload-bytes: 0 }", "{ groups: [1], names: false }"]) {
    await writeIntent(lab, intentOf(serve));
    await served.signal("HUP");
    await served.running.line("read the intent again");
  }
  expect(await sender.ended).toBe(0);
  await served.signal("HUP");
  await served.running.line("read the intent again: reading NFLOG group 1");
  const told = await lab.netlogctl(..."packets stream --source bus --after 0 --json --count 60000".split(" "));
  const seen = told.stdout.split("\n", 60_000).map((line) => (JSON.parse(line) as PacketEvent).seq);
  expect(seen).toEqual([...Array(60_000).keys()]);
  await served.signal("TERM");
  expect(await served.running.ended).toBe(0);
  expect(served.running.rest()).toEqual([]);
});

test("a broken intent, and a group that somebody holds, change nothing and are said", async () => {
  await using lab = await openRuled();
  const other = lab.start(process.execPath, [MAIN, ..."packets stream --group 2 --timeout 60s".split(" ")]);
  await other.line("reading NFLOG group 2");
  const served = await openServe(lab, intentOf("{ groups: [1] }"));
  await writeIntent(lab, intentOf("{ grops: [1] }"));
  await served.signal("HUP");
  expect(await served.running.line("goes on as before")).toMatch(
    /netlogctl: goes on as before: \/run\/netlog.yaml:2:10: serve.grops: there is no such key: did you mean "groups"/,
  );
  await writeIntent(lab, intentOf("{ groups: [1, 2, 3] }"));
  await served.signal("HUP");
  expect(await served.running.line("cannot read NFLOG group 2")).toMatch(/reads it|holds it/);
  expect(await served.running.line("read the intent again")).toMatch(/reading NFLOG group 1, 3$/);
  const stream = openBusStream(lab, "--count", "1");
  await sendUdp(lab, 11);
  expect(await stream.next()).toMatchObject({ prefix: "three " });
  other.kill("SIGTERM");
});

test("who does not read slows neither the reader nor others, and is told how much was dropped", async () => {
  await using lab = await openRuled();
  const served = await openServe(lab, intentOf("{ groups: [1], names: false, bus: { keep: 4MiB } }"));
  const slow = await openTold(lab, "/run/slow");
  await lab.run("kill", ["-STOP", slow.pid]);
  const quick = await openTold(lab, "/run/quick", "--count", "30000");
  for (let sent = 3000; sent <= 30_000; sent += 3000) {
    expect(await lab.run(process.execPath, [`${HELPERS}/send-many.js`, "3000", "9"])).toMatchObject({ code: 0 });
    await lab.run("sh", ["-c", `until [ "$(wc -l < /run/quick)" -ge ${sent} ]; do :; done`]);
  }
  expect(await quick.running.ended).toBe(0);
  await lab.run("kill", ["-CONT", slow.pid]);
  await served.signal("TERM");
  expect(await served.running.ended).toBe(0);
  await slow.running.ended;

  expect(served.running.rest()).toEqual([]);
  expect(eventsIn(await lab.text("/run/quick")).filter(({ kind }) => kind === "loss")).toEqual([]);
  const events = eventsIn(await lab.text("/run/slow"));
  const losses = events.filter((event) => event.kind === "loss");
  const lost = losses.reduce((sum, { count }) => sum + count, 0);
  expect(lost).toBeGreaterThan(0);
  expect(events.length - losses.length + lost).toBe(30_000);
});

/** A subscriber whose output goes to a file. */
async function openTold(lab: Lab, path: string, ...args: string[]): Promise<{ pid: string; running: Running }> {
  const script = `echo "pid $$" >&2; exec "$@" > ${path}`;
  const command = [process.execPath, MAIN, ..."packets stream --source bus --json --timeout 60s".split(" "), ...args];
  const running = lab.start("sh", ["-c", HELD, script, ...command]);
  const pid = (await running.line("pid ")).slice("pid ".length);
  await running.line("reading what the log service");
  return { pid, running };
}

/** Its last words, with --json, are no event. */
function eventsIn(text = ""): NetlogEvent[] {
  const lines = text.split("\n").filter((line) => line.startsWith('{"schema"'));
  return lines.map((line) => JSON.parse(line) as NetlogEvent);
}

test("who wants a group that the service reads is told where to read it", async () => {
  await using lab = await openRuled();
  await openServe(lab, intentOf("{ groups: [1] }"));
  const { code, stderr } = await lab.netlogctl("packets", "stream", "--group", "1");
  // Who holds a group is seen by root only (/proc/net/netfilter/nfnetlink_log).
  const said = IS_ROOT
    ? /group 1 of this machine: netlogctl serve \(pid [0-9]+\) reads it\n.*--source bus\n$/
    : /group 1 of this machine: EPERM: another socket holds it\n/;
  expect(stderr).toMatch(said);
  expect(code).toBe(1);
});

test("figures for Prometheus, at a path and at a port", async () => {
  await using lab = await openRuled();
  for (const [metrics, where] of [
    ["/run/metrics.sock", "/run/metrics.sock"],
    ["127.0.0.1:9469", "9469"],
  ] as const) {
    const served = await openServe(lab, intentOf(`{ groups: [1, 2], metrics: '${metrics}' }`));
    const stream = openBusStream(lab, "--count", "3");
    await sendUdp(lab, 9, 9);
    await sendUdp(lab, 10);
    await stream.running.ended;
    const { stdout } = await lab.run(process.execPath, [`${HELPERS}/http-get.js`, where, "/metrics"]);
    expect(stdout).toContain('netlogctl_received_total{topic="nft:one"} 2\n');
    expect(stdout).toContain('netlogctl_received_total{topic="nft:two"} 1\n');
    expect(stdout).toMatch(/\nnetlogctl_sink_written_total\{sink="bus"\} 3\n/);
    await served.signal("TERM");
    expect(await served.running.ended).toBe(0);
  }
});

test("who went away is forgotten, though nothing comes that could be told", async () => {
  await using lab = await openRuled();
  await openServe(lab, intentOf("{ groups: [1], metrics: /run/metrics.sock }"));
  const request = '{"subscribe":["nft:never"]}';
  const goes = `require("node:net").connect("/run/netlogctl-serve/bus.sock", function () { this.end('${request}\\n', () => process.exit()); })`;
  expect(await lab.run(process.execPath, ["-e", goes])).toMatchObject({ code: 0 });
  const figures = `'${process.execPath}' ${HELPERS}/http-get.js /run/metrics.sock /metrics`;
  const until = (count: number): Promise<unknown> =>
    lab.run("sh", ["-c", `until ${figures} | grep -q '^netlogctl_subscribers ${count}$'; do :; done`]);
  await until(0);
});

test("the service manager is told: ready, alive, reloading, stopping", async () => {
  await using lab = await openRuled();
  const manager = lab.start(process.execPath, [`${HELPERS}/notify-listen.js`, "/run/notify"]);
  await manager.line("listening");
  await writeIntent(lab, intentOf("{ groups: [1] }"));
  const environment = ["NOTIFY_SOCKET=/run/notify", "WATCHDOG_USEC=100000", "sh", "-c"];
  const held = 'echo "pid $$"; exec "$@"';
  const running = lab.start("env", [
    ...environment,
    held,
    "sh",
    process.execPath,
    MAIN,
    "serve",
    "-f",
    "/run/netlog.yaml",
  ]);
  const pid = (await running.line("pid ")).slice("pid ".length);
  await manager.line("READY=1");
  expect(await manager.line("STATUS=")).toBe("STATUS=reading NFLOG group 1");
  await manager.line("WATCHDOG=1");
  await manager.line("WATCHDOG=1");
  await lab.run("kill", ["-HUP", pid]);
  await manager.line("RELOADING=1");
  expect(await manager.line("MONOTONIC_USEC=")).toMatch(/^MONOTONIC_USEC=[0-9]+$/);
  await manager.line("READY=1");
  await lab.run("kill", ["-TERM", pid]);
  await manager.line("STOPPING=1");
  expect(await running.ended).toBe(0);
});

test("a second service, and what stands in the way of its socket", async () => {
  await using lab = await openRuled();
  const served = await openServe(lab, intentOf("{ groups: [1] }"));
  await lab.run("tee", ["/run/second.yaml"], intentOf("{ groups: [2] }"));
  const second = await lab.netlogctl("serve", "-f", "/run/second.yaml");
  expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining("a service listens there") });
  await served.signal("KILL");
  await served.running.ended;
  const again = await openServe(lab, intentOf("{ groups: [1], bus: { mode: '0600', group: '0' } }"));
  const { stdout } = await lab.run("stat", ["--format", "%a %g", "/run/netlogctl-serve/bus.sock"]);
  expect(stdout).toBe("600 0\n");
  await again.signal("INT");
  expect(await again.running.ended).toBe(0);
});

test.each([
  ["{ groups: [70000] }", "serve.groups[0]: Too big"],
  ["{ groups: [1], bus: { mode: '0999' } }", "serve.bus.mode: must be a mode in octal"],
  ["{ groups: [1], bus: { group: nobodys } }", 'serve.bus.group: there is no group "nobodys"'],
  ["{ groups: [1], bus: { socket: bus.sock } }", "serve.bus.socket: must be a path that begins with /"],
  ["{ groups: [1], bus: { keep: 64MB } }", "serve.bus.keep: must be a size such as 64MiB"],
  ["{ groups: [1], metrics: '9469' }", "serve.metrics: must be a path, or an address and a port"],
  [
    "{ groups: [1], bus: { socket: /run/netlog.yaml/bus.sock } }",
    "cannot listen at /run/netlog.yaml/bus.sock: ENOTDIR",
  ],
  [
    "{ groups: [1], bus: { socket: /run/netlog.yaml } }",
    "cannot listen at /run/netlog.yaml: something else stands there",
  ],
  ["{}", "none of its rules logs to an NFLOG group"],
])("%s is refused", async (serve, why) => {
  await using lab = await openLab();
  await writeIntent(lab, intentOf(serve));
  const { code, stderr } = await lab.netlogctl("serve", "-f", "/run/netlog.yaml");
  expect(stderr).toContain(why);
  expect(code).toBe(1);
});
