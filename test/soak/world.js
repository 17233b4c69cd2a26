// What is soaked: rules that log, and programs that run all the time.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ENV, netlogctl, ok } from "../../bench/lab.js";
import { lineCutter } from "./account.js";
import { ask } from "./channel.js";
import { INTENT, SERVE, serveIntent, writeIntents } from "./intents.js";

export const SOCKET = "/run/netlogctl-serve/bus.sock";
export const METRICS = "/run/metrics.sock";
export const RING = "/var/log/ring";
export const STORE = "/var/lib/netlogctl-serve/events.db";

/** The groups that are counted exactly, and the port whose packets are logged to each. */
export const PORTS = { 1: 9001, 2: 9002, 3: 9003, 11: 9011, 12: 9012, 13: 9013, 21: 9021 };
/** The group that the service reads now and then. */
export const PASSING = 3;
/** Packets of interfaces that come and go, and some packets of flows. */
export const [CABLES, FLOWS] = [4, 5];
/** Those that the service reads all the time. */
export const SERVED = [1, 2, CABLES, FLOWS];
const NUMBERED = [1, 2, 3, 12, 13];

const logged = Object.entries(PORTS)
  .filter(([group]) => group !== "21")
  .map(([group, port]) => `udp dport ${port} counter name g${group} log prefix "soak:${group} " group ${group}`);
const names = [...Object.keys(PORTS), CABLES, FLOWS].map((group) => `counter g${group} {}`);
const RULES = `
table inet soak {
  ${names.join("\n  ")}
  counter made {}
  chain untracked-out {
    type filter hook output priority raw
    ip daddr != 127.1.0.0/16 notrack
    ip daddr 127.1.0.0/16 counter name made
    meta nfproto ipv6 notrack
  }
  chain untracked-in {
    type filter hook prerouting priority raw
    ip daddr != 127.1.0.0/16 notrack
    meta nfproto ipv6 notrack
  }
  chain out {
    type filter hook output priority 0
    ${logged.join("\n    ")}
    udp dport 9021 counter name g21
    ip daddr 127.1.0.0/16 limit rate 200/second counter name g${FLOWS} log prefix "soak:${FLOWS} " group ${FLOWS}
  }
  chain in {
    type filter hook prerouting priority 0
    iifname "sv*" udp dport 9004 counter name g${CABLES} log prefix "soak:${CABLES} " group ${CABLES}
    udp dport 9000-9099 drop
    ip daddr 127.1.0.0/16 ct state new,established drop
  }
}
table inet gate {
  chain in {
    type filter hook output priority 10
    tcp dport 23 counter
  }
}
`;

const forked = (name, wish) =>
  ask(fileURLToPath(new URL(`${name}.js`, import.meta.url)), { numbered: NUMBERED, ...wish });
const tap = (words, more = {}) => forked("tap", { command: netlogctl(...words), ...more });
const subscriber = (more = {}) => forked("subscriber", { socket: SOCKET, ...more });

