// What benches of NFLOG readers share: a cable, rules that log what comes over it, a sender, and how a reader is measured. They
// run as root, in a network namespace of their own with a /run of its own; gcc makes the C programs.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const GROUP = 5;
/** How often each packet is logged. */
export const TIMES = 4;
const MAC = "02:00:00:00:00:01";
const TICKS = 100;

export const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
delete env.NODE_EXTRA_CA_CERTS;

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The command line of netlogctl. */
export const netlogctl = (...words) => [process.execPath, here("../dist/bin/netlogctl.cjs"), ...words];

export function run(file, args) {
  const { status, stderr, stdout } = spawnSync(file, args, { env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${file} ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout.trim();
}

/** Compiles programs of this directory into /run. */
export function compile(...names) {
  for (const name of names) run("gcc", ["-O2", "-o", `/run/${name}`, here(`${name}.c`)]);
}

/** A cable whose packets are logged with 96 bytes, and dropped. */
export function setUp() {
  compile("udp-sender");
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
}

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

/**
 * Runs a reader while so many packets are sent at a rate (0: as fast as it goes): its seconds of processor time from when it
 * listens until all is written, its memory in MB, and packets a second that were sent.
 */
export async function measureReader([file, ...args], { stdout, packets, rate }) {
  const child = spawn(file, args, { env, stdio: ["ignore", stdout, "ignore"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await until(() => isHeld() || child.exitCode !== null);
  if (child.exitCode !== null) throw new Error(`${file} ${args.join(" ")} ended with ${child.exitCode}`);
  await pause(200);
  const begin = secondsOf(child.pid); // what it takes to start is another figure (npm run bench)
  const sent = Number(await outputOf("/run/udp-sender", ["out", MAC, String(packets), String(rate)]));
  await until(() => waiting() === 0);
  await pause(300); // what the kernel collected for a tenth of a second
  await until(() => waiting() === 0);
  const [, memory] = /^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"));
  const seconds = secondsOf(child.pid) - begin;
  child.kill("SIGTERM");
  await ended;
  return { seconds, memory: memory / 1024, rate: sent };
}

async function outputOf(file, args) {
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  await new Promise((resolve) => child.once("close", resolve));
  return text;
}

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
