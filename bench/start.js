// How long a command takes, beside `node -e 0` and nft in the same run: interleaved, medians, ratios.
// Run it through `npm run bench`: it needs a network namespace of its own, in which it changes bindings.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const ROUNDS = Number(process.argv[2] ?? 20);
const main = fileURLToPath(new URL("../dist/bin/netlogctl.cjs", import.meta.url));
const netlogctl = (...args) => [process.execPath, main, ...args];
let turn = 0;
const cases = {
  "node -e 0": () => [process.execPath, "-e", "0"],
  "nft list ruleset": () => ["nft", "list", "ruleset"],
  "netlogctl --version": () => netlogctl("--version"),
  "netlogctl default log": () => netlogctl("default", "log"),
  "netlogctl status": () => netlogctl("status"),
  "netlogctl default log ip6 ... (a change)": () => {
    turn += 1;
    return netlogctl("default", "log", "ip6", turn % 2 === 0 ? "kernel" : "user");
  },
};

const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
// Node 20 reads it at every start, which takes longer than all the rest.
delete env.NODE_EXTRA_CA_CERTS;

const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
for (let round = 0; round < ROUNDS + 1; round += 1) {
  for (const [name, command] of Object.entries(cases)) {
    const [file, ...args] = command();
    const begin = process.hrtime.bigint();
    const { status, stderr } = spawnSync(file, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    const ms = Number(process.hrtime.bigint() - begin) / 1e6;
    if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
    if (round > 0) times[name].push(ms); // the first round fills the page cache
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const base = median(times["node -e 0"]);
for (const [name, values] of Object.entries(times)) {
  const ms = median(values);
  process.stdout.write(`${name.padEnd(42)} ${ms.toFixed(1).padStart(7)} ms ${(ms / base).toFixed(2).padStart(6)} x\n`);
}
