// NFLOG packets to lines of JSON in a file in memory: netlogctl beside ulogd2 and a reader in C that writes the same compact
// fields, in the same run, interleaved. Events per second of processor time of the reader from when it listens until all is written, what it lost, its memory. Run it
// through `npm run bench:stream`: it needs root and a network namespace of its own; gcc for the C programs, ulogd2 if it is to
// be compared.
// Arguments: packets (each is logged four times), rounds, packets a second (0: as fast as it goes).
import { spawn, spawnSync } from "node:child_process";
import { existsSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const [PACKETS = 500_000, ROUNDS = 3, RATE = 0] = process.argv.slice(2).map(Number);
const [GROUP, TIMES, MAC] = [5, 4, "02:00:00:00:00:01"];
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const main = here("../dist/bin/netlogctl.cjs");

const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
delete env.NODE_EXTRA_CA_CERTS;

function run(file, args, input) {
  const { status, stderr, stdout } = spawnSync(file, args, { env, input, encoding: "utf8" });
  if (status !== 0) throw new Error(`${file} ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout.trim();
}

for (const name of ["nflog-reader", "udp-sender"]) run("gcc", ["-O2", "-o", `/run/${name}`, here(`${name}.c`)]);
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

const PLUGINS = ["/usr/lib/x86_64-linux-gnu/ulogd", "/usr/lib/aarch64-linux-gnu/ulogd", "/usr/lib/ulogd"].find(
  existsSync,
);
const OUT = "/run/lines";
const stream = (...more) => [process.execPath, main, "packets", "stream", "--json", "-g", String(GROUP), ...more];
const cases = {
  "C, compact": ["/run/nflog-reader", String(GROUP), OUT],
  "C, compact and base64": ["/run/nflog-reader", String(GROUP), OUT, "base64"],
  ...(PLUGINS === undefined ? {} : { "ulogd2, JSON, tuned": ["ulogd", "-c", "/run/ulogd.conf"] }),
  "netlogctl, compact": stream("--fields", "compact"),
  "netlogctl, compact and base64": stream("--fields", "compact", "--payload", "base64"),
  "netlogctl, all fields": stream(),
  "netlogctl, text": [...stream().filter((word) => word !== "--json"), "-F", "text"],
};
const plugins = ["inppkt_NFLOG", "raw2packet_BASE", "filter_IFINDEX", "filter_IP2STR", "filter_HWHDR", "output_JSON"];
writeFileSync(
  "/run/ulogd.conf",
  `[global]
logfile="/run/ulogd.log"
${plugins.map((name) => `plugin="${PLUGINS}/ulogd_${name}.so"`).join("\n")}
stack=log:NFLOG,base:BASE,index:IFINDEX,ip:IP2STR,mac:HWHDR,json:JSON
[log]
group=${GROUP}
netlink_socket_buffer_size=67108864
netlink_socket_buffer_maxsize=134217728
netlink_qthreshold=100
netlink_qtimeout=10
bufsize=524288
seq_local=1
[json]
sync=0
file="${OUT}"
timestamp=1
`,
);

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

async function measure([file, ...args]) {
  rmSync(OUT, { force: true });
  const child = spawn(file, args, {
    env,
    stdio: ["ignore", file === process.execPath ? openSync(OUT, "w") : "ignore", "ignore"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await until(isHeld);
  const begin = secondsOf(child.pid); // what it takes to start is another figure (npm run bench)
  const rate = Number(await output("/run/udp-sender", ["out", MAC, String(PACKETS), String(RATE)]));
  await until(() => waiting() === 0);
  await pause(300); // what the kernel collected for a tenth of a second
  await until(() => waiting() === 0);
  const [, memory] = /^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"));
  const seconds = secondsOf(child.pid) - begin;
  child.kill("SIGTERM");
  await ended;
  const events = Number(run("wc", ["-l", OUT]).split(" ")[0]);
  return { perSecond: events / seconds, lost: 1 - events / (PACKETS * TIMES), memory: memory / 1024, rate };
}

async function output(file, args) {
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  await new Promise((resolve) => child.once("close", resolve));
  return text;
}

const results = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, command] of Object.entries(cases)) results[name].push(await measure(command));
}
rmSync(OUT, { force: true });

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const rates = Object.fromEntries(
  Object.entries(results).map(([name, all]) => [name, median(all.map((one) => one.perSecond))]),
);
const [peer, limit] = [rates["ulogd2, JSON, tuned"], rates["C, compact"]];
process.stdout.write(`${PACKETS * TIMES} events; per second of processor time, beside ulogd2 and C; lost; memory\n`);
for (const [name, all] of Object.entries(results)) {
  const line = [
    name.padEnd(30),
    `${(rates[name] / 1e6).toFixed(2).padStart(6)} M`,
    `${peer === undefined ? "" : `${(rates[name] / peer).toFixed(1).padStart(6)} x`}`,
    `${(rates[name] / limit).toFixed(2).padStart(5)} x`,
    `${(100 * median(all.map((one) => one.lost))).toFixed(1).padStart(5)} %`,
    `${median(all.map((one) => one.memory))
      .toFixed(0)
      .padStart(4)} MB`,
    `sent ${((median(all.map((one) => one.rate)) * TIMES) / 1e6).toFixed(2)} M/s`,
  ];
  process.stdout.write(`${line.join("  ")}\n`);
}
