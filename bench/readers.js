// What benchmarks of readers share: a cable whose packets are logged, a sender in C, and how a reader is measured while it is fed.
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import koffi from "koffi";
import { ENV, has, ok, ROOT } from "./lab.js";

export const GROUP = 5;
/** How often each packet is logged. */
export const TIMES = 4;
const MAC = "02:00:00:00:00:01";
const clockGettime = koffi.load(null).func("int clock_gettime(int, void *)");

/** What readers are told by. */
export const READER = [
  { key: "perSecond", title: "M events per processor second", digits: 2 },
  { key: "lost", title: "lost %", digits: 1 },
  { key: "memory", title: "MB", digits: 0 },
  { key: "sent", title: "M/s sent", digits: 2 },
];

/** Compiles a program of bench/c into /run. */
export function compile(name, ...options) {
  if (!has("gcc")) throw new Error(`${name}.c is compiled at each run: install gcc`);
  ok("gcc", "-O2", "-o", `/run/${name}`, `${ROOT}bench/c/${name}.c`, ...options);
}

/** A cable whose packets are logged with 96 bytes, and dropped. */
export function layCable() {
  compile("udp-sender");
  ok("ip", ..."link add out type veth peer name in".split(" "));
  ok("ip", "link", "set", "in", "address", MAC, "up");
  ok("ip", ..."addr add 10.77.0.1/24 dev in".split(" "));
  ok("ip", "link", "set", "out", "up");
  const logs = `log prefix "drop:input " group ${GROUP} snaplen 96 `.repeat(TIMES);
  writeFileSync(
    "/run/cable.nft",
    `table ip bench { chain c { type filter hook prerouting priority 0; iifname in meta l4proto udp ${logs}drop\n}\n}\n`,
  );
  ok("nft", "-f", "/run/cable.nft");
}

/**
 * Seconds of processor time of all threads of a process so far. Its processor clock (clock_getcpuclockid(3): the complement of the
 * process, and CPUCLOCK_SCHED) is exact where /proc has hundredths of a second.
 */
export function secondsOf(pid) {
  const time = Buffer.alloc(16);
  if (clockGettime((~pid << 3) | 2, time) !== 0) throw new Error(`there is no process ${pid}`);
  return Number(time.readBigInt64LE(0)) + Number(time.readBigInt64LE(8)) / 1e9;
}

/** The most memory of a process so far, in MB. */
export const memoryOf = (pid) => Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;

/** The netlink sockets of netfilter's subsystems: the multicast groups they listen to, and the bytes that wait at them. */
export const sockets = () =>
  readFileSync("/proc/net/netlink", "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, protocol]) => protocol === "12")
    .map(([, , , groups, bytes]) => ({ groups, bytes: Number(bytes) }));

const isAllRead = () => sockets().every(({ bytes }) => bytes === 0);
const isHeld = () =>
  new RegExp(`^\\s*${GROUP}\\s`, "m").test(readFileSync("/proc/net/netfilter/nfnetlink_log", "utf8"));

/** Starts a reader and waits until it listens. */
export async function startReader([file, ...args], { stdout, env = {}, isListening }) {
  const child = spawn(file, args, { env: { ...ENV, ...env }, stdio: ["ignore", stdout, "ignore"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await until(() => child.exitCode !== null || isListening());
  if (child.exitCode !== null) throw new Error(`${file} ${args.join(" ")} ended with ${child.exitCode}`);
  return {
    pid: child.pid,
    end: async (signal) => {
      child.kill(signal);
      await ended;
    },
  };
}

export async function until(holds) {
  while (!holds()) await pause(20);
}

/** Waits until all is read, also what the kernel collects for a tenth of a second. */
export async function untilRead() {
  await until(isAllRead);
  await pause(300);
  await until(isAllRead);
}

/**
 * Runs a reader of the group while so many packets are sent as fast as it goes. `count` tells how many events it wrote. Its
 * processor time is counted from when it listens until all is written: its start is another figure.
 */
export async function feed(words, { stdout, packets, count }) {
  const reader = await startReader(words, { stdout, isListening: isHeld });
  await pause(200);
  const begin = secondsOf(reader.pid);
  const sent = Number(await outputOf("/run/udp-sender", ["out", MAC, String(packets), "0"]));
  await untilRead();
  const seconds = secondsOf(reader.pid) - begin;
  const memory = memoryOf(reader.pid);
  await reader.end("SIGTERM");
  const events = count();
  const made = packets * TIMES;
  return {
    perSecond: events / seconds / 1e6,
    lost: (100 * (made - events)) / made,
    memory,
    sent: (sent * TIMES) / 1e6,
  };
}

/** What a program prints that runs while this one waits. */
export async function outputOf(file, args) {
  const child = spawn(file, args, { env: ENV, stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  await new Promise((resolve) => child.once("close", resolve));
  return text;
}
