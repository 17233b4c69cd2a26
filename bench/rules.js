// How rendering, linting, decoding and comparing grow with the number of rules: times, as ratios to JSON.parse of the same
// rules in the same run, and the most memory that a run of the command line took. Run it with npm run bench:rules.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const COUNTS = process.argv.slice(2).length > 0 ? process.argv.slice(2).map(Number) : [1000, 10_000, 50_000];
const ROUNDS = 3;
const main = fileURLToPath(new URL("../dist/bin/netlogctl.cjs", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "netlogctl-bench-"));
const path = (name) => join(directory, name);

/** An intent of as many rules, of which this share is edited: another port and limit. */
function intent(count, share) {
  const lines = ["version: 1", "default-log: { ip: kernel, ip6: user group 3 }", "rules:"];
  for (let index = 0; index < count; index += 1) {
    const isEdited = (index * 7919) % 100 < share * 100;
    const match = `{ iifname: eth${index % 9}, ip: { saddr: 10.${(index >> 8) & 255}.${index & 255}.0/24 }, tcp: { dport: ${(index % 60_000) + (isEdited ? 1 : 0)} } }`;
    const log = `{ prefix: "r:${index} ", group: ${index % 10} }`;
    lines.push(
      `  - { name: r-${index}, hook: input, match: ${match}, log: ${log}, limit: ${isEdited ? 6 : 5}/minute burst 10 }`,
    );
  }
  return `${lines.join("\n")}\n`;
}

/** The best of some runs in ms, the most memory of any in MB, and what was printed. */
function measure(...args) {
  let ms = Number.POSITIVE_INFINITY;
  let megabytes = 0;
  let stdout = "";
  for (let round = 0; round < ROUNDS; round += 1) {
    const begin = process.hrtime.bigint();
    const ran = spawnSync("/usr/bin/env", ["time", "-f", "%M", process.execPath, ...args], {
      encoding: "utf8",
      maxBuffer: 1 << 30,
      env: { ...process.env, NODE_EXTRA_CA_CERTS: undefined },
    });
    if (ran.status !== 0) throw new Error(`${args.join(" ")} ended with ${ran.status}: ${ran.stderr}`);
    ms = Math.min(ms, Number(process.hrtime.bigint() - begin) / 1e6);
    megabytes = Math.max(megabytes, Number(ran.stderr.trim().split("\n").at(-1)) / 1024);
    ({ stdout } = ran);
  }
  return { ms, megabytes, stdout };
}

const print = (name, { ms, megabytes }, base) =>
  process.stdout.write(
    `${name.padEnd(34)} ${ms.toFixed(0).padStart(7)} ms ${(ms / base.ms).toFixed(2).padStart(6)} x ${megabytes.toFixed(0).padStart(6)} MB\n`,
  );

try {
  for (const count of COUNTS) {
    for (const share of [0, 0.01, 0.1, 1]) writeFileSync(path(`${share}.yaml`), intent(count, share));
    for (const share of [0, 0.01, 0.1, 1]) {
      writeFileSync(path(`${share}.json`), measure(main, "rules", "render", "-f", path(`${share}.yaml`)).stdout);
    }
    const parse = "JSON.stringify(JSON.parse(require('node:fs').readFileSync(process.argv[1], 'utf8')))";
    const base = measure("-e", parse, path("0.json"));
    process.stdout.write(`\n${count} rules\n`);
    print("node: JSON.parse and stringify", base, base);
    print("rules render", measure(main, "rules", "render", "-f", path("0.yaml")), base);
    print("rules lint", measure(main, "rules", "lint", "-f", path("0.yaml"), "--fail-on", "never"), base);
    print("rules convert (JSON to text)", measure(main, "rules", "convert", "-f", path("0.json")), base);
    for (const share of [0, 0.01, 0.1, 1]) {
      const name = `rules diff, ${share * 100} % edited`;
      print(name, measure(main, "rules", "diff", path("0.json"), path(`${share}.json`)), base);
    }
  }
} finally {
  rmSync(directory, { recursive: true });
}
