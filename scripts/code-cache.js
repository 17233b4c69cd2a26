// Writes dist/bin/bundle.cache: what V8 has compiled of the bundle after commands that touch nothing of the machine.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { constants, Script } from "node:vm";

const root = fileURLToPath(new URL("..", import.meta.url));
const filename = `${root}dist/bin/bundle.cjs`;
const script = new Script(readFileSync(filename, "latin1"), {
  filename,
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
const run = script.runInThisContext()(createRequire(filename), filename, `${root}dist/bin`);

const write = process.stdout.write;
process.stdout.write = () => true;
const intents = [`${root}fixtures/intent/router.yaml`, `${root}fixtures/intent/router-later.yaml`];
for (const words of [
  ["rules", "--help"],
  ["rules", "render", "-f", intents[0]],
  ["rules", "diff", ...intents],
]) {
  await run(root, words);
}
process.stdout.write = write;
if (process.exitCode !== undefined) throw new Error("a command failed: no cache is written");
writeFileSync(`${root}dist/bin/bundle.cache`, script.createCachedData());
