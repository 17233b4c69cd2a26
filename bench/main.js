// npm run bench [-- [--rounds N] [--json] [--record] NAME...]: measures what is built beside its peers, each benchmark in a lab of its
// own. See README.md.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { ENV, inLab, isStale, obstacle, ROOT } from "./lab.js";
import { machineText, section } from "./page.js";
import { goalsText } from "./table.js";

const NAMES = readdirSync(`${ROOT}bench/suite`).map((file) => file.replace(/\.js$/, ""));
const HELP = `npm run bench [-- [--rounds N] [--json] [--record] NAME...]

Measures what is built beside its peers, in namespaces of its own, as root. All benchmarks unless some are named:
${NAMES.join(", ")}

  --rounds N  so many rounds, instead of what each benchmark takes
  --json      print all samples as JSON instead of tables
  --record    write bench/results.json, bench/plots and the results in bench/README.md
`;

/** What was asked for; throws with one sentence what is wrong with it. */
function asked() {
  const options = { help: "boolean", json: "boolean", record: "boolean", rounds: "string" };
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: Object.fromEntries(Object.entries(options).map(([name, type]) => [name, { type }])),
  });
  const bad = positionals.find((name) => !NAMES.includes(name));
  if (bad !== undefined) throw new Error(`there is no benchmark "${bad}", only ${NAMES.join(", ")}`);
  if (!/^[1-9]\d*$/.test(values.rounds ?? "1")) throw new Error(`--rounds is a number from 1, not "${values.rounds}"`);
  return { rounds: "0", ...values, names: positionals.length > 0 ? positionals : NAMES };
}

/** Measures one benchmark in a lab; undefined if that failed, which it says itself. */
function measure(name, rounds) {
  const [file, ...args] = inLab([process.execPath, `${ROOT}bench/inside.js`, name, rounds]);
  const { status, stdout } = spawnSync(file, args, {
    env: ENV,
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status === 0) return JSON.parse(stdout);
  process.stderr.write(`${name}: failed\n`);
  process.exitCode = 1;
  return undefined;
}

/** Refuses what cannot be measured, or would be recorded of a program that is no more. */
function refuse(isRecord) {
  const why = obstacle();
  if (why !== "") throw new Error(why);
  if (!isStale()) return;
  if (isRecord) throw new Error("what is built is older than the sources: run npm run build first");
  process.stderr.write("what is built is older than the sources: npm run build renews it\n");
}

/** The commit that is measured, as far as git knows. */
function commit() {
  const { stdout } = spawnSync("git", ["-C", ROOT, "describe", "--always", "--dirty"], { env: ENV, encoding: "utf8" });
  return stdout?.trim() || "no commit";
}

/** The most that others may use of the machine before it is said: ratios of wall time then mean little. */
const LOAD_MAX = 1;

async function bench({ json, record, rounds, names }) {
  refuse(record);
  if (loadavg()[0] > LOAD_MAX) process.stderr.write("others use this machine: believe the processor's time only\n");
  const measured = {};
  const of = commit();
  for (const name of names) {
    const result = measure(name, rounds);
    if (result === undefined) continue;
    measured[name] = { when: new Date().toISOString().slice(0, 10), of, ...result };
    if (!json) process.stdout.write(`${section(name, result)}\n\n`);
  }
  if (record) (await import("./record.js")).keep(measured);
  const end = json ? JSON.stringify(measured) : `${machineText(measured)}\n\n${goalsText(Object.values(measured))}`;
  process.stdout.write(`${end}\n`);
}

try {
  const wish = asked();
  if (wish.help) process.stdout.write(HELP);
  else await bench(wish);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
