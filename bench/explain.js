// How long explain takes of 10,000 log rules, beside nft's own listing of them in the same run: interleaved, medians, ratios,
// and how much of it is our own work. Run it through `npm run bench:explain`: it needs a network namespace of its own.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROUNDS = Number(process.argv[2] ?? 7);
const [CHAINS, RULES] = [100, 100];
const main = fileURLToPath(new URL("../dist/bin/netlogctl.cjs", import.meta.url));
const cases = {
  "node -e 0": [process.execPath, "-e", "0"],
  "nft -j list ruleset": ["nft", "-j", "list", "ruleset"],
  "netlogctl explain": [process.execPath, main, "explain"],
  "netlogctl explain --json": [process.execPath, main, "explain", "--json"],
  "netlogctl explain, recorded: without nft": [process.execPath, main, "explain", "--machine", "/run/recorded"],
};

const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
// Node 20 reads it at every start, which takes longer than all the rest.
delete env.NODE_EXTRA_CA_CERTS;

function run([file, ...args]) {
  const begin = process.hrtime.bigint();
  const { status, stderr } = spawnSync(file, args, { env, stdio: ["ignore", "pipe", "pipe"], maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${file} ${args.join(" ")} ended with ${status}: ${stderr}`);
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

function ruleText(number) {
  const match = `ip saddr 10.${number >> 8}.${number & 255}.0/24 tcp dport ${number + 1} ct state new`;
  const log = `log prefix "rule-${number}: " group ${number % 16} snaplen 96`;
  return `${match} limit rate 10/second burst 20 packets counter ${log}`;
}

const chains = Array.from({ length: CHAINS }, (_, chain) => {
  const rules = Array.from({ length: RULES }, (_, at) => ruleText(chain * RULES + at));
  return `chain c${chain} {\n${rules.join("\n")}\n}`;
});
const jumps = chains.map((_, chain) => `jump c${chain}`);
const input = ["chain input {", "type filter hook input priority 0", ...jumps, "}"].join("\n");
writeFileSync("/run/rules.nft", `table inet big {\n${chains.join("\n")}\n${input}\n}\n`);
run(["nft", "-f", "/run/rules.nft"]);
run([process.execPath, main, "record", "/run/recorded"]);

const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
for (let round = 0; round < ROUNDS + 1; round += 1) {
  for (const [name, command] of Object.entries(cases)) {
    const ms = run(command);
    if (round > 0) times[name].push(ms); // the first round fills the page cache
  }
}

const base = times["nft -j list ruleset"].toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)];
for (const [name, values] of Object.entries(times)) {
  const [least, median] = [Math.min(...values), values.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)]];
  const line = [
    `${median.toFixed(0).padStart(6)} ms`,
    `${(median / base).toFixed(2)} x`,
    `at best ${least.toFixed(0)} ms`,
  ];
  process.stdout.write(`${name.padEnd(42)} ${line.join("  ")}\n`);
}
