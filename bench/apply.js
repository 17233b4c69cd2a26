// How long rules apply takes beside what it cannot do without: nft listing the ruleset before, taking the same rules, and
// listing them after, and Node's own start; all in one run, interleaved, medians, also of the processor's time, which other
// programs disturb less. Then an apply that changes one rule, and one
// that has nothing to do. Run it through `npm run bench:apply`: it needs namespaces of its own, in which it makes rules.
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const COUNTS = process.argv.slice(2).length > 0 ? process.argv.slice(2).map(Number) : [1000, 10_000];
const ROUNDS = 5;
const main = fileURLToPath(new URL("../dist/bin/netlogctl.cjs", import.meta.url));
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
// Node 20 reads it at every start, which takes longer than all the rest.
delete env.NODE_EXTRA_CA_CERTS;

/** An intent of as many rules, of which one may be edited. */
function intent(count, isEdited) {
  const rules = Array.from({ length: count }, (_, index) => {
    const rate = isEdited && index === count >> 1 ? 6 : 5;
    const match = `{ iifname: eth${index % 9}, ip: { saddr: 10.${(index >> 8) & 255}.${index & 255}.0/24 }, tcp: { dport: ${index} } }`;
    return `  - { name: r-${index}, hook: input, match: ${match}, log: { prefix: "r:${index} ", group: ${index % 10} }, limit: ${rate}/minute burst 10 }\n`;
  });
  return `version: 1\nrules:\n${rules.join("")}`;
}

/** Runs a program with its output in a file; what it took in ms, and of that, or beside it, of the processor. */
function run(file, ...args) {
  const output = openSync("/run/output", "w");
  const begin = process.hrtime.bigint();
  const stdio = ["ignore", output, "pipe"];
  const { status, stderr } = spawnSync("/usr/bin/time", ["-f", "%U %S", file, ...args], {
    env,
    stdio,
    encoding: "utf8",
  });
  const ms = Number(process.hrtime.bigint() - begin) / 1e6;
  closeSync(output);
  if (status !== 0) throw new Error(`${file} ${args.join(" ")} ended with ${status}: ${stderr}`);
  const [user, system] = stderr.trim().split("\n").at(-1).split(" ").map(Number);
  return { ms, cpu: 1000 * (user + system) };
}

const sum = (...all) => ({ ms: all.reduce((a, b) => a + b.ms, 0), cpu: all.reduce((a, b) => a + b.cpu, 0) });

const apply = (name) => run(process.execPath, main, "rules", "apply", "-f", `/run/${name}.yaml`, "--yes");
const list = () => run("nft", "-j", "list", "ruleset");

/** As if nothing had ever been applied. */
function clear() {
  run("nft", "flush", "ruleset");
  rmSync("/var/lib/netlogctl", { recursive: true, force: true });
}

const median = (values, key) => values.map((value) => value[key]).toSorted((a, b) => a - b)[values.length >> 1];

for (const count of COUNTS) {
  writeFileSync("/run/a.yaml", intent(count, false));
  writeFileSync("/run/b.yaml", intent(count, true));
  run(process.execPath, main, "rules", "render", "-f", "/run/a.yaml");
  writeFileSync("/run/a.json", readFileSync("/run/output"));
  const times = {
    "node -e 0": [],
    "nft -j list, -j -f, -j list": [],
    apply: [],
    "apply, one changed": [],
    "apply, nothing to do": [],
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    times["node -e 0"].push(run(process.execPath, "-e", "0"));
    clear();
    times["nft -j list, -j -f, -j list"].push(sum(list(), run("nft", "-j", "-f", "/run/a.json"), list()));
    clear();
    times.apply.push(apply("a"));
    times["apply, one changed"].push(apply("b"));
    times["apply, nothing to do"].push(apply("b"));
  }
  const least = times["nft -j list, -j -f, -j list"];
  const goal = (key) => 2 * median(least, key) + median(times["node -e 0"], key);
  process.stdout.write(
    `\n${count} rules; twice nft, and Node's start, is ${goal("ms").toFixed(0)} ms, ${goal("cpu").toFixed(0)} ms of the processor\n`,
  );
  for (const [name, values] of Object.entries(times)) {
    const columns = ["ms", "cpu"].map((key) => {
      const value = median(values, key);
      return `${value.toFixed(0).padStart(7)} ms ${(value / goal(key)).toFixed(2).padStart(5)}`;
    });
    process.stdout.write(`${name.padEnd(30)} ${columns.join("   processor ")}\n`);
  }
}
