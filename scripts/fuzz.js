// Fuzzes what reads other people's bytes: `npm run fuzz [TARGET...] -- [--seconds N] [--runs N] [--seed N]`, or
// `npm run fuzz -- --list`. What is found is written to fixtures/fuzz/TARGET/crash-HASH, with the error beside it.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { supervise } from "./fuzz/supervise.js";
import { corpusDirectory, targetNames } from "./fuzz/targets.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "60" },
    runs: { type: "string", default: "Infinity" },
    seed: { type: "string", default: "1" },
    list: { type: "boolean", default: false },
  },
});
const names = positionals.length === 0 ? targetNames() : positionals;
const unknown = names.find((name) => !targetNames().includes(name));
if (unknown !== undefined || values.list) {
  if (unknown !== undefined) process.stderr.write(`there is no target ${unknown}; there are:\n`);
  process.stdout.write(`${targetNames().join("\n")}\n`);
  process.exit(unknown === undefined ? 0 : 2);
}

let found = 0;
for (const name of names) found += await fuzzOne(name);
process.exitCode = found === 0 ? 0 : 1;

/** @param {string} name */
async function fuzzOne(name) {
  const begun = performance.now();
  const { runs, blocks, corpus, findings } = await supervise({
    name,
    seed: Number(values.seed),
    runs: Number(values.runs),
    seconds: Number(values.seconds),
    found: (finding) => keep(name, finding),
  });
  const perSecond = Math.round(runs / ((performance.now() - begun) / 1000));
  const figures = `${runs} executions, ${perSecond}/s, ${blocks} blocks reached beyond the seeds', corpus ${corpus}`;
  process.stdout.write(`${name}: ${figures}, ${findings.length} findings\n`);
  return findings.length;
}

/**
 * @param {string} name
 * @param {{ readonly bytes: Buffer, readonly error: string }} finding
 */
function keep(name, { bytes, error }) {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const path = `${corpusDirectory(name)}/crash-${hash}`;
  mkdirSync(corpusDirectory(name), { recursive: true });
  writeFileSync(path, bytes);
  writeFileSync(`${path}.error`, `${error}\n`);
  process.stdout.write(`${name}: ${path}\n  ${error.split("\n").slice(0, 4).join("\n  ")}\n`);
}
