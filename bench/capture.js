// NFLOG packets into files in memory: netlogctl capture run beside tcpdump -i nflog:G -w and netlogctl packets stream --json, in
// the same run, interleaved. Microseconds of processor time for each packet from when it listens until all is written, what was
// lost, memory. Run it through `npm run bench:capture`: it needs root and a network namespace of its own, gcc and tcpdump.
// Arguments: packets (each is logged four times), rounds, packets a second (0: as fast as it goes).
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const [PACKETS = 300_000, ROUNDS = 3, RATE = 0] = process.argv.slice(2).map(Number);
const [GROUP, TIMES, MAC] = [5, 4, "02:00:00:00:00:01"];
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const main = here("../dist/bin/netlogctl.cjs");

const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
delete env.NODE_EXTRA_CA_CERTS;

function run(file, args) {
  const { status, stderr } = spawnSync(file, args, { env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${file} ${args.join(" ")} ended with ${status}: ${stderr}`);
}

run("gcc", ["-O2", "-o", "/run/udp-sender", here("udp-sender.c")]);
for (const words of [
  "link add out type veth peer name in",
  `link set in address ${MAC}`,
  "addr add 10.77.0.1/24 dev in",
  "link set out up",
  "link set in up",
]) {
  run("ip", words.split(" "));
}
const logs = Array.from({ length: TIMES }, () => `log prefix "drop:input " group ${GROUP} snaplen 96`).join(" ");
writeFileSync(
  "/run/rules.nft",
  `table ip bench {
  chain prerouting { type filter hook prerouting priority 0; iifname in meta l4proto udp ${logs} drop; }
}
`,
);
run("nft", ["-f", "/run/rules.nft"]);

const OUT = "/run/out";
const RING = "/run/ring";
const ours = (...words) => [process.execPath, main, ...words, "-g", String(GROUP)];
const capture = (link) =>
  ours("capture", "run", "--ring", RING, "--size", "4GiB", "--free", "1KiB", "--linktype", link);
const recordsIn = (path) => {
  const bytes = readFileSync(path);
  let count = 0;
  for (let at = 24; at + 16 <= bytes.length; at += 16 + bytes.readUInt32LE(at + 8)) count += 1;
  return count;
};
const linesIn = (path) => Number(spawnSync("wc", ["-l", path], { encoding: "utf8" }).stdout.split(" ")[0]);
const packetsIn = () =>
  readdirSync(RING)
    .filter((name) => name.endsWith(".index.json"))
    .reduce((sum, name) => sum + JSON.parse(readFileSync(`${RING}/${name}`, "utf8")).packets, 0);
const cases = {
  "tcpdump -w": { command: ["tcpdump", "-i", `nflog:${GROUP}`, "-n", "-w", OUT], count: () => recordsIn(OUT) },
  "tcpdump -w, 64 MiB": {
    command: ["tcpdump", "-i", `nflog:${GROUP}`, "-n", "-B", "65536", "-w", OUT],
    count: () => recordsIn(OUT),
  },
  "capture run, ethernet": { command: capture("ethernet"), count: packetsIn },
  "capture run, raw": { command: capture("raw"), count: packetsIn },
  "capture run, nflog": { command: capture("nflog"), count: packetsIn },
  "packets stream --json": { command: ours("packets", "stream", "--json"), count: () => linesIn(OUT), isToOut: true },
};

const TICKS = 100;
/** Seconds of processor time of all threads of a process so far (proc_pid_stat(5), utime and stime). */
function secondsOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

const isHeld = () =>
  new RegExp(`^\\s*${GROUP}\\s`, "m").test(readFileSync("/proc/net/netfilter/nfnetlink_log", "utf8"));
const waiting = () =>
  readFileSync("/proc/net/netlink", "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .reduce((sum, [, protocol, , , bytes]) => sum + (protocol === "12" ? Number(bytes) : 0), 0);

async function until(holds) {
  while (!holds()) await pause(20);
}

async function measure({ command: [file, ...args], count, isToOut = false }) {
  rmSync(OUT, { force: true });
  rmSync(RING, { recursive: true, force: true });
  mkdirSync(RING);
  const stdout = isToOut ? openSync(OUT, "w") : "ignore";
  const child = spawn(file, args, { env, stdio: ["ignore", stdout, "ignore"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await until(isHeld);
  await pause(200);
  const begin = secondsOf(child.pid); // what it takes to start is another figure (npm run bench)
  const sender = spawn("/run/udp-sender", ["out", MAC, String(PACKETS), String(RATE)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let rate = "";
  sender.stdout.on("data", (chunk) => {
    rate += chunk;
  });
  await new Promise((resolve) => sender.once("close", resolve));
  await until(() => waiting() === 0);
  await pause(300); // what the kernel collected for a tenth of a second
  await until(() => waiting() === 0);
  const [, memory] = /^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"));
  const seconds = secondsOf(child.pid) - begin;
  child.kill("SIGTERM");
  await ended;
  const packets = count();
  const micros = (1e6 * seconds) / packets;
  return { micros, lost: 1 - packets / (PACKETS * TIMES), memory: memory / 1024, rate: Number(rate) };
}

const results = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, one] of Object.entries(cases)) results[name].push(await measure(one));
}
rmSync(OUT, { force: true });
rmSync(RING, { recursive: true, force: true });

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const of = (name, key) => median(results[name].map((one) => one[key]));
const [peer, stream] = [of("tcpdump -w", "micros"), of("packets stream --json", "micros")];
process.stdout.write(
  `${PACKETS * TIMES} packets; processor time of each, beside tcpdump; rate beside packets stream; lost; memory\n`,
);
for (const name of Object.keys(cases)) {
  const micros = of(name, "micros");
  const line = [
    name.padEnd(24),
    `${micros.toFixed(2).padStart(6)} us`,
    `${(micros / peer).toFixed(2).padStart(5)} x`,
    `${(stream / micros).toFixed(2).padStart(5)} x`,
    `${(100 * of(name, "lost")).toFixed(1).padStart(5)} %`,
    `${of(name, "memory").toFixed(0).padStart(4)} MB`,
    `sent ${((of(name, "rate") * TIMES) / 1e6).toFixed(2)} M/s`,
  ];
  process.stdout.write(`${line.join("  ")}\n`);
}
