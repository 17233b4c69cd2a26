// The program: runs the bundle that was built beside it. V8 takes from bundle.cache what it compiled then instead of
// compiling it again; another V8 than that of the build does without, and so does a build without a cache.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { constants, Script } from "node:vm";

const filename = join(__dirname, "bundle.cjs");
const cache = join(__dirname, "bundle.cache");
const script = new Script(readFileSync(filename, "latin1"), {
  filename,
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  ...(existsSync(cache) ? { cachedData: readFileSync(cache) } : {}),
});
void script.runInThisContext()(require, filename, __dirname)(join(__dirname, "..", ".."), process.argv.slice(2));
