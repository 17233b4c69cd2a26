// Conntrack's events to lines in a file in memory: netlogctl beside conntrack -E, in the same run, interleaved. Microseconds of
// processor time of the reader for each event, from when it listens until all is written, at a pace at which none loses; then
// what each loses at full speed, all at once with the room that each takes by itself. Run it through `npm run bench:flows`: it
// needs root, a network namespace of its own, conntrack, and gcc.
// Arguments: events in thousands, rounds.
import { spawn, spawnSync } from "node:child_process";
import { openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const [THOUSANDS = 1000, ROUNDS = 3] = process.argv.slice(2).map(Number);
const [FLOWS, MANY] = [20_000, 200_000];
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
delete env.NODE_EXTRA_CA_CERTS;

function run(file, args, input) {
  const { status, stderr, stdout } = spawnSync(file, args, { env, input, encoding: "utf8" });
  if (status !== 0) throw new Error(`${file} ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout.trim();
}

run("ip", ["link", "set", "lo", "up"]);
writeFileSync(
  "/run/rules.nft",
  `table inet bench {
  chain in { type filter hook prerouting priority 0; ip daddr 127.1.0.0/16 ct state new,established drop; }
}
`,
);
run("nft", ["-f", "/run/rules.nft"]);
for (const name of ["acct", "timestamp"]) writeFileSync(`/proc/sys/net/netfilter/nf_conntrack_${name}`, "1");

const stream = [process.execPath, here("../dist/bin/netlogctl.cjs"), "flows", "stream"];
const ours = "netlogctl, JSON";
const peer = "conntrack -E, XML";
const cases = {
  [ours]: [...stream, "--json"],
  "netlogctl, compact JSON": [...stream, "--json", "--fields", "compact"],
  "netlogctl, conntrack's text": [...stream, "-F", "conntrack"],
  [peer]: ["conntrack", "-E", "-o", "xml"],
  "conntrack -E, text": ["conntrack", "-E", "-o", "timestamp,id"],
};
/** So that conntrack loses nothing; netlogctl takes as much room by itself. */
const ROOM = { LD_PRELOAD: "/run/netlink-room.so" };
run("gcc", ["-O2", "-shared", "-fPIC", "-o", ROOM.LD_PRELOAD, here("netlink-room.c"), "-ldl"]);

const TICKS = 100;
/** Microseconds of processor time of all threads of a process so far (proc_pid_stat(5), utime and stime). */
function microsecondsOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return ((Number(fields[11]) + Number(fields[12])) / TICKS) * 1e6;
}

/** The netlink sockets that read all events: how many there are, and how many bytes wait at them. */
function listening() {
  return readFileSync("/proc/net/netlink", "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, protocol, , groups]) => protocol === "12" && groups === "00000007")
    .map(([, , , , bytes]) => Number(bytes));
}

async function until(holds) {
  while (!holds()) await pause(20);
}

function start(name, [file, ...args], more) {
  const out = `/run/${name.replaceAll(/\W+/g, "-")}`;
  const child = spawn(file, args, { env: { ...env, ...more }, stdio: ["ignore", openSync(out, "w"), "ignore"] });
  return { pid: child.pid, out, child, ended: new Promise((resolve) => child.once("exit", resolve)) };
}

async function finish({ child, ended, out }) {
  child.kill("SIGINT");
  await ended;
  const told = Number(run("grep", ["-cE", '\\[(NEW|DESTROY)\\]|<flow |"change":', out]));
  rmSync(out);
  return told;
}

async function makeFlows(count) {
  const sender = spawn(process.execPath, [here("../test/helpers/send-flows.js"), String(count)], {
    env,
    stdio: "ignore",
  });
  await new Promise((resolve) => sender.once("exit", resolve));
  run("conntrack", ["-F"]);
}

async function measure(name, command) {
  const reader = start(name, command, name.startsWith("conntrack") ? ROOM : {});
  await until(() => listening().length === 1);
  const begin = microsecondsOf(reader.pid); // what it takes to start is another figure (npm run bench)
  for (let made = 0; made < THOUSANDS * 1000; made += 2 * FLOWS) {
    await makeFlows(FLOWS);
    await until(() => listening().every((bytes) => bytes === 0));
  }
  await pause(100);
  const used = microsecondsOf(reader.pid) - begin;
  const [, memory] = /^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${reader.pid}/status`, "utf8"));
  const told = await finish(reader);
  const made = Math.ceil((THOUSANDS * 1000) / (2 * FLOWS)) * 2 * FLOWS;
  return { perEvent: used / told, lost: made - told, memory: memory / 1024 };
}

const results = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, command] of Object.entries(cases)) {
    results[name].push(await measure(name, command));
  }
}
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const of = (name, key) => median(results[name].map((one) => one[key]));
process.stdout.write(
  `${THOUSANDS * 1000} events, rounds: ${ROUNDS}; processor time for each, beside conntrack -E -o xml; lost; memory\n`,
);
for (const name of Object.keys(cases)) {
  const line = [
    name.padEnd(30),
    `${of(name, "perEvent").toFixed(2).padStart(6)} us`,
    `${(of(name, "perEvent") / of(peer, "perEvent")).toFixed(2).padStart(5)} x`,
    `${String(of(name, "lost")).padStart(7)} lost`,
    `${of(name, "memory").toFixed(0).padStart(4)} MB`,
  ];
  process.stdout.write(`${line.join("  ")}\n`);
}

const atOnce = [ours, peer].map((name) => ({ name, ...start(name, cases[name]) }));
await until(() => listening().length === atOnce.length);
await makeFlows(MANY);
await until(() => listening().every((bytes) => bytes === 0));
await pause(500);
process.stdout.write(`${MANY} flows at full speed, ${2 * MANY} events, both at once\n`);
for (const reader of atOnce) {
  const told = await finish(reader);
  process.stdout.write(
    `${reader.name.padEnd(30)}  ${((100 * (2 * MANY - told)) / (2 * MANY)).toFixed(1)} % not told\n`,
  );
}
