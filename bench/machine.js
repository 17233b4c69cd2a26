// What machine a benchmark ran on, and the versions of what it measured.
import { spawnSync } from "node:child_process";
import { cpus, release, totalmem } from "node:os";
import { ENV, has } from "./lab.js";

const PROGRAMS = {
  nft: ["--version"],
  diff: ["--version"],
  gcc: ["-dumpfullversion"],
  tcpdump: ["--version"],
  conntrack: ["--version"],
  ulogd: ["--version"],
  ufw: ["--version"],
  "firewall-offline-cmd": ["--version"],
  shorewall: ["version"],
  ferm: ["--version"],
};

function versionOf(program) {
  if (!has(program)) return "not there";
  const { stdout, stderr } = spawnSync(program, PROGRAMS[program], { env: ENV, encoding: "utf8" });
  return /\d+(\.\d+)+/.exec(stdout + stderr)?.[0] ?? "there";
}

/** What machine this is, and what runs on it; to be asked in the lab. */
export const machine = () => ({
  processor: `${cpus().length} x ${cpus()[0].model.trim()}`,
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  kernel: release(),
  node: process.versions.node,
  ...Object.fromEntries(Object.keys(PROGRAMS).map((program) => [program, versionOf(program)])),
});
