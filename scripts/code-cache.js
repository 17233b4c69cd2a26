// Adds to the pack what V8 has compiled of each chunk after commands that touch nothing of the machine.
import { appendFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Pack } from "../dist/src/host/pack.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const outdir = `${root}dist/bin`;
const pack = new Pack(outdir, createRequire(`${outdir}/netlogctl.cjs`));
const { run } = pack.load("./main.js");

const said = [];
const writes = [process.stdout, process.stderr].map((stream) => [stream, stream.write]);
for (const [stream] of writes) stream.write = (text) => said.push(text) > 0;
const machine = ["--machine", `${root}fixtures/machine/router`];
const intents = [`${root}fixtures/intent/router.yaml`, `${root}fixtures/intent/router-later.yaml`];
for (const words of [
  ["--help"],
  ["rules", "--help"],
  ["status", ...machine],
  ["default", "log", ...machine],
  ["default", "log", "ip6", "user", "group", "0", "--dry-run", ...machine],
  ["rules", "render", "-f", intents[0]],
  ["rules", "diff", ...intents],
]) {
  await run(root, words);
}
for (const [stream, write] of writes) stream.write = write;
if (process.exitCode !== undefined) throw new Error(`a command failed, no cache is written: ${said.join("")}`);

const index = JSON.parse(readFileSync(`${outdir}/netlogctl.index.json`, "utf8"));
for (const [script, cache] of pack.createCaches()) {
  index.scripts[script].push(statSync(`${outdir}/netlogctl.pack`).size, cache.length);
  appendFileSync(`${outdir}/netlogctl.pack`, cache);
}
index.cachedBy = Pack.thisNode;
index.bytes = statSync(`${outdir}/netlogctl.pack`).size;
writeFileSync(`${outdir}/netlogctl.index.json`, JSON.stringify(index));
