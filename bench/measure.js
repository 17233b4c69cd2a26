// How a program is measured, and in what order: all cases of a group once, then all again, so that each is compared with what ran
// beside it.
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import koffi from "koffi";
import { ENV, has } from "./lab.js";

const getrusage = koffi.load(null).func("int getrusage(int, void *)");
const RUSAGE_CHILDREN = -1;

/** What commands that run to their end are told by. */
const COMMAND = [
  { key: "wall", title: "wall ms", digits: 1 },
  { key: "cpu", title: "processor ms", digits: 1 },
  { key: "memory", title: "MB", digits: 0 },
];

/** Milliseconds of processor time, user and system, of all children that ended. */
function childrenTime() {
  const usage = Buffer.alloc(144);
  getrusage(RUSAGE_CHILDREN, usage);
  const milliseconds = (at) => Number(usage.readBigInt64LE(at)) * 1e3 + Number(usage.readBigInt64LE(at + 8)) / 1e3;
  return milliseconds(0) + milliseconds(16);
}

/** Where the last command's output is: a file in memory, since nft writes to a pipe in small pieces. */
export const OUTPUT = "/run/bench-output";
const MEMORY = "/run/bench-memory";

/** Runs a command to its end: its time and its processor's time in ms, its memory in MB. GNU time, which tells that, is part of it. */
export function run([file, ...args]) {
  const output = openSync(OUTPUT, "w");
  const before = childrenTime();
  const begin = process.hrtime.bigint();
  const { status, error } = spawnSync("/usr/bin/time", ["--quiet", "-f", "%M", "-o", MEMORY, file, ...args], {
    env: ENV,
    stdio: ["ignore", output, output],
  });
  const wall = Number(process.hrtime.bigint() - begin) / 1e6;
  const cpu = childrenTime() - before;
  closeSync(output);
  if (status !== 0)
    throw new Error(
      `${file} ${args.join(" ")} ended with ${status}: ${error ?? readFileSync(OUTPUT, "utf8").slice(0, 2000)}`,
    );
  return { wall, cpu, memory: Number(readFileSync(MEMORY, "utf8")) / 1024 };
}

/** A case that runs one command. */
export const command = (name, words, more) => ({ name, run: () => run(words), ...more });

/** Several commands that do together what another does alone. */
export const sum = (...samples) => ({
  wall: samples.reduce((total, { wall }) => total + wall, 0),
  cpu: samples.reduce((total, { cpu }) => total + cpu, 0),
  memory: Math.max(...samples.map(({ memory }) => memory)),
});

const rounded = (value) => Number(value.toPrecision(5));

/** A group of cases, measured in so many rounds: all that its table is made of. Of what is not there, it says so. Progress is a dot a round. */
export async function measureGroup({ cases, rounds, ...group }) {
  const rows = cases.map(({ name, peer, needs }) =>
    needs === undefined || has(needs) ? { name, peer, samples: {} } : { name, missing: needs },
  );
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, { missing, samples }] of rows.entries()) {
      if (missing === undefined) add(samples, await cases[at].run());
    }
    process.stderr.write(".");
  }
  return { figures: COMMAND, ratios: ["wall", "cpu"], goals: [], ...group, rounds, rows };
}

function add(samples, sample) {
  for (const [key, value] of Object.entries(sample)) samples[key] = [...(samples[key] ?? []), rounded(value)];
}