/** Lays the rules and starts all programs; resolves once each reads what it is to read. @param seed of those that leave and come back */
export async function openWorld(seed) {
  ok("sysctl", "-qw", "net.netfilter.nf_conntrack_acct=1", "net.netfilter.nf_conntrack_timestamp=1");
  writeFileSync("/run/soak.nft", RULES);
  ok("nft", "-f", "/run/soak.nft");
  mkdirSync(RING);
  writeIntents();
  writeFileSync(SERVE, serveIntent());
  ok(...netlogctl("rules", "apply", "-f", INTENT, "--yes"));
  const plain = {
    serve: startProgram(netlogctl("serve", "-f", SERVE)),
    capture: startProgram(
      netlogctl(
        ..."capture run -g 11 --every 10s --size 256KiB --files 40 --total 6MiB --free 1KiB --room 2".split(" "),
        ...["--ring", RING],
      ),
    ),
    "rules list --watch": startProgram(netlogctl(..."rules list --watch --interval 5 --json".split(" "))),
    "status --watch": startProgram(netlogctl(..."status --watch --interval 5 --json".split(" "))),
    "watch --repair": startProgram(netlogctl(..."watch --repair --repairs-per-minute 100 --json".split(" "))),
  };
  const told = ["--json", "--payload", "hex"];
  const taps = {
    "packets stream": tap(["packets", "stream", "-g", "12", "--room", "1", ...told]),
    "packets stream, slow": tap(["packets", "stream", "-g", "13", "--room", "2", ...told], { pauseMs: 30 }),
    "packets stream, applied": tap(["packets", "stream", "-g", "21", "--room", "8", ...told]),
    "flows stream": tap(["flows", "stream", "--room", "1", "--census", "5s", "--json"]),
  };
  await until(() => [...SERVED, 11, 12, 13, 21].every((group) => isBound(group)), "groups are read");
  await until(
    async () => (await taps["flows stream"]("figures")).said.some((line) => line.includes("reading flows")),
    "flows",
  );
  await until(() => plain.serve.said.some((line) => line.includes("telling at")), "the service is ready");
  const clients = {
    steady: subscriber(),
    slow: subscriber({ pauseMs: 100 }),
    blocking: subscriber({ pauseMs: 100, isBlocking: true }),
    returning: subscriber({ stayMs: 4000, awayMs: 4000, seed }),
    "returning late": subscriber({ stayMs: 2000, awayMs: 30_000, seed: seed + 1 }),
    SPR: forked("spr-tap", { socket: SOCKET, start: "nft" }),
    "packets stream, bus": tap(["packets", "stream", "--source", "bus", "--after", "0", ...told]),
  };
  const sender = forked("sender", {});
  await until(
    async () => (await figuresOf()).get("netlogctl_subscribers") === Object.keys(clients).length,
    "all have subscribed",
  );
  const pids = await pidsOf(plain, { ...taps, ...clients });
  return { plain, taps, clients, sender, pids };
}

async function pidsOf(plain, asked) {
  const own = Object.entries(plain).map(([name, { pid }]) => [name, pid]);
  // Of those that are asked only what runs netlogctl is watched.
  const others = Object.entries(asked).filter(([name]) => name.includes("stream"));
  return Object.fromEntries([
    ...own,
    ...(await Promise.all(others.map(async ([name, one]) => [name, await one("pid")]))),
  ]);
}

const SAID_MAX = 200;

/** A program whose lines are counted; of what it says on its standard error the first lines are kept. */
export function startProgram([file, ...args]) {
  const child = spawn(file, args, { env: ENV, stdio: ["ignore", "pipe", "pipe"] });
  const program = { pid: child.pid, said: [], lines: 0, code: undefined, kill: (signal) => child.kill(signal) };
  child.stdout.setEncoding("utf8").on(
    "data",
    lineCutter((line) => {
      JSON.parse(line);
      program.lines += 1;
    }),
  );
  child.stderr.setEncoding("utf8").on(
    "data",
    lineCutter((line) => {
      program.said.push(line);
      if (program.said.length > SAID_MAX) program.said.shift();
    }),
  );
  program.ended = new Promise((resolve) => {
    child.once("close", (code, signal) => {
      program.code = code ?? signal;
      resolve(program.code);
    });
  });
  return program;
}

/** Whether a group is bound by anybody. */
export const isBound = (group) =>
  new RegExp(`^\\s*${group}\\s`, "m").test(readFileSync("/proc/net/netfilter/nfnetlink_log", "utf8"));

/** How long anything that must come is waited for. */
const PATIENCE_MS = 300_000;

/** Waits until that holds. */
export async function until(holds, what) {
  for (const end = performance.now() + PATIENCE_MS; !(await holds()); ) {
    if (performance.now() > end) throw new Error(`waited five minutes, and not: ${what}`);
    await new Promise((go) => setTimeout(go, 50));
  }
}

/** What the service says of itself: the value of each line, by name and labels. */
export async function figuresOf() {
  const { get } = await import("node:http");
  const text = await new Promise((resolve, reject) => {
    get({ socketPath: METRICS, path: "/metrics" }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => resolve(body));
    }).on("error", reject);
  });
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
}

/** What the kernel counted, by the names of the counters. */
export function countersOf() {
  const { nftables } = JSON.parse(ok("nft", "-j", "list", "counters", "table", "inet", "soak"));
  return Object.fromEntries(
    nftables.flatMap(({ counter }) => (counter === undefined ? [] : [[counter.name, counter.packets]])),
  );
}
