// scripts/soak [--minutes N] [--seed N] [--json] [--plot FILE]: see README.md.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ENV, inLab, isStale, obstacle } from "../../bench/lab.js";
import { reportText } from "./report.js";

const HELP = `scripts/soak [--minutes N] [--seed N] [--json] [--plot FILE]

Runs the log service, captures, streams and watches under load in namespaces of its own, as root, and sees that every event is
accounted for, and that neither memory nor descriptors grow. It exits with 1 if anything is wrong.

  --minutes N  how long; 2 unless said
  --seed N     what is chosen by chance is the same for the same seed
  --json       print all that was seen as JSON
  --plot FILE  write a picture of the memory over time, in SVG
`;

function asked() {
  const options = { help: "boolean", json: "boolean", minutes: "string", seed: "string", plot: "string" };
  const { values } = parseArgs({
    options: Object.fromEntries(Object.entries(options).map(([name, type]) => [name, { type }])),
  });
  for (const name of ["minutes", "seed"]) {
    if (!(Number(values[name] ?? 1) > 0)) throw new Error(`--${name} is a number above 0, not "${values[name]}"`);
  }
  return { ...values, minutes: Number(values.minutes ?? 2), seed: Math.floor(Number(values.seed ?? Date.now() % 1e6)) };
}

async function soak({ minutes, seed, json, plot }) {
  const why = obstacle();
  if (why !== "") throw new Error(why);
  if (isStale()) process.stderr.write("what is built is older than the sources: npm run build renews it\n");
  process.stderr.write(`${minutes} minutes, seed ${seed}\n`);
  const inside = fileURLToPath(new URL("inside.js", import.meta.url));
  const [file, ...args] = inLab([process.execPath, inside, String(minutes * 60), String(seed)]);
  const { status, stdout } = spawnSync(file, args, {
    env: ENV,
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`it ended with ${status}`);
  const told = JSON.parse(stdout);
  if (plot !== undefined) writeFileSync(plot, (await import("./plot.js")).plot(told));
  process.stdout.write(json ? `${stdout}\n` : `${reportText(told)}\n`);
  if (told.problems.length > 0) process.exitCode = 1;
}

try {
  const wish = asked();
  if (wish.help) process.stdout.write(HELP);
  else await soak(wish);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
